"""The commands of the shell, one file a group: `python -m bot COMMAND`."""

from __future__ import annotations

import sys

import click

from bot import __version__
from bot.cli.backfill import backfill
from bot.cli.demo import demo
from bot.cli.discord import commands, invite
from bot.cli.doctor import doctor
from bot.cli.export import export
from bot.cli.held import held
from bot.cli.icons import icons
from bot.cli.migrate import migrate
from bot.cli.queue import queue
from bot.cli.recompute import recompute
from bot.cli.run import run
from bot.cli.stopping import Stopped
from bot.cli.sync import sync
from bot.errors import ConfigError, HawthorneError

WRONG_CONFIG = 78  # EX_CONFIG: a supervisor should not start it again


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="Hawthorne")
def cli() -> None:
    """Hawthorne, a Destiny 2 clan's steward: a Discord bot and a dashboard over one database."""


for command in (run, demo, doctor, migrate, sync, backfill, recompute, queue, held, export, icons, invite, commands):
    cli.add_command(command)


def main() -> None:
    """Run a command; errors raised on purpose become one line on stderr and an exit code."""
    try:
        cli(prog_name="python -m bot")
    except Stopped as stopped:
        click.echo(f"hawthorne: {stopped}", err=True)
        sys.exit(stopped.code)
    except ConfigError as error:
        click.echo(f"hawthorne: {error}", err=True)
        sys.exit(WRONG_CONFIG)
    except HawthorneError as error:
        click.echo(f"hawthorne: {error}", err=True)
        sys.exit(1)
