"""The shapes of weapons and matches as JSON Schema, for the document."""

from __future__ import annotations

from bot.domain.match import GuardianClass, MatchState
from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, Tier
from dashboard.api.schemas import (
    BOOLEAN,
    COUNT,
    HASH,
    ID,
    NUMBER,
    STALE,
    TEXT,
    TIME,
    Schema,
    listing,
    many,
    maybe,
    one_of,
    ref,
    thing,
)

DAY: Schema = {"type": "string", "format": "date", "description": "A UTC day, as in 2026-05-03."}
_HOURS: Schema = {"type": "number", "minimum": 0}
_CLASS = maybe(one_of(GuardianClass))
_MODES = {**many(one_of(Mode)), "description": "Every mode word that the match belongs to, all first."}
_COMPLETED: Schema = {
    **BOOLEAN,
    "description": "Its objective was completed with them in it: not so where time ran out, or they left.",
}
_HISTORIES: Schema = {
    **thing(complete=COUNT, members=COUNT),
    "description": "How many of these members' histories have been read to their end. While that is not all of them, "
    "figures of the past still rise.",
}
_VERSIONS = {
    **many(thing(weapon_hash=HASH, kills=COUNT)),
    "description": "The reissues that were joined; only with merge.",
}
_WEAPON: dict[str, Schema] = {
    "weapon_hash": HASH,
    "name": TEXT,
    "type": {**TEXT, "description": 'As the manifest has it in English: "Hand Cannon"; empty where it says nothing.'},
    "slot": maybe(one_of(Slot)),
    "damage": maybe(one_of(Damage)),
    "tier": maybe(one_of(Tier)),
    "kills": COUNT,
    "precision_kills": COUNT,
    "matches": {**COUNT, "description": "One for each member and match with such a kill."},
    "players": {**COUNT, "description": "Distinct members."},
}
_SUMS: dict[str, Schema] = {
    "matches": {**COUNT, "description": "One for each member and match."},
    "hours": {**_HOURS, "description": "Time played."},
    "kills": COUNT,
    "deaths": COUNT,
    "assists": COUNT,
    "wins": COUNT,
    "completions": COUNT,
}
_DEEDS: dict[str, Schema] = {"kills": COUNT, "deaths": COUNT, "assists": COUNT}

WEAPON_SCHEMAS: dict[str, Schema] = {
    "Weapon": {
        "type": "object",
        "properties": {**_WEAPON, "versions": _VERSIONS},
        "required": list(_WEAPON),
        "additionalProperties": False,
    },
    "Histories": _HISTORIES,
    "WeaponTotals": {
        **thing(kills=COUNT, weapon_kills=COUNT, grenade=COUNT, melee=COUNT, super=COUNT, other=COUNT, matches=COUNT),
        "description": "All kills in these matches: type, slot, damage and tier leave nothing out of it. other: "
        "kills - weapon_kills - grenade - melee - super, never below 0.",
    },
    "Weapons": listing("weapons", "Weapon", totals=ref("WeaponTotals"), histories=ref("Histories")),
    "WeaponPlayer": thing(membership_id=ID, name=TEXT, kills=COUNT, precision_kills=COUNT, matches=COUNT),
    "WeaponDetail": thing(
        as_of=maybe(TIME),
        stale=STALE,
        weapon=ref("Weapon"),
        players=many(ref("WeaponPlayer")),
        by_day=many(thing(day=DAY, kills=COUNT)),
        by_class=many(thing(**{"class": _CLASS, "kills": COUNT})),
        histories=ref("Histories"),
    ),
    "MemberStat": thing(membership_id=ID, name=TEXT, **_SUMS),
    "ModeStat": thing(mode=one_of(Mode), **_SUMS),
    "ClanStats": listing("by_member", "MemberStat", by_mode=many(ref("ModeStat")), histories=ref("Histories")),
    "MemberStats": thing(as_of=maybe(TIME), stale=STALE, by_mode=many(ref("ModeStat")), histories=ref("Histories")),
    "MatchLine": thing(
        **{
            "instance_id": ID,
            "period": {**TIME, "description": "Its start."},
            "duration_seconds": COUNT,
            "modes": _MODES,
            "activity": maybe(TEXT),
            "activity_mode": maybe(TEXT),
            "state": {**one_of(MatchState), "description": "Of the report; until it is done, figures are history's."},
            "class": _CLASS,
            **_DEEDS,
            "score": maybe(NUMBER),
            "standing": {**maybe(NUMBER), "description": "0: won."},
            "completed": _COMPLETED,
            "seconds": {**COUNT, "description": "Time played."},
        }
    ),
    "Matches": listing("matches", "MatchLine", histories=ref("Histories")),
    "Team": thing(team=NUMBER, name=TEXT, standing=maybe(NUMBER), score=maybe(NUMBER)),
    "MatchPlayer": thing(
        **{
            "membership_id": {**ID, "pattern": "^[0-9]{1,19}$"},
            "membership_type": NUMBER,
            "name": TEXT,
            "tracked": {**BOOLEAN, "description": "A member, now or once: only of them weapons are kept."},
            "character_id": {**ID, "pattern": "^[0-9]{1,19}$"},
            "class": _CLASS,
            "light": maybe(NUMBER),
            "clan_name": maybe(TEXT),
            "clan_tag": maybe(TEXT),
            "fireteam_id": maybe({**ID, "pattern": "^-?[0-9]{1,20}$"}),
            "team": maybe(NUMBER),
            "standing": maybe(NUMBER),
            "score": maybe(NUMBER),
            **_DEEDS,
            "grenade_kills": COUNT,
            "melee_kills": COUNT,
            "super_kills": COUNT,
            "completed": _COMPLETED,
            "completion_reason": maybe(NUMBER),
            "start_seconds": maybe(NUMBER),
            "seconds": {**COUNT, "description": "Time played."},
            "weapons": many(thing(weapon_hash=HASH, name=TEXT, kills=COUNT, precision_kills=COUNT)),
        }
    ),
    "Match": thing(
        as_of=maybe(TIME),
        stale=STALE,
        instance_id=ID,
        state=one_of(MatchState),
        final={**BOOLEAN, "description": "Whether Bungie.net changes this report no more."},
        period={**TIME, "description": "Its start."},
        ends_at=TIME,
        duration_seconds=maybe(COUNT),
        modes=_MODES,
        mode_type={**NUMBER, "description": "Bungie.net's DestinyActivityModeType."},
        mode_types=many(NUMBER),
        activity=maybe(TEXT),
        activity_mode=maybe(TEXT),
        activity_hash=maybe(HASH),
        reference_hash=maybe(HASH),
        private={**BOOLEAN, "description": "A private match."},
        membership_type=maybe(NUMBER),
        starting_phase=maybe(NUMBER),
        from_beginning=maybe(BOOLEAN),
        teams=many(ref("Team")),
        players=many(ref("MatchPlayer")),
    ),
}
