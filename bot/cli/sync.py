"""`sync`: one pass of a loop, now."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from bot.cli.bar import Bar, progress_bar
from bot.cli.options import config_option, configured, open_services
from bot.cli.stopping import run_async
from bot.config import Config
from bot.domain.outcome import Outcome, Verdict
from bot.jobs import collections, manifest, matches, membership, roster
from bot.jobs.loop import Loop
from bot.jobs.matches.settling import settle
from bot.presenters.backlog import walked_sentence
from bot.presenters.text import plural
from bot.schedule import run_loop
from bot.services import Services
from db.queries.clan import upsert_configured_clans

LOOPS = {loop.name: loop for loop in (manifest.LOOP, membership.LOOP, roster.LOOP, matches.LOOP, collections.LOOP)}


_STEPS = {"manifest": "tables", "roster": "profiles", "matches": "histories", "collections": "profiles"}
_KEPT = {
    "manifest": "The manifest of before stays; the next pass loads this one anew.",
    "membership": "What was read is stored; the next pass reads every clan.",
    "roster": "What was read is stored; the next pass goes on from there.",
    "matches": "What was read is stored; the rest waits for `run`, `backfill` or the next pass.",
    "collections": "What was read is stored; the next pass goes on from there.",
}


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
    """One pass of a loop, now. `matches` ends when every report that is due is stored."""
    if source and name != manifest.LOOP.name:
        raise click.UsageError("--from goes with manifest only.")
    loop = replace(manifest.LOOP, run=partial(manifest.run_from, source=source)) if source else LOOPS[name]
    with progress_bar(name) as bar:
        outcome = run_async(_one_pass(configured(config_path), loop, bar), lambda: _left(name, bar))
    click.echo(outcome.sentence or outcome.verdict.value)
    if outcome.verdict not in (Verdict.DONE,):
        sys.exit(1)


def _left(name: str, bar: Bar) -> str:
    return f"Stopped{bar.far(_STEPS.get(bar.name, bar.name))}. {_KEPT[name]}"


async def _one_pass(config: Config, loop: Loop, bar: Bar) -> Outcome:
    async with open_services(config, bar.show) as services:
        async with services.pool.acquire() as conn:
            await upsert_configured_clans(conn, config.clans.ids, services.clock.now())
        outcome = await run_loop(services, loop, loop.interval_seconds(config))
        return await _with_reports(services, outcome, bar) if loop.name == matches.LOOP.name else outcome


async def _with_reports(services: Services, outcome: Outcome, bar: Bar) -> Outcome:
    """The reports that are due now, fetched here or by whoever else works; a pass is good only with all of them."""
    bar.begin("reports")
    settled = await settle(services, outcome.found)
    if outcome.verdict is not Verdict.DONE:
        return outcome
    if settled.left:
        sentence = f"{plural(settled.left, 'report')} could not be fetched; they stay due."
        return replace(outcome, verdict=Verdict.PARTIAL, sentence=sentence)
    walked = walked_sentence(outcome.counts["walked"], outcome.counts["new"], settled.waiting)
    return replace(outcome, sentence=f"{walked} {plural(settled.stored, 'report')} fetched.")
