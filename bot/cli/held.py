"""`held`: batches of leaves that wait for a decision."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import config_option, configured, open_database
from bot.cli.stopping import run_async
from bot.clock import SystemClock
from bot.config import Config
from bot.errors import UnknownThing
from bot.jobs import held as jobs
from bot.presenters.text import plural
from db.queries.membership import select_held

_batch_id = click.argument("batch_id", metavar="ID", type=click.IntRange(min=1, max=2**63 - 1))


@click.group(invoke_without_command=True)
@config_option
@click.pass_context
def held(context: click.Context, config_path: Path | None) -> None:
    """List the held batches; `approve ID` announces one, `discard ID` drops it."""
    context.obj = config_path
    if context.invoked_subcommand is None:
        run_async(_list(configured(config_path)))


@held.command()
@_batch_id
@config_option
@click.pass_context
def approve(context: click.Context, batch_id: int, config_path: Path | None) -> None:
    """Announce a held batch of leaves."""
    run_async(_decide(configured(config_path or context.obj), batch_id, approve=True))


@held.command()
@_batch_id
@config_option
@click.pass_context
def discard(context: click.Context, batch_id: int, config_path: Path | None) -> None:
    """Drop a held batch; its members count as present until polls say otherwise again."""
    run_async(_decide(configured(config_path or context.obj), batch_id, approve=False))


async def _list(config: Config) -> None:
    async with open_database(config) as pool, pool.acquire() as conn:
        batches = await select_held(conn)
    for batch in batches:
        since = f"{batch.since:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{batch.id}  clan {batch.group_id}  {plural(batch.count, 'member')} missing since {since}")
    if not batches:
        click.echo("Nothing is held.")


async def _decide(config: Config, batch_id: int, *, approve: bool) -> None:
    decide = jobs.approve if approve else jobs.discard
    async with open_database(config) as pool:
        count = await decide(pool, batch_id, SystemClock().now())
    if count is None:
        raise UnknownThing(f"No held batch has the id {batch_id}: `held` lists them.")
    click.echo(f"{'Announced' if approve else 'Dropped'}: {plural(count, 'leave')}.")
