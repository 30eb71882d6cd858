"""Options that several commands share, and what a command opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import click

from bot.bungie.client import BungieClient
from bot.clock import SystemClock
from bot.config import Config, load
from bot.logs import configure
from bot.services import Services, unseen
from db.migrate import migrate
from db.pool import Pool, connect_patiently, database, open_pool

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration file (default: HAWTHORNE_CONFIG, then ./config.toml).",
)


def configured(path: Path | None) -> Config:
    """Read the configuration and set up logging by it. Raises ConfigError."""
    config = load(path)
    configure(config)
    return config


@asynccontextmanager
async def open_services(config: Config, progress: Callable[[int, int], None] = unseen) -> AsyncIterator[Services]:
    """The database, migrated, and a client of Bungie.net: what one pass of a loop needs."""
    async with open_database(config) as pool:
        clock = SystemClock()
        async with BungieClient(config.bungie, pool=pool, clock=clock, intervals=config.schedule) as bungie:
            yield Services(pool, bungie, clock, config, progress)


@asynccontextmanager
async def open_database(config: Config) -> AsyncIterator[Pool]:
    """A pool on the migrated database. Raises DatabaseUnreachable, DataDirUnusable."""
    async with database(config) as dsn:
        conn = await connect_patiently(dsn)
        try:
            await migrate(conn)
        finally:
            await conn.close()
        async with open_pool(dsn, name="command", max_size=6) as pool:
            yield pool
