"""`doctor`: one line a check, `ok` or what to do. It changes nothing, and does not migrate."""

from __future__ import annotations

import stat
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import click

from bot.bungie.probe import Tell
from bot.cli.doctor.bungie import check_bungie
from bot.cli.doctor.finding import Finding, Mark, fix, ok, skip
from bot.cli.doctor.machine import Memory, check_machine
from bot.cli.doctor.port import check_port
from bot.cli.doctor.record import Recording, save
from bot.cli.doctor.server import Skew, check_discord
from bot.cli.options import config_option
from bot.cli.stopping import run_async
from bot.clock import Clock, SystemClock
from bot.config import Config, file_of, load
from bot.errors import ConfigError
from bot.logs import configure
from bot.presenters.text import plural

_MOST_SKEW = timedelta(seconds=30)


@click.command()
@click.option(
    "--record",
    "record_to",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save Bungie.net's answers for a bug report, without names and ids.",
)
@config_option
def doctor(record_to: Path | None, config_path: Path | None) -> None:
    """Look at everything that has to be right: one line a check, `ok` or what to do."""
    sys.exit(run_async(_examine(config_path, record_to)))


async def _examine(config_path: Path | None, record_to: Path | None) -> int:
    """Print the findings as they come; the exit code."""
    try:
        config = load(config_path)
    except ConfigError as error:
        click.echo(fix("config", str(error)).line)
        click.echo(skip("everything else", "the configuration comes first.").line)
        return 1
    configure(config)
    clock, recording = SystemClock(), Recording()
    findings: list[Finding] = []
    async for finding in examine(config, file_of(config_path), clock, recording.tell if record_to else None):
        click.echo(finding.line)
        findings.append(finding)
    if record_to is not None:
        save(record_to, recording.whole([finding.line for finding in findings], clock.now()))
        click.echo(f"Saved {record_to}.")
    return 1 if any(finding.mark is Mark.FIX for finding in findings) else 0


async def examine(
    config: Config, config_file: Path | None, clock: Clock, tell: Tell | None = None
) -> AsyncIterator[Finding]:
    """Every check; what can't be looked at before something else is mended says so."""
    yield _judge_file(config_file)
    memory, skew = Memory(), Skew()
    async for finding in check_machine(config, memory):
        yield finding
    yield await check_port(config)
    clans = memory.clans | set(config.clans.ids)
    async for finding in check_bungie(config, clans, clock, skew, tell):
        yield finding
    async for finding in check_discord(config, memory.channels | _configured_channel(config), clock, skew):
        yield finding
    yield _judge_clock(skew)


def _configured_channel(config: Config) -> set[int]:
    channel = config.discord.announce_channel_id
    return set() if channel is None else {channel}


def _judge_file(path: Path | None) -> Finding:
    if path is None:
        return ok("config", "every key is known and well-formed")
    mode = path.stat().st_mode
    open_to = " Others on this machine can read it: chmod 600 keeps its secrets." if mode & stat.S_IROTH else ""
    return ok("config", f"{path}: every key is known and well-formed.{open_to}")


def _judge_clock(skew: Skew) -> Finding:
    told = {"Bungie.net": skew.bungie, "Discord": skew.discord}
    known = {name: ahead for name, ahead in told.items() if ahead is not None}
    if not known:
        return skip("clock", "nobody told the time.")
    name, ahead = max(known.items(), key=lambda item: abs(item[1]))
    seconds = round(abs(ahead.total_seconds()))
    if abs(ahead) > _MOST_SKEW:
        way = "ahead of" if ahead > timedelta() else "behind"
        return fix("clock", f"it is {plural(seconds, 'second')} {way} {name}'s: set it, and keep it set (NTP).")
    return ok("clock", f"within {max(seconds, 1)} s of {' and '.join(known)}")
