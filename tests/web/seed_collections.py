"""Collections of Quiet Orbit: exotics, catalysts and seals with their triumphs, the same every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from db.pool import Connection, Pool

Writer = Pool | Connection

EYES, VEX, CLASSIFIED, GONE = 2629, 2627, 2660, 2699
"""Owned by nobody; owned by few; redacted; no longer in the manifest."""
_WEAPONS = (
    ("kinetic", ("Ace of Spades", "Sweet Business", "Izanagi's Burden", "Hawkmoon", "Witherhoard", "Bastion",
                 "Conditional Finality", "The Last Word", "Outbreak Perfected", "Thorn", "The Chaperone", "Arbalest",
                 "Touch of Malice", "Wish-Keeper", "Malfeasance")),
    ("energy", ("Riskrunner", "Sunshot", "Trinity Ghoul", "Le Monarque", "Graviton Lance", "Cloudstrike", "Divinity",
                "Telesto", "Ticuu's Divination", "Buried Bloodline", "Euphony", "Polaris Lance", "Vex Mythoclast")),
    ("power", ("Gjallarhorn", "Eyes of Tomorrow", "Anarchy", "Xenophage", "Leviathan's Breath", "Thunderlord",
               "The Queenbreaker", "Two-Tailed Fox", "Deathbringer")),
)  # fmt: skip
_ARMOR = (
    ("titan", ("Helm of Saint-14", "Ursa Furiosa", "Heart of Inmost Light", "Dunemarchers", "Stoicism")),
    ("hunter", ("Celestial Nighthawk", "Young Ahamkara's Spine", "Omnioculus", "St0mp-EE5", "Relativism")),
    ("warlock", ("Nezarec's Sin", "Sunbracers", "Starfire Protocol", "Transversive Steps", "Solipsism")),
)
_ARMOR_SLOTS = ("helmet", "gauntlets", "chest", "legs", "class_item")
_EXPANSIONS = ("The Red War", "Forsaken", "Shadowkeep", "Beyond Light", "The Witch Queen", "Lightfall", None)
_DAMAGE = ("arc", "solar", "void", "stasis", "strand")
_TRIUMPHS = (
    "Grandmaster of Arms", "The Long Watch", "No Light Left Behind", "Swift Verdict", "Untouched", "A Quiet Hand",
    "Every Door Opened", "Seven Kings", "Old Debts", "Without a Scratch", "By Starlight", "The Last Ward",
)  # fmt: skip
FIRST_EXOTIC, FIRST_CATALYST, LEGACY = 2600, 3600, (17, 18)
NEVER_READ, PRIVATE = 29, 28
"""Their places among the members."""


async def collections_of(conn: Connection, now: datetime, ids: Sequence[int]) -> None:
    """What the members own and how far they are; the collections loop ran twelve minutes ago."""
    chance = random.Random(13)
    await _exotics(conn)
    await _seals(conn)
    exotics = [row[0] for row in await conn.fetch("select collectible_hash from exotic order by position")]
    keen = {place: chance.betavariate(2.2, 1.3) for place in range(len(ids))}
    for place, membership_id in enumerate(ids):
        if place != NEVER_READ:
            await _owned(conn, now, chance, membership_id, keen[place], exotics, private=place == PRIVATE)
            await _records(conn, now, chance, membership_id, keen[place])
    await _news(conn, now, ids)
    await conn.execute(
        """
        insert into loop (name, interval_seconds, last_started_at, last_finished_at, last_ok_at, last_verdict,
          last_sentence, next_at)
        values ('collections', 1800, $1, $1, $1, 'done', '3 members read.', $2)
        """,
        now - timedelta(minutes=12), now + timedelta(minutes=18),
    )  # fmt: skip


async def _exotics(conn: Connection) -> None:
    rows: list[tuple[object, ...]] = []
    for slot, names in _WEAPONS:
        for name in names:
            n = len(rows)
            damage = "kinetic" if slot == "kinetic" else _DAMAGE[n % 5]
            rows.append(
                (FIRST_EXOTIC + n, n, name, "weapon", slot, None, _EXPANSIONS[n % 7], n % 7, damage, False, True)
            )
    for guardian, pieces in _ARMOR:
        for slot, name in zip(_ARMOR_SLOTS, pieces, strict=True):
            n = len(rows)
            rows.append(
                (FIRST_EXOTIC + n, n, name, "armor", slot, guardian, _EXPANSIONS[n % 7], n % 7, None, False, True)
            )
    rows.append((CLASSIFIED, 60, "Classified", "weapon", "power", None, None, None, None, True, True))
    rows.append((GONE, 61, "No Longer Here", "weapon", "kinetic", None, None, None, None, False, False))
    await conn.executemany(
        """
        insert into exotic (collectible_hash, item_hash, name, kind, slot, class, expansion, expansion_position, damage,
          redacted, is_current, position, source)
        values ($1, $1::bigint + 900000, $3, $4, $5, $6, $7, $8, $9, $10, $11, $2, 'Found in a chest.')
        """,
        rows,
    )
    await conn.executemany(
        "insert into catalyst (record_hash, name, collectible_hash, position) values ($1, $2, $3, $4)",
        [(FIRST_CATALYST + n, f"{row[2]} Catalyst", row[0], n) for n, row in enumerate(rows[:18])],
    )


async def _seals(conn: Connection) -> None:
    """Each of today's seals needs eight to twelve triumphs; two legacy ones beside them."""
    for number, name in zip(LEGACY, ("Undying", "MMXX"), strict=True):
        await conn.execute(
            """
            insert into seal (record_hash, node_hash, name, title, legacy, position, icon, record_hashes, is_current)
            values ($1, $1::bigint + 1000, $2, $3, true, $1, '', '{}', true)
            """,
            number, f"Season of {name}", name,
        )  # fmt: skip
    for number in range(1, 19):
        triumphs = [10_000 + 20 * number + n for n in range(8 + number % 5)]
        await conn.execute(
            "update seal set record_hashes = $2, gilding_record_hash = $3 where record_hash = $1",
            number, triumphs, 500 + number if number < 8 else None,
        )  # fmt: skip
        await conn.executemany(
            """
            insert into definition (table_name, hash, name, json, digest, version_added)
            values ('DestinyRecordDefinition', $1, $2, $3, '', '1.0')
            """,
            [
                (key, f"{_TRIUMPHS[n]} {number}", {"displayProperties": {"description": "Do it well."}})
                for n, key in enumerate(triumphs)
            ],
        )


async def _owned(
    conn: Connection, now: datetime, chance: random.Random, membership_id: int, keen: float, exotics: Sequence[int],
    *, private: bool,
) -> None:  # fmt: skip
    """The keener someone is and the more common an exotic, the likelier it is owned."""
    read_at = now - timedelta(days=209) if private else now - timedelta(hours=chance.uniform(0.3, 150))
    await conn.execute(
        """
        insert into collection (membership_id, tried_at, read_at, private, hidden_reads)
        values ($1, $2, $3, $4, case when $4::bool then 5 else 0 end)
        """,
        membership_id, now, read_at, private,
    )  # fmt: skip
    owned = [
        key
        for key in exotics
        if key not in (EYES, CLASSIFIED) and chance.random() < keen ** (0.1 + 9 * ((key * 37) % 41 / 41) ** 2)
        and not (key == VEX and chance.random() < 0.6)
    ]  # fmt: skip
    await conn.execute(
        "insert into member_exotic select $1, key, $3, true from unnest($2::bigint[]) key",
        membership_id, owned, now - timedelta(days=60),
    )  # fmt: skip
    await conn.executemany(
        """
        insert into member_catalyst (membership_id, record_hash, done_at, done, "of") values ($1, $2, $3, $4, 500)
        """,
        [
            (membership_id, FIRST_CATALYST + n, now if done == 500 else None, done)
            for n in range(18)
            for done in [500 if chance.random() < keen * (1 - n / 20) else chance.randrange(0, 480)]
        ],
    )


async def _records(conn: Connection, now: datetime, chance: random.Random, membership_id: int, keen: float) -> None:
    """Who holds a seal is told by seed.py; how far everyone is with the others, here."""
    await conn.execute("update profile set records_read_at = read_at where membership_id = $1", membership_id)
    await conn.execute("update member_seal set quiet = true where membership_id = $1", membership_id)
    held = {
        row[0]
        for row in await conn.fetch("select record_hash from member_seal where membership_id = $1", membership_id)
    }
    for number, triumphs in await conn.fetch("select record_hash, record_hashes from seal order by record_hash"):
        done = (
            len(triumphs)
            if number in held
            else min(int(len(triumphs) * keen * chance.uniform(0.2, 1.2)), len(triumphs) - 1)
        )
        complete = set(chance.sample(triumphs, done))
        await conn.executemany(
            'insert into member_triumph (membership_id, record_hash, complete, done, "of") values ($1, $2, $3, $4, 9)',
            [(membership_id, key, key in complete, 9 if key in complete else chance.randrange(9)) for key in triumphs],
        )
        await conn.execute(
            """
            insert into member_seal (membership_id, record_hash, done, "of") values ($1, $2, $3, $4)
            on conflict (membership_id, record_hash) do update set done = $3, "of" = $4
            """,
            membership_id, number, done, len(triumphs),
        )  # fmt: skip


async def _news(conn: Connection, now: datetime, ids: Sequence[int]) -> None:
    """Two found something, one earned a seal and one gilded one while we looked."""
    found = [(ids[27 % len(ids)], VEX, 4), (ids[3], FIRST_EXOTIC + 1, 30)]
    await conn.executemany(
        """
        insert into member_exotic values ($1, $2, $3, false)
        on conflict (membership_id, collectible_hash) do update set seen_at = excluded.seen_at, quiet = false
        """,
        [(member, key, now - timedelta(hours=hours)) for member, key, hours in found],
    )
    await conn.execute(
        """
        insert into member_seal (membership_id, record_hash, held_since, quiet, gilded_times, gilded_this_season)
        values ($1, 1, $2, true, 6, true)
        on conflict (membership_id, record_hash) do update set (held_since, gilded_times, gilded_this_season) =
          ($2, 6, true)
        """,
        ids[4], now - timedelta(days=60),
    )  # fmt: skip
    await conn.execute("insert into member_gilding values ($1, 1, 6, $2, false)", ids[4], now - timedelta(minutes=30))
    await conn.execute(
        """
        insert into member_seal (membership_id, record_hash, held_since, quiet) values ($1, 9, $2, false)
        on conflict (membership_id, record_hash) do update set held_since = $2, quiet = false
        """,
        ids[15], now - timedelta(hours=20),
    )  # fmt: skip


async def more_exotics(conn: Writer, ids: Sequence[int], count: int) -> None:
    """Weapons until there are `count`, each owned by two thirds of the members."""
    await conn.execute(
        """
        insert into exotic (collectible_hash, name, kind, slot, position)
        select 9000 + n, 'A weapon of quite some length ' || n, 'weapon', 'power', 100 + n
        from generate_series(1, $1 - (select count(*) from exotic where is_current and kind = 'weapon')) n
        """,
        count,
    )
    await conn.execute(
        """
        insert into member_exotic (membership_id, collectible_hash, seen_at, quiet)
        select m.id, x.collectible_hash, now(), true
        from unnest($1::bigint[]) with ordinality m (id, place) join exotic x on x.collectible_hash > 9000
        where (m.place * 7919 + x.collectible_hash * 104729) % 3 > 0
        """,
        list(ids),
    )
    await conn.execute("analyze")
