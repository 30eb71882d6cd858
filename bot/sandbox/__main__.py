"""`python -m bot.sandbox`: the sandbox as a process of its own, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import click

from bot.sandbox.app import Sandbox
from bot.sandbox.world.matches.model import Amount


@click.command()
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same world.")
@click.option("--bungie-port", default=0, help="Port of the API and the manifest; 0: any free one.")
@click.option("--stats-port", default=0, help="Port of the host of reports; 0: any free one.")
@click.option("--discord-port", default=0, help="Port of Discord and of this sandbox's own pages; 0: any free one.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the world and the messages here, and go on with them at the next start.",
)
@click.option("--fast", is_flag=True, help="Something happens every few seconds.")
@click.option(
    "--matches",
    type=click.Choice(["demo", "few", "none"]),
    default="demo",
    show_default=True,
    help="How much past there is: four years, three quiet weeks, nothing.",
)
@click.option("--unlimited", is_flag=True, help="Bungie.net counts no requests: for measuring.")
@click.option("--still", is_flag=True, help="Nothing happens but what is asked for.")
def main(
    seed: int,
    bungie_port: int,
    stats_port: int,
    discord_port: int,
    data_dir: Path | None,
    fast: bool,
    matches: Amount,
    still: bool,
    unlimited: bool,
) -> None:
    """A simulated Bungie.net and a simulated Discord over one small world."""
    ports = (bungie_port, stats_port, discord_port)
    try:
        sandbox = Sandbox(seed, data_dir, fast, live=not still, ports=ports, matches=matches)
        if unlimited:
            sandbox.bungie.rate.limit = None
        asyncio.run(_serve(sandbox))
    except OSError as error:
        raise click.ClickException(f"the sandbox cannot start: {error}") from error


async def _serve(sandbox: Sandbox) -> None:
    """Print one line of JSON once all ports answer, then run until told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with sandbox:
        sys.stdout.write(json.dumps(sandbox.describe()) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    main()
