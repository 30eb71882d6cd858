"""What each part needs from the configuration before anything is started."""

from __future__ import annotations

import socket

from bot.config import Config
from bot.errors import ConfigError, PortInUse

PARTS = ("discord", "ingest", "web")


def check_keys(config: Config, parts: frozenset[str]) -> None:
    """Raises ConfigError for the first key that one of these parts can't do without."""
    if "discord" in parts and not config.discord.token:
        raise ConfigError(
            "discord.token is missing: copy it from your application's page on discord.com/developers (Bot, Reset "
            "Token) into config.toml or HAWTHORNE_DISCORD__TOKEN, or leave the bot out with --only."
        )
    if "ingest" in parts and not config.bungie.api_key:
        raise ConfigError(
            "bungie.api_key is missing: create an application on bungie.net/en/Application and copy its API key into "
            "config.toml or HAWTHORNE_BUNGIE__API_KEY."
        )


def bind(config: Config) -> socket.socket:
    """The dashboard's socket, bound before anything else starts.

    Raises PortInUse when someone has the port, ConfigError when the host is no address of this machine.
    """
    host, port = config.dashboard_host, config.dashboard.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(f"dashboard.host is not right: {host} is no address ({error.strerror}).") from error
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(address)
        sock.listen(128)
    except OSError as error:
        sock.close()
        raise PortInUse(
            f"Port {port} on {host} can't be had ({error.strerror}): stop what uses it, or set dashboard.port."
        ) from error
    sock.setblocking(False)
    return sock
