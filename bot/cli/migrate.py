"""`migrate`: apply what is pending, or print it."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import config_option, configured
from bot.cli.stopping import run_async
from bot.config import Config
from db.migrate import all_migrations
from db.migrate import migrate as apply_pending
from db.pool import connect_patiently, database


@click.command()
@click.option("--sql", is_flag=True, help="Print all migrations instead of applying them.")
@config_option
def migrate(sql: bool, config_path: Path | None) -> None:
    """Bring the database to this version's tables."""
    if sql:
        for migration in all_migrations():
            click.echo(f"-- {migration.number:04d} {migration.name}\n{migration.sql}")
        return
    run_async(_apply(configured(config_path)))


async def _apply(config: Config) -> None:
    async with database(config) as dsn:
        conn = await connect_patiently(dsn)
        try:
            done = await apply_pending(conn)
        finally:
            await conn.close()
    for migration in done:
        click.echo(f"applied {migration.number:04d} {migration.name}")
    if not done:
        click.echo("Nothing to do: the database is up to date.")
