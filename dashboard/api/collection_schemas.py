"""The shapes of collections, seals and triumphs as JSON Schema, and their paths, for the document."""

from __future__ import annotations

from bot.domain.collection import ExoticKind, ExoticShow
from bot.domain.match import GuardianClass
from bot.ingest.exotics import SLOTS, UNKNOWN_SLOT
from dashboard.api.describe import GROUP, MEMBER, get, part, path, query
from dashboard.api.schemas import BOOLEAN, COUNT, HASH, ID, TEXT, TIME, Schema, listing, many, maybe, one_of, thing

_NAME: Schema = {**TEXT, "description": "As the manifest has it; Unknown (hash) where it says nothing."}
_ICON: Schema = {**maybe(TEXT), "description": "Its path on bungie.net."}
_COUNTS: dict[str, Schema] = {
    "owners": {**many(ID), "description": "On the profile or on any character, now or ever."},
    "owned": COUNT,
    "missing": COUNT,
    "unknown": {**COUNT, "description": "Never readable. owned + missing + unknown = members."},
}
_NOBODY: Schema = {**many(HASH), "description": "What no member has, though someone's are known; of the whole clan."}
_TIMES: dict[str, Schema] = {
    "gilded": BOOLEAN,
    "gilded_times": COUNT,
    "gilded_this_season": BOOLEAN,
}
_SCORE: Schema = {**maybe({"type": "integer"}), "description": "As the roster has it."}

COLLECTION_SCHEMAS: dict[str, Schema] = {
    "Exotic": thing(
        **{
            "collectible_hash": HASH,
            "item_hash": maybe(HASH),
            "name": _NAME,
            "slot": one_of((*SLOTS, UNKNOWN_SLOT)),
            "kind": one_of(ExoticKind),
            "class": {**maybe(one_of(GuardianClass)), "description": "Of armor."},
            "expansion": maybe(TEXT),
            "icon": _ICON,
            **_COUNTS,
        }
    ),
    "Catalyst": thing(
        record_hash=HASH,
        name=_NAME,
        collectible_hash={**maybe(HASH), "description": "Of its weapon."},
        icon=_ICON,
        **_COUNTS,
    ),
    "Exotics": listing("exotics", "Exotic", nobody=_NOBODY),
    "Catalysts": listing("catalysts", "Catalyst", nobody=_NOBODY),
    "ClanSeal": thing(
        record_hash={**HASH, "description": "Of the completion record: titles of other years differ in it."},
        name=_NAME,
        title=_NAME,
        legacy=BOOLEAN,
        holders={**many(thing(membership_id=ID, **_TIMES)), "description": "First seen first."},
        closest={
            **many(thing(membership_id=ID, done=COUNT, of=COUNT)),
            "description": "Who is at most three triumphs away, and the five nearest of those who began; least left "
            "first. With member: how far they are.",
        },
    ),
    "ClanSeals": listing("seals", "ClanSeal"),
    "Title": thing(
        record_hash=HASH,
        name=_NAME,
        title=_NAME,
        legacy=BOOLEAN,
        held=BOOLEAN,
        seen_at={**maybe(TIME), "description": "First seen held."},
        held_before={**BOOLEAN, "description": "Held before we looked, so seen_at is not the day of earning it."},
        **_TIMES,
        done=maybe(COUNT),
        of=maybe(COUNT),
        left={**many(thing(record_hash=HASH, name=_NAME)), "description": "Its triumphs that are left; [] once held."},
    ),
    "Titles": listing("titles", "Title"),
    "Triumph": thing(
        record_hash=HASH,
        name=_NAME,
        description=TEXT,
        complete=BOOLEAN,
        done=maybe(COUNT),
        of=maybe(COUNT),
        seals={**many(HASH), "description": "The seals that need it, by completion record."},
    ),
    "Triumphs": listing("triumphs", "Triumph", triumph_score=_SCORE, triumph_score_active=_SCORE),
}


def collection_paths() -> Schema:
    group, who = path("group_id", GROUP), path("member", MEMBER)
    member = query("member", TEXT, "Count one member only: a membership id, or a name in any case.")
    show = query(
        "show",
        {**one_of(ExoticShow), "default": "all"},
        "missing, owned: what someone lacks or owns, with member what they do. nobody, rare: what none, or fewer than "
        "ten, of the clan own.",
    )
    return {
        "/api/v1/clans/{group_id}/exotics": get(
            "Exotics by who owns them, in their fixed order", "Exotics", group, member, show, *part()
        ),
        "/api/v1/clans/{group_id}/catalysts": get(
            "Catalysts by who completed them", "Catalysts", group, member, show, *part()
        ),
        "/api/v1/clans/{group_id}/seals": get(
            "Seals by who holds them and who is closest", "ClanSeals", group, member, *part()
        ),
        "/api/v1/members/{member}/titles": get("One member's seals, held or not", "Titles", who, *part()),
        "/api/v1/members/{member}/triumphs": get("One member's triumphs of all seals", "Triumphs", who, *part()),
    }
