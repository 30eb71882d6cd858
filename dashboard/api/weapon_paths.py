"""The routes of weapons, sums and matches, for the document."""

from __future__ import annotations

from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, Tier, WeaponSort
from bot.presenters.spans import MOST_DAYS
from dashboard.api.describe import FLAG, GROUP, MEMBER, get, part, path, query
from dashboard.api.schemas import HASH, ID, TEXT, Schema, one_of
from dashboard.api.weapon_schemas import DAY

_GROUP = path("group_id", GROUP)
_WHO = path("member", MEMBER)
_KINDS = (
    query("type", TEXT, "A weapon type's English name in any case, with spaces or underscores: hand_cannon."),
    query("slot", one_of(Slot)),
    query("damage", one_of(Damage)),
    query("tier", one_of(Tier)),
)
_MERGE = query("merge", FLAG, "Join reissues, weapons of one name and type, under the newest hash.")
_ONE_OF_THEM = (
    query("member", TEXT, "One member's only: a membership id, or a name in any case."),
    query("former", FLAG, "With everyone who was in the clan; else it is those who are in it now."),
)
_SORT = query("sort", {**one_of(WeaponSort), "default": "kills"}, "Always descending; ties by weapon hash.")


def span(mode: Mode) -> tuple[Schema, ...]:
    """The parameters that say which matches count; `mode` is the one that holds where none is asked for."""
    days: Schema = {"type": "integer", "minimum": 0, "maximum": MOST_DAYS, "default": 0}
    return (
        query("mode", {**one_of(Mode), "default": mode.value}),
        query("days", days, "Matches that began at most so many times 24 hours ago; 0: all. Not with since or season."),
        query("since", DAY, "First UTC day."),
        query("until", DAY, "Last UTC day."),
        query("season", {"type": "integer", "minimum": 1}, "From this season's start to the next one's."),
    )


def weapon_paths() -> Schema:
    weapons, played = span(Mode.CRUCIBLE), span(Mode.ALL)
    return {
        "/api/v1/clans/{group_id}/weapons": get(
            "Weapons by kills of a clan's members", "Weapons",
            _GROUP, *weapons, *_KINDS, *_ONE_OF_THEM, _MERGE, _SORT, *part(),
        ),
        "/api/v1/clans/{group_id}/weapons/{weapon_hash}": get(
            "One weapon: who carries it, by day and by class", "WeaponDetail",
            _GROUP, path("weapon_hash", HASH), *weapons, *_ONE_OF_THEM, _MERGE,
        ),
        "/api/v1/clans/{group_id}/stats": get(
            "Sums of matches by member, in that mode, and by mode", "ClanStats", _GROUP, *played, *part()
        ),
        "/api/v1/members/{member}/stats": get("Sums of one member's matches by mode", "MemberStats", _WHO, *played),
        "/api/v1/members/{member}/weapons": get(
            "Weapons by one member's kills", "Weapons", _WHO, *weapons, *_KINDS, _MERGE, _SORT, *part()
        ),
        "/api/v1/members/{member}/matches": get(
            "One member's matches, newest first", "Matches", _WHO, *played, *part()
        ),
        "/api/v1/matches/{instance_id}": get("A match's report as stored", "Match", path("instance_id", ID)),
    }  # fmt: skip
