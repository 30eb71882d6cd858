"""Quiet Orbit's collections: five exotics, three seals; members 1 to 10 were read, 9 and 11 are private."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.collecting import Acquired, CatalystState, CollectionReading, TriumphState
from bot.domain.reading import Gilding, SealState
from db.pool import Connection
from db.queries.clan_follow import follow_members
from db.queries.collection_write import insert_owned, upsert_catalysts, upsert_collection, upsert_triumphs
from db.queries.member_seal import insert_gildings, upsert_seal_states
from tests.cogs.guild import Guild
from tests.db.roster_rows import add_definition

ACE, SUNSHOT, EYES, HELM, LAMENT = 501, 502, 503, 504, 505
CONQUEROR, KINGSLAYER, OLD_CONQUEROR = 701, 702, 703
READ = range(1, 11)
_EXOTICS = (
    (ACE, "Ace of Spades", "weapon", "kinetic", None, "Forsaken", "A quest."),
    (SUNSHOT, "Sunshot", "weapon", "energy", None, "The Red War", ""),
    (EYES, "Eyes of Tomorrow", "weapon", "power", None, "Beyond Light", '"Deep Stone Crypt" raid.'),
    (LAMENT, "The Lament", "weapon", "power", None, "Beyond Light", "Lost Lament"),
    (HELM, "Helm of Saint-14", "armor", "helmet", "titan", "Curse of Osiris", ""),
)
_OWNERS = {ACE: range(1, 11), SUNSHOT: range(1, 5), LAMENT: (2,), HELM: (1, 3)}
_SEALS = (
    (CONQUEROR, "Conqueror", "Conqueror", 801, False, (901, 902, 903)),
    (KINGSLAYER, "Kingslayer", "King's Fall", None, False, (903, 904, 905, 906)),
    (OLD_CONQUEROR, "Conqueror", "Conqueror of old", None, True, (907,)),
)


async def add_collections(at: Guild) -> None:
    """Nobody owns Eyes of Tomorrow; member 2 found The Lament three hours ago. See the tables above for the rest."""
    now = at.clock.now()
    async with at.pool.acquire() as conn, conn.transaction():
        await conn.execute("insert into manifest_version values ('1', 'en', '{}', $1, true, 0, 0, 0)", now)
        for place, row in enumerate(_EXOTICS):
            await conn.execute(
                """
                insert into exotic (collectible_hash, item_hash, name, kind, slot, class, expansion, source, position)
                values ($1, $1::bigint + 1000, $2, $3, $4, $5, $6, $7, $8)""",
                *row,
                place,
            )
        await conn.execute("insert into catalyst values (601, 'Ace of Spades Catalyst', $1, '', 0)", ACE)
        await _add_seals(conn)
        for member in READ:
            await _read(conn, at, member)
        await conn.execute("update collection set private = true where membership_id = 9")
        await follow_members(conn)
        await conn.execute(
            """insert into loop (name, interval_seconds, last_finished_at, last_ok_at, last_verdict)
            values ('collections', 1800, $1, $1, 'done')""",
            now,
        )


async def _add_seals(conn: Connection) -> None:
    for place, (record, title, name, gilding, legacy, records) in enumerate(_SEALS):
        await conn.execute(
            "insert into seal values ($1, $1, $2, $3, $4, $5, $6, '', $7, true)",
            record, name, title, gilding, legacy, place, list(records),
        )  # fmt: skip
    for record in range(901, 908):
        await add_definition(conn, "DestinyRecordDefinition", record, f"Triumph {record}")


async def _read(conn: Connection, at: Guild, member: int) -> None:
    now = at.clock.now()
    then = now - timedelta(hours=3)
    await upsert_collection(conn, member, CollectionReading(tried_at=now, read_at=then))
    await conn.execute("update profile set records_read_at = $2 where membership_id = $1", member, then)
    owned = [Acquired(key, quiet=key != LAMENT) for key, owners in _OWNERS.items() if member in owners]
    await insert_owned(conn, member, owned, then)
    await upsert_catalysts(conn, member, [CatalystState(601, then if member == 1 else None, True, member, 10)])
    done = {record for record in range(901, 907) if record - 900 <= member}
    await upsert_triumphs(conn, member, [TriumphState(r, r in done, min(member, 9), 9) for r in range(901, 907)])
    for record, _, _, gilding, _, records in _SEALS[:2]:
        count = len(done & set(records))
        held = count == len(records)
        times = member - 7 if held and gilding and member >= 9 else 0
        await upsert_seal_states(
            conn,
            member,
            [SealState(record, then if held else None, member != 6, times, times > 1, count, len(records))],
        )
        await insert_gildings(conn, member, [Gilding(record, n, then, True) for n in range(1, times + 1)])
