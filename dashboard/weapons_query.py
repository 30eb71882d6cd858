"""Weapons and matches as they were asked for: which span, which mode, whose, in what order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, Tier, WeaponRow, WeaponSort
from bot.errors import BadParameter
from bot.presenters.spans import MOST_DAYS
from dashboard import asking, cursor, paging
from dashboard.paging import Part

RANGE_PARAMETERS = ("days", "since", "until", "season")
DETAIL_PARAMETERS = ("mode", *RANGE_PARAMETERS, "member", "former", "merge")
PARAMETERS = (*DETAIL_PARAMETERS, "type", "slot", "damage", "tier", "sort", "limit", "cursor")
MEMBER_PARAMETERS = tuple(name for name in PARAMETERS if name not in ("member", "former"))
ALL_TIME = 0
_MOST_SEASONS = 999


@dataclass(frozen=True, slots=True)
class Range:
    """A span as it was asked for, in one of three ways: `days` back (0: all time), UTC days inclusive, or a season."""

    days: int | None = None
    since: date | None = None
    until: date | None = None
    season: int | None = None


@dataclass(frozen=True, slots=True)
class WeaponQuery:
    """What was asked. `member` is an id or a name and `type` a weapon type, as they were written."""

    range: Range
    mode: Mode
    member: str = ""
    former: bool = False
    merge: bool = False
    type: str = ""
    slot: Slot | None = None
    damage: Damage | None = None
    tier: Tier | None = None
    sort: WeaponSort = WeaponSort.KILLS
    limit: int = asking.LIMIT
    after: tuple[int, int] | None = None

    @property
    def narrowed(self) -> bool:
        """Whether it leaves weapons out that were used in that span and mode."""
        return bool(self.member or self.type or self.slot or self.damage or self.tier)


def read(asked: Mapping[str, str], *, days: int = ALL_TIME, merge: bool = False, limit: int = 500) -> WeaponQuery:
    """Raises BadParameter for any value that isn't known. What is given here holds where nothing is asked."""
    joined = asking.boolean(asked, "merge")
    return WeaponQuery(
        range=read_range(asked, days),
        mode=read_mode(asked, Mode.CRUCIBLE),
        member=asking.text(asked, "member"),
        former=asking.boolean(asked, "former") or False,
        merge=merge if joined is None else joined,
        type=asking.text(asked, "type"),
        slot=asking.word(asked, "slot", Slot),
        damage=asking.word(asked, "damage", Damage),
        tier=asking.word(asked, "tier", Tier),
        sort=asking.word(asked, "sort", WeaponSort) or WeaponSort.KILLS,
        limit=asking.limit(asked, limit),
        after=cursor.after_row(asked),
    )


def read_mode(asked: Mapping[str, str], default: Mode = Mode.ALL) -> Mode:
    return asking.word(asked, "mode", Mode) or default


def read_range(asked: Mapping[str, str], days: int = ALL_TIME) -> Range:
    """The span of a request, `days` where it names none. Raises BadParameter for two kinds of span at once."""
    found = Range(
        days=asking.whole(asked, "days", 0, MOST_DAYS),
        since=asking.day(asked, "since"),
        until=asking.day(asked, "until"),
        season=asking.whole(asked, "season", 1, _MOST_SEASONS),
    )
    by_day = [name for name in ("since", "until") if name in asked]
    ways = [*(name for name in ("days", "season") if name in asked), *by_day[:1]]
    if len(ways) > 1:
        raise BadParameter(f"{' and '.join(ways)} exclude each other: ask for days, for since and until, or a season.")
    if found.since and found.until and found.since > found.until:
        raise BadParameter(f"since={found.since} lies after until={found.until}: no match is in between. Swap them.")
    return found if ways else Range(days=days)


def type_among(asked: str, types: Sequence[str]) -> str | None:
    """The manifest's spelling of a weapon type; None where none is asked for.

    Raises BadParameter for one that no weapon has; before the first manifest nobody knows, and any will do.
    """
    if not asked or not types:
        return asked or None
    for known in types:
        if _folded(known) == _folded(asked):
            return known
    raise BadParameter(f"type={asked[:40]!r} is not known: it must be one of {', '.join(types)}.")


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def part(rows: Sequence[WeaponRow], query: WeaponQuery) -> Part[WeaponRow]:
    """From behind the cursor on, at most `limit` rows."""
    return paging.part(rows, lambda row: row.weapon.weapon_hash, query.after, query.limit)
