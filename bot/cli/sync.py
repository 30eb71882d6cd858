"""`sync`: one pass of a loop, now."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.options import config_option, configured, open_services, run_async
from bot.config import Config
from bot.domain.outcome import Outcome, Verdict
from bot.jobs import manifest, matches, membership, roster
from bot.jobs.loop import Loop
from bot.schedule import run_loop
from db.queries.clan import upsert_configured_clans

LOOPS = {loop.name: loop for loop in (manifest.LOOP, membership.LOOP, roster.LOOP, matches.LOOP)}


@click.command()
@click.argument("name", type=click.Choice(sorted(LOOPS)))
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="manifest only: a sqlite or zipped .content file of Bungie.net to load instead.",
)
@config_option
def sync(name: str, source: Path | None, config_path: Path | None) -> None:
    """One pass of the manifest, membership or roster loop, now."""
    if source and name != manifest.LOOP.name:
        raise click.UsageError("--from goes with manifest only.")
    loop = replace(manifest.LOOP, run=partial(manifest.run_from, source=source)) if source else LOOPS[name]
    with _bar() as bar:  # the log is set up below it, so that its lines go above the bar
        outcome = run_async(_one_pass(configured(config_path), loop, bar))
    click.echo(outcome.sentence or outcome.verdict.value)
    if outcome.verdict not in (Verdict.DONE,):
        sys.exit(1)


async def _one_pass(config: Config, loop: Loop, bar: Progress) -> Outcome:
    task = bar.add_task(loop.name, total=None)
    async with open_services(config, lambda done, total: bar.update(task, completed=done, total=total)) as services:
        async with services.pool.acquire() as conn:
            await upsert_configured_clans(conn, config.clans.ids, services.clock.now())
        return await run_loop(services, loop, loop.interval_seconds(config))


def _bar() -> Progress:
    """On a terminal only: whatever else reads stderr gets plain lines. It pulses until the steps are known."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
