"""A simulated Bungie.net over real sockets, and a database that knows its clans and its manifest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.bungie.client import BungieClient
from bot.clock import ManualClock
from bot.config import Bungie, Config
from bot.config.keys import Secret
from bot.sandbox import facts
from bot.sandbox.bungie import BungieServer
from bot.sandbox.world import Person, World
from bot.sandbox.world.model import ROLES
from bot.services import Services
from db.pool import Connection, Pool

START = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RosterWorld:
    """The world and its server, our services against it, and one clock for both. `few`: who of the clan is a member."""

    world: World
    server: BungieServer
    services: Services
    clock: ManualClock
    few: frozenset[str]

    @property
    def group_id(self) -> int:
        return int(next(iter(self.world.clans)))

    def members(self) -> list[Person]:
        return [person for person in self.world.members(str(self.group_id)) if person.membership_id in self.few]


@asynccontextmanager
async def roster_world(
    pool: Pool, *, few: bool = True, with_manifest: bool = True, data_dir: Path = Path("data")
) -> AsyncIterator[RosterWorld]:
    """Everyone of the world's first clan, or a few of each sort, are members already and have never been read."""
    clock = ManualClock(START)
    world = World(7, clock.now)
    server = BungieServer(world)
    runner = web.AppRunner(server.www(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    bungie_config = Bungie(api_key=Secret(server.api_key), url=url, requests_per_second=25)
    config = Config(bungie=bungie_config, data_dir=data_dir)
    if with_manifest:
        async with pool.acquire() as conn, conn.transaction():
            await load_manifest(conn)
    try:
        async with BungieClient(config.bungie, pool=None, clock=clock) as bungie:
            made = RosterWorld(world, server, Services(pool, bungie, clock, config), clock, _chosen(world, few))
            await poll(made)
            yield made
    finally:
        await runner.cleanup()


def _chosen(world: World, few: bool) -> frozenset[str]:
    """Everyone, or up to three who are online, two who are private and eight others."""
    everyone = world.members(next(iter(world.clans)))
    online = [p for p in everyone if p.online]
    private = [p for p in everyone if p.private and not p.online]
    others = [p for p in everyone if not p.private and not p.online]
    chosen = [*online[:3], *private[:2], *others[:8]] if few else everyone
    return frozenset(person.membership_id for person in chosen)


async def poll(made: RosterWorld) -> None:
    """What an accepted poll of the clan leaves behind: its members, and who of them isOnline."""
    async with made.services.pool.acquire() as conn, conn.transaction():
        await conn.execute(
            """insert into clan (group_id, state, name, added_at) values ($1, 'tracked', 'Clan', $2)
            on conflict do nothing""",
            made.group_id,
            made.clock.now(),
        )
        for person in made.members():
            await _enter(conn, made.group_id, person, made.clock.now())


async def _enter(conn: Connection, group_id: int, person: Person, now: datetime) -> None:
    await conn.execute(
        """insert into member (membership_id, membership_type, name, first_seen_at) values ($1, $2, $3, $4)
        on conflict do nothing""",
        int(person.membership_id),
        person.membership_type,
        person.name,
        now,
    )
    await conn.execute(
        """insert into stint (group_id, membership_id, joined_at, role, is_online, online_changed_at)
        values ($1, $2, $3, $4, $5, $6) on conflict (group_id, membership_id, joined_at)
        do update set is_online = excluded.is_online, online_changed_at = excluded.online_changed_at""",
        group_id,
        int(person.membership_id),
        person.joined_at,
        ROLES[person.role],
        person.online,
        person.status_changed,
    )


async def load_manifest(conn: Connection) -> None:
    """The facts of the simulated manifest, as its loop would have stored them."""
    await conn.execute("insert into manifest_version values ('1', 'en', '{}', now(), true, 0, 0, 0)")
    for table, name in (
        ("DestinyActivityDefinition", "activities"),
        ("DestinyActivityModeDefinition", "modes"),
        ("DestinyRecordDefinition", "records"),
    ):
        rows = [(table, row["hash"], row["name"], _definition(row)) for row in facts.rows(name)]
        await conn.executemany(
            """insert into definition (table_name, hash, name, json, digest, version_added)
            values ($1, $2, $3, $4, '', '1')""",
            rows,
        )
    await conn.executemany(
        "insert into seal values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true)",
        [_seal(place, row) for place, row in enumerate(facts.rows("seals"))],
    )


def _definition(row: facts.Row) -> dict[str, Any]:
    title = row.get("title")
    told = {"titlesByGender": {"Male": title, "Female": title}} if title else {}
    return {"modeType": row.get("modeType"), "titleInfo": told}


def _seal(place: int, row: facts.Row) -> tuple[Any, ...]:
    completion = row["completion"]
    return (
        completion,
        row["node"],
        row["name"],
        facts.title_of(completion),
        facts.gilding_of(completion),
        row["legacy"],
        place,
        row["icon"],
        row["records"],
    )
