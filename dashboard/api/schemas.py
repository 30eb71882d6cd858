"""The shapes of dashboard.api.shapes as JSON Schema, for the document."""

from __future__ import annotations

from typing import Any

from bot.domain.event import EventKind
from bot.domain.role import Role

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
HASH: Schema = {"type": "integer", "minimum": 0, "maximum": 4294967295}
ID: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,18}$", "description": "A 64-bit id, as text."}
TIME: Schema = {"type": "string", "format": "date-time", "pattern": "Z$", "description": "ISO 8601, UTC."}
CURSOR: Schema = {
    "type": ["string", "null"],
    "description": "The next part's cursor; null where this is the last part.",
}
STALE: Schema = {"type": ["string", "null"], "description": "Why the data is old; null while it is on time."}


def maybe(schema: Schema) -> Schema:
    """That, or null: null means not known, never zero."""
    return {"anyOf": [schema, {"type": "null"}]}


def thing(**properties: Schema) -> Schema:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def listing(name: str, of: str, **beside: Schema) -> Schema:
    """An answer that is a list: age, why it is old, rows, what stands beside them, where the next part begins."""
    return thing(**{"as_of": maybe(TIME), "stale": STALE, name: many(ref(of)), **beside, "next_cursor": CURSOR})


def one_of(words: Any) -> Schema:
    return {"type": "string", "enum": [str(word) for word in words]}


_ROSTER_KEYS: dict[str, Schema] = {
    "membership_id": ID,
    "membership_type": NUMBER,
    "name": TEXT,
    "role": one_of(Role),
    "joined_at": TIME,
    "online": {"type": ["boolean", "null"], "description": "null for a roster of the past."},
    "activity": {"type": ["string", "null"], "description": 'null when offline, "Orbit" in orbit.'},
    "activity_mode": maybe(TEXT),
    "activity_started_at": maybe(TIME),
    "last_played_at": maybe(TIME),
    "power": maybe(COUNT),
    "triumph_score": maybe(NUMBER),
    "triumph_score_active": maybe(NUMBER),
    "seals": many(ref("Seal")),
    "title": maybe(TEXT),
    "private": BOOLEAN,
}

SCHEMAS: dict[str, Schema] = {
    "Error": thing(error=thing(code=TEXT, message=TEXT)),
    "Clan": thing(
        group_id=ID, name=TEXT, callsign=TEXT, motto=TEXT, member_count=COUNT, online_count=COUNT, as_of=maybe(TIME)
    ),
    "Seal": thing(record_hash=HASH, title=TEXT, gilded=BOOLEAN, gilded_times=COUNT),
    "RosterMember": thing(**_ROSTER_KEYS),
    "Event": thing(
        id=ID,
        kind=one_of(EventKind),
        membership_id=maybe(ID),
        name=TEXT,
        occurred_at=TIME,
        detail={"type": "object", "description": "What the kind needs to be told; ids in it are strings."},
    ),
    "Character": thing(
        **{
            "character_id": ID,
            "class": {
                **TEXT,
                "description": "The game's own word for it in the manifest's language, such as Hunter; of exotics, "
                "matches and weapons class is titan, hunter or warlock in every language.",
            },
            "power": COUNT,
            "last_played_at": maybe(TIME),
            "title": maybe(TEXT),
            "gone_at": maybe(TIME),
        }
    ),
    "Stay": thing(group_id=ID, name=TEXT, role=one_of(Role), joined_at=TIME, left_at=maybe(TIME)),
    "Member": thing(
        as_of=maybe(TIME),
        stale=STALE,
        **{**_ROSTER_KEYS, "role": maybe(one_of(Role)), "joined_at": maybe(TIME), "online": BOOLEAN},
        first_seen_at=TIME,
        read_at=maybe(TIME),
        records_read_at=maybe(TIME),
        characters=many(ref("Character")),
        clans=many(ref("Stay")),
    ),
    "Loop": thing(
        name=TEXT,
        last_ok_at=maybe(TIME),
        last_error=maybe(TEXT),
        lag_seconds={**maybe(COUNT), "description": "Beyond its interval; null before the first good run."},
        next_at=maybe(TIME),
    ),
    "Status": thing(
        version=TEXT,
        parts=many(one_of(("discord", "ingest", "web"))),
        loops=many(ref("Loop")),
        bungie=thing(
            state=one_of(("up", "throttled", "down")),
            since=maybe(TIME),
            budget_used={"type": "number", "minimum": 0, "maximum": 1},
        ),
        queue=thing(waiting=COUNT, running=COUNT, failed=COUNT, gone=COUNT),
        outbox=thing(new=COUNT, sending=COUNT, held=COUNT, dead=COUNT, oldest_seconds=maybe(NUMBER)),
        held=many(thing(id=ID, group_id=ID, count=COUNT, since=TIME)),
        channels=many(thing(channel_id=ID, state=one_of(("ok", "broken")))),
    ),
    "Clans": listing("clans", "Clan"),
    "Roster": listing("members", "RosterMember"),
    "Events": listing("events", "Event"),
    "Health": thing(ok=BOOLEAN),
    "Readiness": thing(ready=BOOLEAN, reasons=many(TEXT)),
}
