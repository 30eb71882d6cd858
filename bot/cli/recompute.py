"""`recompute`: what is derived, made anew from the facts."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.bar import Bar, progress_bar
from bot.cli.options import config_option, configured, open_database
from bot.cli.stopping import run_async
from bot.config import Config
from bot.presenters.text import plural
from db.queries.recompute import Recomputed, recompute_weapons


@click.group()
def recompute() -> None:
    """Rebuild what is derived from the facts."""


@recompute.command()
@config_option
def weapons(config_path: Path | None) -> None:
    """Sums of members and of weapons, from every stored match. Reports wait meanwhile; nothing else does."""
    with progress_bar("weapons") as bar:
        found = run_async(_weapons(configured(config_path), bar), lambda: _left(bar))
    click.echo(_sentence(found))


async def _weapons(config: Config, bar: Bar) -> Recomputed:
    async with open_database(config) as pool:
        return await recompute_weapons(pool, bar.show)


def _left(bar: Bar) -> str:
    """It is one transaction: half a rebuild would be worse than none."""
    return f"Stopped{bar.far('parts')}; the sums are as they were. `recompute weapons` begins anew."


def _sentence(found: Recomputed) -> str:
    if not found.differed:
        return "Nothing differed."
    wrong = f"{plural(found.member_stats, 'row')} of members and {plural(found.weapons, 'row')} of weapons"
    followed = "; whom the clans count was put right, too" if found.members_followed else ""
    return f"Put right: {wrong}{followed}."
