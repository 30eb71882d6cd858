"""`backfill`: the whole past of all members, in the foreground."""

from __future__ import annotations

import sys
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

import click
import structlog

from bot.cli.bar import Bar, progress_bar
from bot.cli.options import config_option, configured, open_services
from bot.cli.stopping import run_async
from bot.clock import Clock
from bot.config import Config
from bot.domain.clan import ClanState
from bot.domain.queue import Progress
from bot.errors import UnknownThing
from bot.jobs.backfill.drive import Scope, bytes_of, fetch, prepare, walk
from bot.presenters.backlog import ahead_sentence, end_sentence, pace_words
from bot.services import Services
from db.queries.clan import select_clans

log = structlog.get_logger(__name__)

_SAY_EVERY = 60.0
_WINDOW = 120.0


@click.command()
@click.option("--clan", "group_id", type=click.IntRange(min=1, max=2**63 - 1), metavar="ID", help="One clan only.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="No further back than this UTC day.")
@config_option
def backfill(group_id: int | None, since: datetime | None, config_path: Path | None) -> None:
    """Read the whole match history of all members. It may be stopped at any time and goes on where it was."""
    scope = Scope(group_id, since.replace(tzinfo=UTC) if since else None)
    with progress_bar("histories") as bar:
        whole = run_async(_backfill(configured(config_path), scope, bar), lambda: _left(bar))
    sys.exit(0 if whole else 1)


async def _backfill(config: Config, scope: Scope, bar: Bar) -> bool:
    """Whether every history could be read."""
    async with open_services(config, bar.show) as services:
        await _check(services, scope)
        click.echo("Reading who has played which matches; how much there is to fetch comes after that.", err=True)
        unread = await prepare(services, scope)
        found = await walk(services, scope)
        size = await bytes_of(services, found.waiting)
        click.echo(ahead_sentence(found, config.bungie.requests_per_second, size))
        bar.begin("reports")
        found = await fetch(services, scope, _Teller(services.clock, bar).tell)
    click.echo(end_sentence(found, unread))
    return not unread and found.walked == found.characters


def _left(bar: Bar) -> str:
    far = bar.far(bar.name.partition(",")[0])
    return f"Stopped{far}; what was read is stored. `backfill` goes on from there, and so does `run`."


async def _check(services: Services, scope: Scope) -> None:
    """Raises UnknownThing when there is nobody whose past could be read."""
    async with services.pool.acquire() as conn:
        clans = await select_clans(conn, services.clock.now())
    tracked = {clan.group_id for clan in clans if clan.state is ClanState.TRACKED}
    if not tracked:
        raise UnknownThing("No clan has been read yet: `sync membership` reads those of clans.ids.")
    if scope.group_id is not None and scope.group_id not in tracked:
        raise UnknownThing(f"No tracked clan has the id {scope.group_id}.")


class _Teller:
    """Says rate and time left beside the bar, and once a minute in the log."""

    def __init__(self, clock: Clock, bar: Bar) -> None:
        self._clock, self._bar = clock, bar
        self._seen: deque[tuple[float, int]] = deque()
        self._said = clock.now().timestamp()

    def tell(self, progress: Progress) -> None:
        now, done = self._clock.now().timestamp(), progress.stored + progress.lacking
        self._seen.append((now, done))
        while self._seen[0][0] < now - _WINDOW:
            self._seen.popleft()
        words = pace_words(progress.waiting, self._rate())
        self._bar.rename(f"reports, {words}")
        if now - self._said >= _SAY_EVERY:
            self._said = now
            log.info("backfill", done=done, of=progress.known, pace=words)

    def _rate(self) -> float:
        (began, first), (now, last) = self._seen[0], self._seen[-1]
        return (last - first) / (now - began) if now > began else 0.0
