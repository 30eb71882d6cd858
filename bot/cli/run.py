"""`run`: the parts named, until SIGTERM or SIGINT."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import config_option, configured
from bot.cli.stopping import run_async
from bot.runtime import PARTS, serve


@click.command()
@click.option("--only", "only", multiple=True, type=click.Choice(PARTS), help="Run this part only; may be repeated.")
@config_option
def run(only: tuple[str, ...], config_path: Path | None) -> None:
    """Run the bot, the loops and the dashboard until stopped."""
    config = configured(config_path)
    run_async(serve(config, frozenset(only or PARTS)))
