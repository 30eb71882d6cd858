"""What is wrong at start is one line that says what to do, and an exit code that a supervisor understands."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.harness import JSON, Town, eventually, town


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("bad")) as opened:
        yield opened


async def ends_with(place: Town, *arguments: str, seconds: float = 40) -> tuple[int, str]:
    place.hawthorne.log.unlink(missing_ok=True)
    await place.start(*arguments)
    assert place.hawthorne.process is not None
    code = await asyncio.wait_for(place.hawthorne.process.wait(), seconds)
    lines = [line for line in place.hawthorne.words().splitlines() if line.startswith("hawthorne: ")]
    assert len(lines) == 1, place.hawthorne.words()
    assert "Traceback" not in place.hawthorne.words()
    return code, lines[0]


WRONG: list[tuple[JSON, str]] = [
    ({"bungie": {"api_key": "wrong"}}, "bungie.api_key"),
    ({"discord": {"token": "wrong"}}, "discord.token"),
    ({"discord": {"token": ""}}, "discord.token"),
    ({"bungie": {"api_key": ""}}, "bungie.api_key"),
    ({"schedule": {"roster_second": 5}}, "schedule.roster_seconds"),
    ({"clans": {"ids": ["abc"]}}, "clans.ids"),
]


@pytest.mark.parametrize(("change", "named"), WRONG, ids=[named for _, named in WRONG])
async def test_wrong_configuration_ends_with_78_and_names_the_key(place: Town, change: JSON, named: str) -> None:
    place.configure(**change)
    code, line = await ends_with(place)
    assert code == 78
    assert named in line


async def test_a_port_in_use_ends_with_1(place: Town) -> None:
    place.configure()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", place.port))
        taken.listen()
        code, line = await ends_with(place)
    assert code == 1
    assert str(place.port) in line


async def test_a_data_dir_that_cannot_be_written_ends_with_1(place: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place.configure()
    text = place.config_path.read_text().replace('data_dir = "data"', f'data_dir = "{tmp_path}/file/data"')
    place.config_path.write_text(text)
    code, line = await ends_with(place)
    assert code == 1
    assert "data_dir" in line


async def test_an_unreachable_database_is_tried_for_30_seconds_then_ends_with_1(place: Town) -> None:
    place.configure(database={"url": "postgresql://nobody:secretword@127.0.0.1:1/none"})
    began = asyncio.get_running_loop().time()
    code, line = await ends_with(place, seconds=50)
    assert code == 1
    assert "database" in line
    assert "secretword" not in place.hawthorne.words()
    assert 29 < asyncio.get_running_loop().time() - began < 45


async def test_an_unknown_clan_and_a_group_that_is_no_clan_are_said_and_the_rest_runs(place: Town) -> None:
    place.configure(clans={"ids": ["999999999", place.places["clan_ids"][1]]})
    await place.start("--only", "ingest", "--only", "web")
    await place.ready()

    async def listed() -> bool:
        clans = (await place.api("/clans"))["clans"]
        return [clan["group_id"] for clan in clans] == [place.places["clan_ids"][1]]

    await eventually(listed, 20, "the other clan is tracked")

    async def said() -> bool:
        return "999999999" in (await place.page("/status"))[1]

    await eventually(said, 20, "the unknown clan is on /status")
    assert "999999999" in place.hawthorne.words()
