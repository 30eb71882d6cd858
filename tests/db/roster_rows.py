"""A small clan written row by row, with a manifest of a few definitions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.profile import CurrentActivity
from bot.domain.reading import Reading, SealState
from db.pool import Connection
from db.queries.member_seal import upsert_seal_states
from db.queries.reading import insert_portrait, upsert_reading

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=400)
CLAN, OTHER = 881267, 881268
JAVELIN, CONTROL_MODE, RIVENSBANE, CONQUEROR = 604276217, 3199098480, 2182090828, 3212358005


async def add_clan(conn: Connection, group_id: int = CLAN, state: str = "tracked") -> None:
    await conn.execute(
        """insert into clan (group_id, state, reason, name, added_at, accepted_at)
        values ($1, $2, 'Said so.', $3, $4, $4)""",
        group_id,
        state,
        f"Clan {group_id}",
        LONG_AGO,
    )


async def add_member(
    conn: Connection,
    membership_id: int,
    name: str = "Petrel#0042",
    *,
    group_id: int = CLAN,
    role: str = "member",
    joined_at: datetime = LONG_AGO,
    left_at: datetime | None = None,
    is_online: bool = False,
) -> int:
    """The id of their stint."""
    await conn.execute(
        """insert into member (membership_id, membership_type, name, first_seen_at) values ($1, 3, $2, $3)
        on conflict do nothing""",
        membership_id,
        name,
        joined_at,
    )
    stint: int = await conn.fetchval(
        """insert into stint (group_id, membership_id, joined_at, left_at, role, is_online)
        values ($1, $2, $3, $4, $5, $6) returning id""",
        group_id,
        membership_id,
        joined_at,
        left_at,
        role,
        is_online,
    )
    return stint


async def add_reading(conn: Connection, membership_id: int, reading: Reading, *, at: datetime = NOON) -> None:
    """Store a reading as the job would, with its row of history."""
    await upsert_reading(conn, membership_id, reading)
    await insert_portrait(conn, membership_id, reading.portrait, at)


async def add_manifest(conn: Connection) -> None:
    await conn.execute("insert into manifest_version values ('1', 'en', '{}', now(), true, 0, 0, 0)")
    await add_definition(conn, "DestinyActivityDefinition", JAVELIN, "Javelin-4")
    await add_definition(conn, "DestinyActivityModeDefinition", CONTROL_MODE, "Control", modeType=10)
    await add_definition(conn, "DestinyClassDefinition", 3655393761, "Titan", classType=0)
    titles = {"titleInfo": {"hasTitle": True, "titlesByGender": {"Male": "Rivensbane", "Female": "Rivensbane"}}}
    await add_definition(conn, "DestinyRecordDefinition", RIVENSBANE, "", **titles)
    for place, (record, title) in enumerate([(CONQUEROR, "Conqueror"), (RIVENSBANE, "Rivensbane")]):
        await conn.execute(
            "insert into seal values ($1, $1, $2, $2, null, false, $3, '', '{}', true)", record, title, place
        )


async def add_definition(conn: Connection, table: str, number: int, name: str, **json: Any) -> None:
    await conn.execute(
        "insert into definition (table_name, hash, name, json, digest, version_added) values ($1, $2, $3, $4, '', '1')",
        table,
        number,
        name,
        json,
    )


async def add_seals(conn: Connection, membership_id: int, *seals: SealState) -> None:
    await upsert_seal_states(conn, membership_id, seals)


def control(started_at: datetime = NOON - timedelta(minutes=20), activity_hash: int = JAVELIN) -> CurrentActivity:
    """A match of Control that began then."""
    return CurrentActivity(activity_hash, CONTROL_MODE, 10, (10, 5), None, started_at)
