"""`sync`: one pass of a loop, now."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from db.queries.clan import upsert_configured_clans
from rich.console import Console

from bot.cli.options import config_option, configured, open_services, run_async
from bot.config import Config
from bot.domain.outcome import Outcome, Verdict
from bot.jobs import manifest, membership, roster
from bot.schedule import run_loop

LOOPS = {loop.name: loop for loop in (manifest.LOOP, membership.LOOP, roster.LOOP)}


@click.command()
@click.argument("name", type=click.Choice(sorted(LOOPS)))
@config_option
def sync(name: str, config_path: Path | None) -> None:
    """One pass of the manifest, membership or roster loop, now."""
    outcome = run_async(_one_pass(configured(config_path), name))
    click.echo(outcome.sentence or outcome.verdict.value)
    if outcome.verdict not in (Verdict.DONE,):
        sys.exit(1)


async def _one_pass(config: Config, name: str) -> Outcome:
    loop = LOOPS[name]
    async with open_services(config) as services:
        async with services.pool.acquire() as conn:
            await upsert_configured_clans(conn, config.clans.ids, services.clock.now())
        with Console(stderr=True).status(f"{name} ..."):
            return await run_loop(services, loop, getattr(config.schedule, loop.interval_key))
