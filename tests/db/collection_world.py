"""A small random world of collections and seals, in the database and as plain data that a test counts by itself."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.collecting import Acquired, CatalystState, CollectionReading, TriumphState
from bot.domain.reading import Gilding, Reading, SealState
from db.pool import Connection
from db.queries.clan_follow import follow_members
from db.queries.collection_write import insert_owned, upsert_catalysts, upsert_collection, upsert_triumphs
from db.queries.member_seal import insert_gildings, upsert_seal_states
from db.queries.reading import upsert_reading
from tests.db.roster_rows import add_clan, add_definition, add_member

NOW = datetime(2026, 5, 20, 15, 4, 5, 678901, UTC)
CLAN, OTHER, DROPPED = 881267, 881268, 881269
STAYS = {  # membership -> clans that they are in, clans that they left
    1: ((CLAN,), ()),
    2: ((CLAN,), (OTHER,)),
    3: ((CLAN, OTHER), ()),
    4: ((OTHER,), ()),
    5: ((), (CLAN,)),
    6: ((CLAN,), ()),
    7: ((DROPPED,), ()),
    8: ((), (CLAN,)),  # moved to 1
    9: ((CLAN,), ()),  # never readable
    10: ((CLAN,), ()),  # private now
    11: ((), ()),  # nowhere, moved to 3
    12: ((CLAN,), ()),  # readable only as 13
    13: ((), (CLAN,)),  # moved to 12
}
MOVED = {8: 1, 11: 3, 13: 12}
UNREAD, PRIVATE = (9, 12), (10,)
EXOTICS = {  # collectible -> name, kind, slot, class, expansion, redacted, current
    501: ("Ace of Spades", "weapon", "kinetic", None, "Forsaken", False, True),
    502: ("Sunshot", "weapon", "energy", None, "The Red War", False, True),
    503: ("Eyes of Tomorrow", "weapon", "power", None, "Beyond Light", False, True),
    504: ("Classified", "weapon", "power", None, None, True, True),
    505: ("", "armor", "unknown", "hunter", None, False, True),
    506: ("St0mp-EE5", "armor", "legs", "hunter", "The Red War", False, True),
    507: ("Gone Gun", "weapon", "kinetic", None, None, False, False),
}
NOBODY = 503
CATALYSTS = {601: ("Ace of Spades Catalyst", 501), 602: ("Sunshot Catalyst", 502), 603: ("", None)}
SEALS = {  # completion record -> title, name, gilding record, legacy, current, triumphs
    701: ("Conqueror", "Conqueror", 801, False, True, (901, 902, 903, 904, 905)),
    702: ("Kingslayer", "King's Fall", None, False, True, (905, 906)),
    703: ("MMXX", "Moments of Triumph", None, True, True, (907,)),
    704: ("MMXX", "Moments of Triumph: MMXX", None, True, True, ()),
    705: ("Gone", "Gone", None, True, False, (901,)),
}
NAMELESS = 904


@dataclass(slots=True)
class World:
    """What was written, by membership. `seals`: (membership, seal) -> state; `owned`: (membership, exotic) -> when."""

    owned: dict[tuple[int, int], tuple[datetime, bool]] = field(default_factory=dict)
    catalysts: dict[tuple[int, int], CatalystState] = field(default_factory=dict)
    seals: dict[tuple[int, int], SealState] = field(default_factory=dict)
    triumphs: dict[tuple[int, int], TriumphState] = field(default_factory=dict)

    def people(self, group_id: int | None) -> dict[int, list[int]]:
        """Person -> memberships of those who are in."""
        clans = {CLAN, OTHER} if group_id is None else {group_id}
        found = {member: [member] for member, (inside, _) in STAYS.items() if clans & set(inside)}
        for earlier, person in MOVED.items():
            if person in found:
                found[person].append(earlier)
        return found


def name_of(member: int) -> str:
    return f"Member {member:02}#00{member:02}"


async def build(conn: Connection, seed: int) -> World:
    await _manifest(conn)
    await _members(conn)
    world, chance = World(), random.Random(seed)
    for member in STAYS:
        if member not in UNREAD:
            await _read(conn, world, member, chance)
    await follow_members(conn)
    return world


async def _manifest(conn: Connection) -> None:
    await conn.execute("insert into manifest_version values ('1', 'en', '{}', now(), true, 0, 0, 0)")
    for place, (key, row) in enumerate(EXOTICS.items()):
        await conn.execute(
            """insert into exotic (collectible_hash, item_hash, name, kind, slot, class, expansion, redacted,
            is_current, position, source) values ($1, $1::bigint + 1000, $2, $3, $4, $5, $6, $7, $8, $9, 'A quest')""",
            key, *row, place,
        )  # fmt: skip
    for place, (key, (name, weapon)) in enumerate(CATALYSTS.items()):
        await conn.execute(
            "insert into catalyst (record_hash, name, collectible_hash, position) values ($1, $2, $3, $4)",
            key, name, weapon, place,
        )  # fmt: skip
    for place, (key, (title, name, gilding, legacy, current, records)) in enumerate(SEALS.items()):
        await conn.execute(
            "insert into seal values ($1, $1, $2, $3, $4, $5, $6, '', $7, $8)",
            key, name, title, gilding, legacy, place, list(records), current,
        )  # fmt: skip
    for record in range(901, 908):
        name = "" if record == NAMELESS else f"Triumph {record}"
        await add_definition(
            conn, "DestinyRecordDefinition", record, name, displayProperties={"description": f"Do {record}."}
        )


async def _members(conn: Connection) -> None:
    for clan in (CLAN, OTHER):
        await add_clan(conn, clan)
    await add_clan(conn, DROPPED, "dropped")
    for member, (inside, left) in STAYS.items():
        await conn.execute(
            "insert into member (membership_id, membership_type, name, first_seen_at) values ($1, 3, $2, $3)",
            member, name_of(member), NOW,
        )  # fmt: skip
        for clan in inside:
            await add_member(conn, member, group_id=clan)
        for clan in left:
            await add_member(conn, member, group_id=clan, left_at=NOW)
    for earlier, person in MOVED.items():
        await conn.execute("update member set moved_to = $2 where membership_id = $1", earlier, person)
    await conn.execute(
        """insert into loop (name, interval_seconds, last_finished_at, last_ok_at, last_verdict)
        values ('collections', 1800, $1, $1, 'done')""",
        NOW,
    )


async def _read(conn: Connection, world: World, member: int, chance: random.Random) -> None:
    at = NOW - timedelta(days=chance.randrange(1, 40), seconds=member)
    private = member in PRIVATE
    await upsert_collection(conn, member, CollectionReading(tried_at=NOW, read_at=at, private=private))
    await upsert_reading(conn, member, Reading(tried_at=NOW, read_at=at, records_read_at=at))
    for key in EXOTICS:
        if key != NOBODY and chance.random() < 0.5:
            quiet = chance.random() < 0.5
            await insert_owned(conn, member, [Acquired(key, quiet)], at)
            world.owned[member, key] = (at, quiet)
    for key in CATALYSTS:
        catalyst = CatalystState(key, at if chance.random() < 0.4 else None, False, chance.randrange(5), 5)
        world.catalysts[member, key] = catalyst
        await upsert_catalysts(conn, member, [catalyst])
    await _read_records(conn, world, member, at, chance)


async def _read_records(conn: Connection, world: World, member: int, at: datetime, chance: random.Random) -> None:
    for record in range(901, 908):
        if chance.random() < 0.9:
            triumph = TriumphState(record, chance.random() < 0.5, chance.randrange(9), 9)
            world.triumphs[member, record] = triumph
            await upsert_triumphs(conn, member, [triumph])
    for key, (_, _, gilding, _, _, records) in SEALS.items():
        held = chance.random() < 0.3
        times = chance.randrange(3) if held and gilding else 0
        done = sum(triumph.complete for (who, record), triumph in world.triumphs.items()
                   if who == member and record in records)  # fmt: skip
        known = bool(records)
        seal = SealState(key, at if held else None, chance.random() < 0.5, times, times > 1,
                         done if known else None, len(records) if known else None)  # fmt: skip
        world.seals[member, key] = seal
        await upsert_seal_states(conn, member, [seal])
        await insert_gildings(
            conn, member, [Gilding(key, n, at + timedelta(hours=n), False) for n in range(1, times + 1)]
        )
