"""`invite` and `commands sync`: what has to do with the Discord application."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import config_option, configured, open_database
from bot.cli.stopping import run_async
from bot.config import Config
from bot.errors import ConfigError


def needs_token(config: Config) -> str:
    """The bot token. Raises ConfigError where none is configured."""
    if not config.discord.token:
        raise ConfigError("discord.token is missing: copy it from your application's page, Bot, Reset Token.")
    return config.discord.token.reveal()


@click.command()
@config_option
def invite(config_path: Path | None) -> None:
    """Print the address that adds the bot to a server with the least permissions."""
    from bot.client import invite_url

    config = configured(config_path)
    needs_token(config)
    click.echo(run_async(invite_url(config)))


@click.group()
def commands() -> None:
    """The slash commands that Discord knows."""


@commands.command("sync")
@click.option("--guild", type=int, help="Register for this server only: there they show at once.")
@config_option
def sync_commands(guild: int | None, config_path: Path | None) -> None:
    """Register the slash commands, when they changed."""
    config = configured(config_path)
    needs_token(config)
    run_async(_sync(config, guild))


async def _sync(config: Config, guild: int | None) -> None:
    from bot.client import sync_commands as register
    from cogs import MODULES

    async with open_database(config) as pool:
        changed = await register(config, pool, MODULES, guild)
    click.echo("Registered the slash commands." if changed else "Nothing to do: the slash commands are up to date.")
