"""`python -m bot demo`: the way a visitor goes first, on its real pages."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.e2e.harness import JSON, Child, eventually, free_port, text_of


class Demo:
    """A running demo, with its two addresses."""

    def __init__(self, child: Child, dashboard: str, discord: str, http: aiohttp.ClientSession) -> None:
        self.child, self.dashboard, self.discord, self.http = child, dashboard, discord, http

    async def json(self, url: str) -> JSON:
        async with self.http.get(url) as answer:
            assert answer.status == 200, (url, answer.status)
            body: JSON = await answer.json()
            return body

    async def post(self, path: str, body: JSON) -> JSON:
        async with self.http.post(f"{self.discord}{path}", json=body) as answer:
            assert answer.status < 400, await answer.text()
            made: JSON = await answer.json()
            return made

    async def words(self, containing: str) -> list[str]:
        channels = await self.json(f"{self.discord}/sandbox/discord/channels")
        messages = await self.json(f"{self.discord}/sandbox/discord/channels/{channels[0]['id']}/messages")  # type: ignore[index]
        return [text for message in messages if containing in (text := text_of(message))]


@asynccontextmanager
async def demo(home: Path) -> AsyncIterator[Demo]:
    child = Child(home / "demo.log")
    port = free_port()
    await child.start("bot", "demo", "--fast", "--port", str(port), "--data-dir", str(home / "kept"), piped=True)
    assert child.process is not None
    assert child.process.stdout is not None
    try:
        lines = [(await asyncio.wait_for(child.process.stdout.readline(), 80)).decode().strip() for _ in range(2)]
        assert lines == [f"Dashboard: http://127.0.0.1:{port}", f"Discord: http://127.0.0.1:{port + 1}"], child.words()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as http:
            yield Demo(child, lines[0].split(": ")[1], lines[1].split(": ")[1], http)
    finally:
        if child.alive:
            await child.signal(signal.SIGKILL)


def processes_of(folder: Path) -> list[str]:
    """Command lines of processes that name this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in line and entry.name != str(os.getpid()):
            found.append(line)
    return found


async def test_a_visitor_sees_joins_asks_for_roster_and_weapons_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with demo(tmp_path) as visit:
        await eventually(lambda: visit.words("Watching"), 15, "the first message of each clan")
        world = await visit.json(f"{visit.discord}/sandbox/world")
        clan = world["clans"][1]["group_id"]
        await visit.post("/sandbox/world/join", {"group_id": clan, "name": "Quillfeather"})
        await eventually(lambda: visit.words("Quillfeather"), 25, "the join is posted")
        roster = await visit.json(f"{visit.dashboard}/api/v1/clans/{clan}/roster")
        assert any(m["name"].startswith("Quillfeather") for m in roster["members"])
        channels = await visit.json(f"{visit.discord}/sandbox/discord/channels")
        asked = {"type": "command", "channel_id": channels[0]["id"], "name": "roster"}  # type: ignore[index]
        answer = await visit.post("/sandbox/discord/interactions", asked)
        assert answer["ok"], answer
        assert len(processes_of(tmp_path / "kept")) > 3
        assert re.search(r"Roster · \d+ of \d+ online", str(answer["response"]))
        await eventually(lambda: picture(visit), 30, "weapons are answered with a chart")
        started = time.monotonic()
        assert await visit.child.signal(signal.SIGINT) == 0
        assert time.monotonic() - started < 10
    assert processes_of(tmp_path / "kept") == []


async def picture(visit: Demo) -> bool:
    asked = {"type": "command", "name": "weapons", "options": {"mode": "all", "days": 0}, "wait": 10}
    answer = await visit.post("/sandbox/discord/interactions", asked)
    assert answer["ok"], answer
    return [file["filename"] for file in answer["response"]["files"]] == ["chart.png"]


async def test_a_killed_demo_takes_its_children_along(tmp_path: Path) -> None:
    async with demo(tmp_path) as visit:
        assert processes_of(tmp_path / "kept")
        assert visit.child.process is not None
        os.kill(visit.child.process.pid, signal.SIGKILL)

        async def gone() -> bool:
            return processes_of(tmp_path / "kept") == []

        await eventually(gone, 12, "nothing is left running")
