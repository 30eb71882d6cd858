"""`icons`: the game's pictures, kept here."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.cli.bar import Bar, progress_bar
from bot.cli.options import config_option, configured, open_services
from bot.cli.stopping import run_async
from bot.config import Config
from bot.errors import UnknownThing
from bot.jobs.icons import Fetched, fetch_icons
from bot.presenters.text import number, plural


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where to keep them (default: icons below data_dir, where the dashboard looks for them).",
)
@config_option
def icons(folder: Path | None, config_path: Path | None) -> None:
    """Download the icons of seals, exotics and weapons. It may be stopped at any time and goes on where it was."""
    with progress_bar("icons") as bar:
        config = configured(config_path)
        work = _fetched(config, folder or config.data_dir / "icons", bar)
        fetched = run_async(work, lambda: f"Stopped{bar.far('icons')}. `icons` goes on from there.")
    click.echo(summary(fetched))
    sys.exit(0 if fetched.whole else 1)


async def _fetched(config: Config, folder: Path, bar: Bar) -> Fetched:
    async with open_services(config, bar.show) as services:
        fetched = await fetch_icons(services, folder)
    if not fetched.named:
        raise UnknownThing("No manifest has been read yet: `sync manifest` reads it.")
    return fetched


def summary(fetched: Fetched) -> str:
    """What is there now, and why the rest is not."""
    words = f"{plural(fetched.saved, 'icon')} saved, {number(fetched.kept)} were there."
    if fetched.failed:
        path, reason = next(iter(fetched.failed.items()))
        words += f" {number(len(fetched.failed))} could not be had, such as {path}: {reason}"
    return f"{words} {fetched.stopped}".strip()
