"""`doctor` against the sandbox over real sockets: all well, and each thing broken in turn."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
import pytest_asyncio
from aiohttp import web

from bot.cli.doctor import examine, machine
from bot.cli.doctor.finding import Finding, Mark
from bot.cli.doctor.record import Recording
from bot.clock import Clock, SystemClock
from bot.config import load
from bot.sandbox.app import Sandbox
from bot.sandbox.bungie.requestlog import RateWatch
from tests.e2e.harness import free_port

NOT_A_CLAN = "2810345"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed=7, live=False) as opened:
        clan = opened.clan_ids[0]
        everyone = opened.world.members(clan)
        opened.world.set_online(everyone[0].membership_id)
        for person in everyone:
            opened.world.play_match("control", [person.membership_id])
        yield opened


class Place:
    """A configuration that points at the sandbox, and what `doctor` says about it."""

    def __init__(self, folder: Path, sandbox: Sandbox, dsn: str) -> None:
        self.path = folder / "config.toml"
        self.sandbox = sandbox
        self.keys: dict[str, dict[str, Any]] = {
            "discord": {
                "token": sandbox.token,
                "api_url": sandbox.api_url,
                "announce_channel_id": sandbox.channel_id,
            },
            "bungie": {"api_key": sandbox.api_key, "url": sandbox.bungie_url, "stats_url": sandbox.stats_url},
            "clans": {"ids": sandbox.clan_ids},
            "database": {"url": dsn},
            "dashboard": {"port": free_port()},
        }

    def write(self, **sections: dict[str, Any]) -> None:
        lines = []
        for name in {**self.keys, **sections}:
            lines.append(f"[{name}]")
            for key, value in {**self.keys.get(name, {}), **sections.get(name, {})}.items():
                lines.append(f"{key} = {json.dumps(value)}")
        self.path.write_text("\n".join(lines))
        self.path.chmod(0o600)

    async def findings(self, clock: Clock | None = None, **sections: dict[str, Any]) -> list[Finding]:
        self.write(**sections)
        return [one async for one in examine(load(self.path, {}), self.path, clock or SystemClock())]

    async def broken(self, clock: Clock | None = None, **sections: dict[str, Any]) -> dict[str, str]:
        """check -> what to do, of what is not right."""
        found = await self.findings(clock, **sections)
        return {finding.check: finding.text for finding in found if finding.mark is Mark.FIX}

    async def ask(self, method: str, path: str, body: Any = None) -> None:
        async with (
            aiohttp.ClientSession() as http,
            http.request(method, f"{self.sandbox.discord_url}{path}", json=body) as answer,
        ):
            assert answer.status < 400, await answer.text()


@pytest.fixture
def place(tmp_path: Path, sandbox: Sandbox, dsn: str) -> Place:
    return Place(tmp_path, sandbox, dsn)


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def whole_again(sandbox: Sandbox) -> AsyncIterator[None]:
    """What a test broke is mended."""
    yield
    sandbox.bungie.faults.clear()
    sandbox.bungie.rate = RateWatch()  # each test is an address of its own
    async with aiohttp.ClientSession() as http:
        for path in ("/sandbox/discord/faults", "/sandbox/faults"):
            await http.delete(f"{sandbox.discord_url}{path}")
        permissions = f"{sandbox.discord_url}/sandbox/discord/channels/{sandbox.channel_id}/permissions"
        await http.post(permissions, json={"deny": [], "allow": []})


# -- all well -----------------------------------------------------------------------------------------------


async def test_all_well_is_a_line_a_check(place: Place) -> None:
    found = await place.findings()
    assert {finding.mark for finding in found} == {Mark.OK}, [finding.line for finding in found]
    clans = [f"clan {group_id}" for group_id in sorted(place.sandbox.clan_ids, key=int)]
    assert [finding.check for finding in found] == [
        *("config", "data_dir", "database", "migrations", "dashboard", "Bungie key"),
        *clans,
        *("rows a page", "isOnline", "settings roots", "manifest", "item fields", "history", "report host"),
        *("Discord token", "channel #clan-news", "clock"),
    ]
    said = {finding.check: finding.text for finding in found}
    assert place.sandbox.world.clan(place.sandbox.clan_ids[0]).name in said[f"clan {place.sandbox.clan_ids[0]}"]
    assert said["rows a page"].startswith("50, then ")
    assert said["isOnline"].startswith("true for ")
    assert "newest first" in said["history"]
    assert said["report host"].startswith("it has the report of match ")


async def test_it_breaks_none_of_bungies_rules_and_posts_nothing(place: Place) -> None:
    await place.findings()
    assert place.sandbox.bungie.log.summary()["violations"] == []
    asked = place.sandbox.discord.requests.to_json(500)["recent"]
    assert {request["method"] for request in asked} == {"GET"}


async def test_it_changes_nothing_in_the_database(place: Place, empty_dsn: str) -> None:
    found = await place.findings(database={"url": empty_dsn})
    said = {finding.check: finding for finding in found}
    assert said["migrations"].mark is Mark.OK
    assert "applied by the next start" in said["migrations"].text
    conn = await asyncpg.connect(empty_dsn)
    assert await conn.fetchval("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == 0
    await conn.close()


async def test_the_embedded_database_is_not_made(place: Place) -> None:
    found = {finding.check: finding for finding in await place.findings(database={"url": ""})}
    assert found["data_dir"].mark is Mark.OK
    assert "first start makes" in found["data_dir"].text
    assert "first start makes" in found["database"].text
    assert not (place.path.parent / "data").exists()


async def test_channels_of_feeds_are_looked_at_too(place: Place, dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    general = next(one for one in place.sandbox.discord.store.channels.values() if one.name == "general")
    await conn.execute("insert into channel (channel_id) values ($1)", int(general.id))
    await conn.execute("insert into feed (channel_id, source) values ($1, 'setup')", int(general.id))
    await conn.close()
    checks = [finding.check for finding in await place.findings() if finding.check.startswith("channel")]
    assert sorted(checks) == ["channel #clan-news", "channel #general"]


# -- each thing broken in turn ------------------------------------------------------------------------------


async def test_a_config_that_others_read_is_told(place: Place) -> None:
    place.write()
    place.path.chmod(0o644)
    first = await anext(examine(load(place.path, {}), place.path, SystemClock()))
    assert first.mark is Mark.OK
    assert "chmod 600" in first.text


@pytest.mark.parametrize(
    ("section", "key", "value", "check", "says"),
    [
        ("bungie", "api_key", "", "Bungie key", "bungie.net/en/Application"),
        ("bungie", "api_key", "wrong", "Bungie key", "Copy it again"),
        ("bungie", "url", "http://127.0.0.1:9", "Bungie key", "check the connection"),
        ("bungie", "stats_url", "http://127.0.0.1:9", "report host", "bungie.stats_url"),
        ("discord", "token", "", "Discord token", "Reset Token"),
        ("discord", "token", "wrong", "Discord token", "copy it again"),
        ("discord", "api_url", "http://127.0.0.1:9/api/v10", "Discord token", "can't be reached"),
        ("discord", "announce_channel_id", "42", "channel 42", "no such channel"),
        ("clans", "ids", [], "clans", "clans.ids"),
        ("clans", "ids", ["42"], "clan 42", "no such clan"),
        ("clans", "ids", [NOT_A_CLAN], f"clan {NOT_A_CLAN}", "no clan"),
        ("database", "url", "postgresql://u:canary@127.0.0.1:9/d", "database", "check database.url"),
        ("database", "web_url", "postgresql://u:canary@127.0.0.1:9/d", "web login", "database.web_url"),
    ],
)
async def test_a_wrong_key_is_one_finding(
    place: Place, monkeypatch: pytest.MonkeyPatch, section: str, key: str, value: Any, check: str, says: str
) -> None:
    monkeypatch.setattr(machine, "_PATIENCE_SECONDS", 0.2)
    broken = await place.broken(**{section: {key: value}})
    assert list(broken) == [check]
    assert says in broken[check]
    assert "canary" not in str(broken)


async def test_a_port_that_another_program_has(place: Place) -> None:
    with socket.create_server(("127.0.0.1", place.keys["dashboard"]["port"])):
        broken = await place.broken()
    assert list(broken) == ["dashboard"]
    assert "set dashboard.port" in broken["dashboard"]


async def test_a_port_that_hawthorne_has_is_fine(place: Place) -> None:
    app = web.Application()
    app.router.add_get("/healthz", healthy)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", place.keys["dashboard"]["port"]).start()
    try:
        said = {finding.check: finding for finding in await place.findings()}
    finally:
        await runner.cleanup()
    assert said["dashboard"].mark is Mark.OK
    assert "Hawthorne listens" in said["dashboard"].text


async def healthy(request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def test_a_host_that_is_none(place: Place) -> None:
    broken = await place.broken(dashboard={"access": "public", "host": "no such host"})
    assert "dashboard.host" in broken["dashboard"]


async def test_one_good_clan_among_bad_ones(place: Place) -> None:
    ids = [place.sandbox.clan_ids[0], "42", NOT_A_CLAN]
    found = {finding.check: finding.mark for finding in await place.findings(clans={"ids": ids})}
    assert found[f"clan {ids[0]}"] is Mark.OK
    assert found["clan 42"] is found[f"clan {NOT_A_CLAN}"] is Mark.FIX
    assert found["isOnline"] is Mark.OK


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        ({"subsystem": "all", "fault": "error5"}, {"Bungie key"}),
        ({"subsystem": "all", "fault": "html503"}, {"Bungie key"}),
        ({"subsystem": "members", "fault": "truncated"}, {"members"}),
        ({"subsystem": "members", "fault": "empty"}, {"rows a page"}),
        ({"subsystem": "members", "fault": "blind"}, {"isOnline"}),
        ({"subsystem": "manifest", "fault": "html503"}, {"manifest", "item fields"}),
        ({"subsystem": "reports", "fault": "html503"}, {"report host"}),
        ({"subsystem": "history", "fault": "html503"}, {"history"}),
        ({"subsystem": "groups", "fault": "error5_500"}, {"clan"}),
    ],
    ids=lambda value: f"{value['subsystem']}-{value['fault']}" if isinstance(value, dict) else "",
)
async def test_bungies_faults_are_named(place: Place, fault: dict[str, Any], checks: set[str]) -> None:
    place.sandbox.bungie.faults.add(fault)
    broken = await place.broken()
    assert {check.split()[0] if check.startswith("clan ") else check for check in broken} == checks


async def test_definitions_that_lost_a_field(place: Place) -> None:
    table = place.sandbox.bungie.manifest.tables["DestinyInventoryItemDefinition"]
    whole = table["347366834"]
    table["347366834"] = {key: value for key, value in whole.items() if key != "collectibleHash"}
    try:
        assert "lacks collectibleHash" in (await place.broken())["item fields"]
    finally:
        table["347366834"] = whole


@pytest.mark.parametrize(
    ("denied", "says"),
    [
        ("EMBED_LINKS", "lacks Embed Links"),
        ("SEND_MESSAGES", "lacks Send Messages"),
        ("ATTACH_FILES", "lacks Attach Files"),
        ("READ_MESSAGE_HISTORY", "lacks Read Message History"),
        ("VIEW_CHANNEL", "View Channel"),
    ],
)
async def test_a_permission_taken_away_is_named(place: Place, denied: str, says: str) -> None:
    path = f"/sandbox/discord/channels/{place.sandbox.channel_id}/permissions"
    await place.ask("POST", path, {"deny": [denied]})
    (text,) = (await place.broken()).values()
    assert says in text


async def test_discord_down_is_no_wrong_token(place: Place) -> None:
    await place.ask("POST", "/sandbox/discord/faults", {"fault": "503"})
    assert "try again later" in (await place.broken())["Discord token"]


class OffClock(SystemClock):
    def __init__(self, seconds: float) -> None:
        self._off = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._off


@pytest.mark.parametrize(("off", "says"), [(40, "ahead of"), (-40, "behind")])
async def test_a_clock_that_is_off_is_told(place: Place, off: float, says: str) -> None:
    assert says in (await place.broken(OffClock(off)))["clock"]


async def test_a_clock_that_is_little_off_is_fine(place: Place) -> None:
    assert await place.broken(OffClock(20)) == {}


async def test_data_dir_that_can_not_be_written(place: Place) -> None:
    (place.path.parent / "data").write_text("x")
    assert list(await place.broken(database={"url": ""})) == ["data_dir"]


def test_data_dir_that_can_not_be_made() -> None:
    finding = machine.check_data_dir(Path("/proc/hawthorne"))
    assert finding.mark is Mark.FIX
    assert "/proc/hawthorne can't be" in finding.text


async def test_a_role_without_rights_is_told(place: Place, dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    await conn.execute("drop role if exists poor")
    await conn.execute("create role poor login password 'poor'")
    poor = re.sub("//[^@]*@", "//poor:poor@", dsn)
    try:
        broken = await place.broken(database={"url": poor})
        assert "grant create on schema public to poor" in broken["database"]
    finally:
        await conn.execute("drop role poor")
        await conn.close()


async def test_an_edited_migration_is_told(place: Place, dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    await conn.execute("update schema_migration set checksum = 'x' where number = 1")
    await conn.close()
    assert "0001 was edited" in (await place.broken())["migrations"]


async def test_a_newer_database_is_told(place: Place, dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    await conn.execute("insert into schema_migration (number, name, checksum) values (9999, 'x', 'x')")
    await conn.close()
    assert "start a newer version" in (await place.broken())["migrations"]


# -- the recording ------------------------------------------------------------------------------------------


async def test_a_recording_names_nobody(place: Place) -> None:
    place.write()
    recording = Recording()
    lines = [finding.line async for finding in examine(load(place.path, {}), place.path, SystemClock(), recording.tell)]
    whole = recording.whole(lines, datetime.now(UTC))
    text = json.dumps(whole, ensure_ascii=False)
    world = place.sandbox.world
    for group_id in place.sandbox.clan_ids:
        for person in world.members(group_id):
            assert person.membership_id not in text
            assert not person.bungie_net_id or f'"{person.bungie_net_id}"' not in text
            assert not person.global_name or f'"{person.global_name}"' not in text
        assert world.clan(group_id).name not in text
        assert group_id not in text
    assert place.sandbox.api_key not in text
    assert place.sandbox.token not in text
    first_page, second_page = (answer for answer in whole["answers"] if "/Members/" in answer["path"])
    assert first_page["body"]["Response"]["hasMore"] is True
    ids = [row["destinyUserInfo"]["membershipId"] for row in first_page["body"]["Response"]["results"]]
    assert len(set(ids)) == len(ids) == 50
    assert all(len(one) == 19 for one in ids)
    assert not set(ids) & {row["destinyUserInfo"]["membershipId"] for row in second_page["body"]["Response"]["results"]}
    profile = next(answer for answer in whole["answers"] if "/Profile/" in answer["path"])
    assert profile["path"].split("/")[4] in ids


# -- as a command -------------------------------------------------------------------------------------------


async def run(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> tuple[int, list[str], str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **(env or {})},
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode().splitlines(), err.decode()


async def test_the_command_says_ok_and_saves_a_recording(place: Place, tmp_path: Path) -> None:
    place.write()
    code, lines, err = await run("--record", "answers.json", cwd=tmp_path)
    assert (code, err) == (0, ""), lines
    assert all(line.startswith("ok ") for line in lines[:-1])
    assert lines[-1] == "Saved answers.json."
    assert len(json.loads((tmp_path / "answers.json").read_text())["answers"]) > 8
    assert sorted(one.name for one in tmp_path.iterdir()) == ["answers.json", "config.toml"]


async def test_the_command_ends_with_1_when_something_is_to_do(place: Place, tmp_path: Path) -> None:
    place.write(clans={"ids": ["42"]})
    code, lines, err = await run("--config", str(place.path), cwd=tmp_path)
    assert (code, err) == (1, "")
    assert [line for line in lines if line.startswith("fix ")] == [line for line in lines if "clan 42" in line]


async def test_the_command_ends_with_1_for_a_typo(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[discrod]\n")
    code, lines, err = await run(cwd=tmp_path)
    assert (code, err) == (1, "")
    assert [line.split(":")[0] for line in lines] == ["fix  config", "skip everything else"]
    assert "did you mean discord" in lines[0]


async def test_a_recording_that_can_not_be_saved(place: Place, tmp_path: Path) -> None:
    place.write()
    code, _, err = await run("--record", "no/such/folder.json", cwd=tmp_path)
    assert code == 1
    assert err.count("\n") == 1
    assert "can't be written" in err


async def test_nothing_configured_at_all(tmp_path: Path) -> None:
    port = free_port()
    code, lines, _ = await run(
        cwd=tmp_path, env={"HAWTHORNE_BUNGIE__URL": f"http://127.0.0.1:{port}", "HAWTHORNE_DASHBOARD__PORT": str(port)}
    )
    assert code == 1
    assert [line.split(":")[0] for line in lines if line.startswith("fix")] == ["fix  Bungie key", "fix  Discord token"]
