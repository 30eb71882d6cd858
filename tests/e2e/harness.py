"""Real processes for end-to-end tests: the sandbox and Hawthorne, each `python -m ...`, spoken to over sockets."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.children import die_with_parent
from db.places import CLUSTER, home_of

JSON = dict[str, Any]


def free_port() -> int:
    """A port that is free, and so is the next one.

    Below those that the kernel gives to outgoing connections, and of another thousand for each worker: a port that was
    free a moment ago must still be so when a process has started.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 20_000 + 1_000 * (worker % 10)
    candidates = random.SystemRandom().sample(range(first, first + 1_000, 2), 100)
    return next(port for port in candidates if _is_free(port) and _is_free(port + 1))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def eventually(check: Callable[[], Awaitable[Any]], seconds: float, what: str) -> Any:
    """The first true value of `check`; fails with `what` and the last value after `seconds`."""
    deadline = time.monotonic() + seconds
    last: Any = None
    while time.monotonic() < deadline:
        try:
            last = await check()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            last = error
        if last and not isinstance(last, BaseException):
            return last
        await asyncio.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s; last: {last!r}")


@dataclass
class Child:
    """One process, its output in a file."""

    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self, *arguments: str, env: dict[str, str] | None = None, piped: bool = False) -> None:
        with self.log.open("ab") as sink:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if piped else sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
                env={**os.environ, **(env or {})},
            )

    async def signal(self, signum: signal.Signals) -> int:
        """Send a signal and wait for the end; the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signum)
        return await asyncio.wait_for(self.process.wait(), 15)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def words(self) -> str:
        return self.log.read_text("utf-8", "replace")[-6000:]


@dataclass
class Town:
    """A sandbox process, a configuration for it, and Hawthorne when it is started."""

    home: Path
    sandbox: Child
    places: JSON
    port: int
    http: aiohttp.ClientSession
    hawthorne: Child = field(init=False)

    def __post_init__(self) -> None:
        self.hawthorne = Child(self.home / "hawthorne.log")

    @property
    def config_path(self) -> Path:
        return self.home / "config.toml"

    def configure(self, **sections: JSON) -> None:
        """Write config.toml: the sandbox's addresses, short loops, and what a test changes."""
        base: dict[str, JSON] = {
            "discord": {
                "token": self.places["token"],
                "api_url": self.places["api_url"],
                "gateway_url": self.places["gateway_url"],
                "announce_channel_id": int(self.places["channel_id"]),
            },
            "bungie": {
                "api_key": self.places["api_key"],
                "url": self.places["bungie_url"],
                "stats_url": self.places["stats_url"],
            },
            "clans": {"ids": self.places["clan_ids"]},
            "schedule": {"membership_seconds": 1, "roster_seconds": 1, "manifest_seconds": 30},
            "dashboard": {"port": self.port, "public_url": f"http://127.0.0.1:{self.port}"},
            "log": {"format": "json"},
        }
        for name, keys in sections.items():
            base[name] = {**base.get(name, {}), **keys}
        lines = ['data_dir = "data"']
        for name, keys in base.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
        self.config_path.write_text("\n".join(lines) + "\n", "utf-8")

    async def start(self, *arguments: str, env: dict[str, str] | None = None) -> None:
        await self.hawthorne.start("bot", "run", "--config", str(self.config_path), *arguments, env=env)

    async def api(self, path: str) -> JSON:
        async with self.http.get(f"http://127.0.0.1:{self.port}/api/v1{path}") as answer:
            body: JSON = await answer.json()
            return body

    async def page(self, path: str) -> tuple[int, str]:
        async with self.http.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    async def ready(self, seconds: float = 30) -> None:
        async def check() -> bool:
            assert self.hawthorne.alive, self.hawthorne.words()
            return (await self.page("/readyz"))[0] == 200

        await eventually(check, seconds, "ready")

    async def watched(self, seconds: float = 40) -> None:
        """Return once every clan has its first accepted poll and a read roster."""

        async def check() -> bool:
            assert self.hawthorne.alive, self.hawthorne.words()
            for clan_id in self.places["clan_ids"]:
                members = (await self.api(f"/clans/{clan_id}/roster")).get("members", [])
                if not members or sum(m["last_played_at"] is None and not m["private"] for m in members) > 3:
                    return False
            return True

        await eventually(check, seconds, "every roster read")

    async def ask(self, method: str, path: str, body: JSON | None = None) -> Any:
        """The sandbox's control API."""
        async with self.http.request(method, f"{self.places['discord_url']}{path}", json=body) as answer:
            assert answer.status < 400, (path, answer.status, await answer.text())
            return await answer.json()

    async def happen(self, action: str, **what: Any) -> list[JSON]:
        made = await self.ask("POST", f"/sandbox/world/{action}", what)
        return list(made["events"] if isinstance(made, dict) else made)

    async def messages(self) -> list[JSON]:
        return list(await self.ask("GET", f"/sandbox/discord/channels/{self.places['channel_id']}/messages"))

    async def command(self, name: str, **options: Any) -> JSON:
        answer: JSON = await self.ask(
            "POST",
            "/sandbox/discord/interactions",
            {"type": "command", "channel_id": self.places["channel_id"], "name": name, "options": options},
        )
        return answer


@asynccontextmanager
async def town(
    home: Path, *, live: bool = False, seed: int = 7, matches: str = "none", unlimited: bool = False
) -> AsyncIterator[Town]:
    """A sandbox of its own; nothing happens in its world by itself unless `live`. Ends every process at the end.

    `matches`: how much past there is (none, few, demo). `unlimited`: its Bungie.net counts no requests.
    """
    sandbox = Child(home / "sandbox.log")
    arguments = ["bot.sandbox", "--seed", str(seed), "--bungie-port", "0", "--stats-port", "0", "--discord-port", "0"]
    arguments += ["--matches", matches, *(["--unlimited"] if unlimited else [])]
    await sandbox.start(*arguments, *(["--fast"] if live else ["--still"]), piped=True)
    assert sandbox.process is not None
    assert sandbox.process.stdout is not None
    line = await asyncio.wait_for(sandbox.process.stdout.readline(), 20)
    assert line, sandbox.words()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        place = Town(home, sandbox, json.loads(line), free_port(), http)
        place.configure()
        try:
            yield place
        finally:
            for child in (place.hawthorne, sandbox):
                if child.alive:
                    await child.signal(signal.SIGKILL)


def text_of(message: JSON) -> str:
    """All words of a message and its embeds."""
    words = [message.get("content") or ""]
    for embed in message.get("embeds", []):
        words += [embed.get("title") or "", embed.get("description") or ""]
        words += [f"{f['name']} {f['value']}" for f in embed.get("fields", [])]
        words += [(embed.get("footer") or {}).get("text") or ""]
    return "\n".join(words)


async def postmaster(data_dir: Path) -> int | None:
    """The process id of the embedded PostgreSQL that runs under data_dir."""
    pid_file = home_of(data_dir.resolve()) / CLUSTER / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid
