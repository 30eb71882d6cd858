"""A small clan written straight into the tables: the same every time, with what pages must cope with."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.pool import Connection, Pool
from tests.web import seed_collections, seed_matches

Writer = Pool | Connection

QUIET_ORBIT = 4611001
NIGHT_LEDGER = 4611002
TITLES = (
    "Conqueror", "Flawless", "Unbroken", "Dredgen", "Iron Lord", "Deadeye", "Harbinger", "Ghoul",
    "Kingslayer", "Discerptor", "Reckoner", "Splintered", "Chronicler", "Fatebreaker", "Rivensbane", "Virtuous",
)  # fmt: skip
NAMES = (
    "Ferro", "Ashgrove", "Halyard", "Marrow", "Tamsin", "Thistle", "Moth", "Gannet", "Cinder&Ash", "Sable-9",
    "Palladian", "Sorrel", "Foxglove", "Vesper", "Rookwood", "Kestrel", "Nettle", "Tansy", "Saltwind", "Inkwell",
    "Corvid", "Quill", "Umber", "Brindle", "Petrel", "Wick", "Kelp", "Ilex", "Larkspur", "Osprey",
)  # fmt: skip
ACTIVITIES = (
    (1, "Trials of Osiris", "Trials of Osiris"),
    (2, "The Desert Perpetual", "Raid"),
    (3, "Javelin-4", "Control"),
    (82913930, "", "Social"),
)
PLAYING = (0, 0, 0, 1, 1, 1, 2, 2, 3)
FIRST_MEMBER = 4611686018000000001


@dataclass(frozen=True, slots=True)
class World:
    """What was written: when, and whom."""

    now: datetime
    members: tuple[int, ...]


async def definitions(conn: Writer, now: datetime) -> None:
    """Sixteen seals, four activities."""
    await conn.execute("insert into manifest_version values ('1.0', 'en', '{}', $1, true, 20, 0, 0)", now)
    for number, title in enumerate(TITLES, start=1):
        await conn.execute(
            """
            insert into seal (record_hash, node_hash, name, title, legacy, position, icon, record_hashes, is_current)
            values ($1, $2, $3, $3, false, $4, '', '{}', true)
            """,
            number, 1000 + number, title, number,
        )  # fmt: skip
        await _definition(
            conn, "DestinyRecordDefinition", number, title, {"titleInfo": {"titlesByGender": {"Male": title}}}
        )
    for number, name, mode in ACTIVITIES:
        await _definition(conn, "DestinyActivityDefinition", number, name, {})
        await _definition(conn, "DestinyActivityModeDefinition", 100 + number, mode, {})


async def _definition(conn: Writer, table: str, number: int, name: str, json: dict[str, Any]) -> None:
    await conn.execute(
        """
        insert into definition (table_name, hash, name, json, digest, version_added)
        values ($1, $2, $3, $4, '', '1.0')
        """,
        table, number, name, json,
    )  # fmt: skip


async def clan(
    conn: Writer, now: datetime, group_id: int, name: str, callsign: str, motto: str, *, read: bool = True
) -> None:
    """A tracked clan; `read` False: one that waits for its first poll."""
    await conn.execute(
        """
        insert into clan (group_id, state, always, name, callsign, motto, member_count, added_at, group_read_at,
          baseline_at, accepted_at)
        values ($1, case when $6 then 'tracked' else 'new' end, true, $2, $3, $4, 62, $5, $5, $5,
          case when $6 then $5::timestamptz - interval '90 seconds' end)
        """,
        group_id, name, callsign, motto, now, read,
    )  # fmt: skip


async def member(
    conn: Writer,
    group_id: int,
    membership_id: int,
    name: str,
    joined_at: datetime,
    *,
    role: str = "member",
    online: bool = False,
    left_at: datetime | None = None,
) -> None:
    await conn.execute(
        """
        insert into member (membership_id, membership_type, bungie_net_id, name, first_seen_at)
        values ($1, 3, $1, $2, $3)
        on conflict do nothing
        """,
        membership_id, name, joined_at,
    )  # fmt: skip
    await conn.execute(
        """
        insert into stint (group_id, membership_id, joined_at, left_at, role, is_online)
        values ($1, $2, $3, $4, $5, $6)
        """,
        group_id, membership_id, joined_at, left_at, role, online,
    )  # fmt: skip


async def profile(
    conn: Writer,
    membership_id: int,
    now: datetime,
    *,
    played_at: datetime | None = None,
    power: int | None = None,
    score: int | None = None,
    title: int | None = None,
    private: bool = False,
    activity: int | None = None,
    started_at: datetime | None = None,
) -> None:
    await conn.execute(
        """
        insert into profile (membership_id, tried_at, read_at, last_played_at, power, triumph_score,
          triumph_score_active, title_record_hash, private, hidden_reads, activity_hash, activity_mode_hash,
          activity_started_at, transitory, playing)
        values ($1, $2, $2, $3, $4, $5::integer, $5 / 3, $6, $7, case when $7::bool then 2 else 0 end, $8::bigint,
          $9, $10, $8 is not null, $8 is not null)
        """,
        membership_id, now, played_at, power, score, title, private, activity,
        None if activity is None else 100 + activity, started_at,
    )  # fmt: skip


async def seal(conn: Writer, membership_id: int, record: int, since: datetime, gilded_times: int = 0) -> None:
    await conn.execute(
        "insert into member_seal (membership_id, record_hash, held_since, gilded_times) values ($1, $2, $3, $4)",
        membership_id, record, since, gilded_times,
    )  # fmt: skip


async def event(
    conn: Writer,
    kind: str,
    group_id: int | None,
    membership_id: int | None,
    name: str,
    occurred_at: datetime,
    detail: dict[str, Any] | None = None,
    other_group_id: int | None = None,
) -> None:
    await conn.execute(
        """
        insert into event (kind, group_id, membership_id, name, about, occurred_at, recorded_at, detail, other_group_id)
        values ($1, $2, $3, $4, $5, $6::timestamptz, $6, $7, $8)
        """,
        kind, group_id, membership_id, name, f"{occurred_at}", occurred_at, detail or {}, other_group_id,
    )  # fmt: skip


async def loops(conn: Writer, now: datetime, *, late: bool = False) -> None:
    for name, seconds in (("manifest", 1200), ("membership", 180), ("roster", 180)):
        ended = now - (timedelta(hours=5) if late else timedelta(seconds=seconds * 0.7))
        await conn.execute(
            """
            insert into loop (name, interval_seconds, last_started_at, last_finished_at, last_ok_at, last_verdict,
              last_sentence, next_at)
            values ($1, $2, $3, $3, $3, 'done', '62 read, 2 changed.', $4)
            """,
            name, seconds, ended, now + timedelta(seconds=seconds * 0.3),
        )  # fmt: skip


async def quiet_orbit(pool: Pool, now: datetime, size: int = 62) -> World:
    """Nine of them play, one is private, some are idle, three are new, one has never been read. One transaction."""
    async with pool.acquire() as conn, conn.transaction():
        return await _quiet_orbit(conn, now, size)


async def _quiet_orbit(conn: Connection, now: datetime, size: int) -> World:
    chance = random.Random(7)
    await definitions(conn, now)
    await loops(conn, now)
    await clan(conn, now, QUIET_ORBIT, "Quiet Orbit", "QORB", "No rush. The light isn’t going anywhere.")
    ids = tuple(range(FIRST_MEMBER, FIRST_MEMBER + size))
    for place, membership_id in enumerate(ids):
        await _person(conn, now, chance, place, membership_id)
    await _past(conn, now, ids)
    await seed_matches.history_of(conn, now, ids)
    await seed_collections.collections_of(conn, now, ids)
    return World(now, ids)


async def _person(conn: Writer, now: datetime, chance: random.Random, place: int, membership_id: int) -> None:
    name = NAMES[place % len(NAMES)] + ("" if place < len(NAMES) else f" {place // len(NAMES) + 1}")
    role = {0: "founder", 4: "admin", 12: "admin", 30: "beginner"}.get(place, "member")
    days = chance.uniform(1, 29) if 24 <= place < 27 else chance.uniform(60, 2600)
    online = place < len(PLAYING)
    await member(
        conn, QUIET_ORBIT, membership_id, f"{name}#{chance.randrange(1, 9999):04d}", now - timedelta(days=days),
        role=role, online=online,
    )  # fmt: skip
    if place == 29:
        return  # never read
    held = chance.sample(range(1, 17), chance.randrange(0, 14))
    for record in held:
        await seal(conn, membership_id, record, now, chance.choice((0, 0, 0, 1, 3, 6)))
    away = timedelta(hours=chance.uniform(0.2, 20) if place < 24 else chance.uniform(20, 2000))
    activity, length = (ACTIVITIES[PLAYING[place]][0], (14, 52, 6, 2)[PLAYING[place]]) if online else (None, 0)
    await profile(
        conn, membership_id, now - timedelta(seconds=70),
        played_at=None if place == 28 else now - away,
        power=None if place == 28 else chance.randrange(440, 551),
        score=None if place == 28 else chance.randrange(9_000, 99_000),
        title=chance.choice(held) if held and place % 4 else None,
        private=place == 28, activity=activity, started_at=now - timedelta(minutes=length) if online else None,
    )  # fmt: skip


async def _past(conn: Writer, now: datetime, ids: tuple[int, ...]) -> None:
    """What happened today and yesterday, one of each kind that there is."""
    here: tuple[tuple[str, int | None, str, float, dict[str, Any]], ...] = (
        ("seal_gilded", 4, "Tamsin#6469", 0.5, {"record_hash": 1, "title": "Conqueror", "times": 6}),
        ("joined", 24, "Petrel#7425", 3, {}),
        ("exotic_acquired", 27, "Ilex#0310", 4, {"collectible_hash": 5, "name": "Vex Mythoclast"}),
        ("renamed", 9, "Sable-9#2472", 7, {"from": "Sable#2472", "to": "Sable-9#2472"}),
        ("seal_earned", 15, "Kestrel#0792", 20, {"record_hash": 9, "title": "Kingslayer"}),
        (
            "left",
            None,
            "Gale#2210",
            24,
            {"joined_at": (now - timedelta(days=480)).isoformat(), "to_name": "Night Ledger"},
        ),
        ("clan_switched", 25, "Wick#0001", 27, {"from_group_id": NIGHT_LEDGER, "to_group_id": QUIET_ORBIT}),
        ("role_changed", 26, "Kelp#0310", 30, {"from": "admin", "to": "member"}),
        ("platform_moved", 20, "Corvid#1111", 40, {"from_membership_id": ids[0], "to_membership_id": ids[20]}),
        ("clan_changed", None, "Quiet Orbit", 50, {"field": "motto", "from": "Rush.", "to": "No rush."}),
    )
    await member(
        conn,
        QUIET_ORBIT,
        4611686018999999999,
        "Gale#2210",
        now - timedelta(days=480),
        left_at=now - timedelta(hours=24),
    )
    for kind, place, name, hours, detail in here:
        who = 4611686018999999999 if kind == "left" else None if place is None else ids[min(place, len(ids) - 1)]
        await event(conn, kind, QUIET_ORBIT, who, name, now - timedelta(hours=hours), detail)
    await event(conn, "manifest_updated", None, None, "", now - timedelta(hours=60), {"version": "1.0"})
