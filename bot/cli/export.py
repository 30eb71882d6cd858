"""`export`: a clan's roster, weapons, exotics, seals or events as a file."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.options import config_option, configured, open_database
from bot.cli.stopping import run_async
from bot.clock import SystemClock
from bot.config import Config
from bot.errors import StartError
from bot.presenters.text import plural
from db.pool import one_moment

KINDS = ("roster", "weapons", "exotics", "seals", "events")
_ALL = "all"


class _Clan(click.ParamType[int | None]):
    """A group id, or all."""

    name = "id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        if value == _ALL:
            return None
        if not (value.isascii() and value.isdigit() and 0 < int(value) < 2**63):
            self.fail(f"{value!r} is no clan's id: it is the number in the clan's address on bungie.net.", param, ctx)
        return int(value)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--clan", "group_id", required=True, type=_Clan(), help="The clan's id, or all for every tracked clan.")
@click.option("--format", "form", required=True, type=click.Choice(("csv", "json")), help="The form of the file.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; else standard output."
)
@config_option
def export(kind: str, group_id: int | None, form: str, output: Path | None, config_path: Path | None) -> None:
    """Write a clan's roster, weapons (Crucible, all time), exotics, seals or events: the columns of the pages' CSV."""
    work = _export(configured(config_path), kind, group_id, form, output)
    run_async(work, lambda: "Stopped before a byte was written. `export` begins anew.")


async def _export(config: Config, kind: str, group_id: int | None, form: str, output: Path | None) -> None:
    body, rows = await _made(config, kind, group_id, form)
    if output is None:
        click.echo(body, nl=False)
    else:
        _write(output, body, rows)


def _write(output: Path, body: bytes, rows: int) -> None:
    """At one go and within the loop, whose signals wait for it: none of them leaves half a file."""
    try:
        output.write_bytes(body)
    except OSError as error:
        raise StartError(f"{output} can't be written: {error.strerror}.") from error
    click.echo(f"{output}: {plural(rows, 'row')}.", err=True)


async def _made(config: Config, kind: str, group_id: int | None, form: str) -> tuple[bytes, int]:
    """The file and how many rows it has, all of one moment. Raises UnknownThing."""
    from dashboard.export import KINDS as WHOLE  # the web's modules are needed by this command only

    async with open_database(config) as pool, pool.acquire() as conn, one_moment(conn):
        made = await WHOLE[kind](conn, group_id, SystemClock().now())
    return (made.csv() if form == "csv" else made.json()), made.rows
