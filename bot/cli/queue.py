"""`queue`: reports that wait, run, failed or are gone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from bot.cli.options import config_option, configured, open_database
from bot.cli.stopping import run_async
from bot.clock import SystemClock
from bot.config import Config
from bot.domain.match import MatchState
from bot.domain.queue import Backlog, QueuedReport
from bot.jobs.recording import queue_reports
from bot.presenters.text import number, plural
from db.queries.match_write import update_failed_again
from db.queries.queue_state import select_backlog, select_unhappy

_FAILED, _GONE = 100, 10


@click.group(invoke_without_command=True)
@config_option
@click.pass_context
def queue(context: click.Context, config_path: Path | None) -> None:
    """List what waits, runs, failed and is gone; `retry` queues the failed again."""
    context.obj = config_path
    if context.invoked_subcommand is None:
        run_async(_list(configured(config_path)))


@queue.command()
@config_option
@click.pass_context
def retry(context: click.Context, config_path: Path | None) -> None:
    """Queue the failed reports again, as if they had never been asked for."""
    run_async(_retry(configured(config_path or context.obj)))


async def _list(config: Config) -> None:
    async with open_database(config) as pool, pool.acquire() as conn:
        backlog = await select_backlog(conn)
        failed = await select_unhappy(conn, MatchState.FAILED, _FAILED)
        gone = await select_unhappy(conn, MatchState.GONE, _GONE)
    for line in (*_counts(backlog), *_lines("Failed", failed, backlog.failed), *_lines("Gone", gone, backlog.gone)):
        click.echo(line)


def _counts(backlog: Backlog) -> Iterable[str]:
    yield f"waiting  {number(backlog.waiting)}  ({number(backlog.due)} due now, {number(backlog.later)} later)"
    yield f"running  {number(backlog.running)}"
    yield f"failed   {number(backlog.failed)}" + ("  (`queue retry` asks for them again)" if backlog.failed else "")
    yield f"gone     {number(backlog.gone)}" + ("  (Bungie.net has lost them)" if backlog.gone else "")


def _lines(title: str, reports: tuple[QueuedReport, ...], count: int) -> Iterable[str]:
    if reports:
        yield ""
        yield f"{title}, the last asked for first:"
    for report in reports:
        asked = f"asked {report.asked_at:%Y-%m-%d %H:%M} UTC" if report.asked_at else "not asked yet"
        yield f"  {report.instance_id}  played {report.period:%Y-%m-%d}  {asked}  {report.error or ''}".rstrip()
    if len(reports) < count:
        yield f"  and {number(count - len(reports))} more"


async def _retry(config: Config) -> None:
    async with open_database(config) as pool, pool.acquire() as conn, conn.transaction():
        again = await update_failed_again(conn)
        await queue_reports(conn, config, again, SystemClock().now())
    click.echo(f"{plural(len(again), 'report')} queued again." if again else "No report has failed.")
