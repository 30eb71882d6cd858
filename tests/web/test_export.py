"""`export`: the same rows as the pages' files and the API's answers, whole."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from bot.errors import StartError, UnknownThing
from tests.unit.test_logs import untouched_logging
from tests.web import seed
from tests.web.conftest import NOW, Client, Writer, ask, check

__all__ = ["untouched_logging"]  # the command sets logging up, as if for a process of its own
CLAN = str(seed.QUIET_ORBIT)


@pytest.fixture
def config(own_dsn: str, tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f'[database]\nurl = "{own_dsn}"\n[log]\nlevel = "ERROR"\n', encoding="utf-8")
    return path


async def export(config: Path, *words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, cli, ["export", *words, "--config", str(config)])


@pytest.mark.parametrize("kind", ["roster", "weapons", "exotics", "seals", "events"])
async def test_csv_is_the_pages(config: Path, site: Client, kind: str) -> None:
    made = await export(config, kind, "--clan", CLAN, "--format", "csv")
    page = await site.get(f"/clans/{CLAN}/{kind}.csv")
    assert made.exit_code == 0, made.output
    wanted = await page.get_data()
    if kind == "roster":  # who is online depends on the moment
        assert made.stdout_bytes.splitlines()[0] == wanted.splitlines()[0]
        assert len(made.stdout_bytes.splitlines()) == len(wanted.splitlines())
    else:
        assert made.stdout_bytes == wanted


async def test_json_is_the_apis_and_whole(config: Path, site: Client, writer: Writer, tmp_path: Path) -> None:
    await writer.execute(
        """
        insert into event (kind, group_id, membership_id, name, about, occurred_at, recorded_at)
        select 'renamed', $1, $2, 'Ferro', n::text, $3::timestamptz - make_interval(mins => n), $3
        from generate_series(1, 600) n
        """,
        seed.QUIET_ORBIT,
        seed.FIRST_MEMBER,
        NOW,
    )
    file = tmp_path / "events.json"
    made = await export(config, "events", "--clan", CLAN, "--format", "json", "-o", str(file))
    assert (made.exit_code, made.stdout) == (0, "")
    assert "611 rows" in made.stderr
    body = json.loads(file.read_text(encoding="utf-8"))
    assert (len(body["events"]), body["next_cursor"]) == (611, None)
    check("/api/v1/clans/{group_id}/events", 200, body)
    first = await ask(site, f"/api/v1/clans/{CLAN}/events", "/api/v1/clans/{group_id}/events")
    assert body["events"][:500] == first["events"]


async def test_every_clan_together(config: Path) -> None:
    made = await export(config, "weapons", "--clan", "all", "--format", "json")
    body = json.loads(made.stdout)
    check("/api/v1/clans/{group_id}/weapons", 200, body)
    assert body["weapons"][0]["name"] == "Rose"


@pytest.mark.parametrize(
    "words",
    [
        ("exotic", "--clan", CLAN, "--format", "csv"),
        ("roster", "--format", "csv"),
        ("roster", "--clan", "x", "--format", "csv"),
        ("roster", "--clan", str(2**63), "--format", "csv"),
        ("roster", "--clan", CLAN, "--format", "xml"),
    ],
)
async def test_wrong_usage(config: Path, words: tuple[str, ...]) -> None:
    assert (await export(config, *words)).exit_code == 2


async def test_what_cannot_be_written_or_is_not_there(config: Path, tmp_path: Path) -> None:
    unknown = await export(config, "roster", "--clan", "5", "--format", "csv")
    assert isinstance(unknown.exception, UnknownThing)
    nowhere = await export(config, "roster", "--clan", CLAN, "--format", "csv", "-o", str(tmp_path / "no" / "x.csv"))
    assert isinstance(nowhere.exception, StartError)
