"""`demo`: the whole product against the sandbox, with nothing configured."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import click

from bot.children import die_with_parent
from bot.cli.stopping import run_async
from bot.errors import PortInUse, StartError

FIRST_PORT = 8080
_READY_SECONDS = 80.0
_STOP_SECONDS = 9.5
_LEAST_SECONDS = 0.8  # that the last of the children has to end by itself
_FAST = {"membership_seconds": 5, "roster_seconds": 5, "manifest_seconds": 60}


@click.command()
@click.option("--port", type=click.IntRange(1, 65534), help="The dashboard's port; Discord's is the next one.")
@click.option("--fast", is_flag=True, help="Shorter loops and a livelier world.")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Keep database and world here.")
def demo(port: int | None, fast: bool, data_dir: Path | None) -> None:
    """The whole product against a simulated Bungie.net and Discord."""
    run_async(_demo(port, fast, data_dir))


async def _demo(port: int | None, fast: bool, data_dir: Path | None) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with AsyncExitStack() as stack:
        home = data_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hawthorne-demo-")))
        home.mkdir(parents=True, exist_ok=True)
        number = _free_pair(port)
        children = _Children(home, stop)
        stack.push_async_callback(children.stop)
        sandbox = await children.start_sandbox(number + 1, fast)
        _write_config(home / "config.toml", sandbox, number, fast)
        await children.start("hawthorne", "bot", "run", "--config", str(home / "config.toml"))
        if await children.until(_is_ready(number, sandbox), _READY_SECONDS):
            click.echo(f"Dashboard: http://127.0.0.1:{number}")
            click.echo(f"Discord: http://127.0.0.1:{number + 1}")
            await children.watch()


def _free_pair(port: int | None) -> int:
    """The port asked for, or the first pair that is free from 8080 on. Raises PortInUse."""
    candidates = [port] if port else range(FIRST_PORT, FIRST_PORT + 200, 2)
    for number in candidates:
        if _is_free(number) and _is_free(number + 1):
            return number
    raise PortInUse(f"Port {candidates[0]} or the one after it is in use: name another with --port.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _write_config(path: Path, sandbox: dict[str, Any], port: int, fast: bool) -> None:
    sections: dict[str, dict[str, Any]] = {
        "discord": {
            "token": sandbox["token"],
            "api_url": sandbox["api_url"],
            "gateway_url": sandbox["gateway_url"],
            "announce_channel_id": int(sandbox["channel_id"]),
        },
        "bungie": {"api_key": sandbox["api_key"], "url": sandbox["bungie_url"], "stats_url": sandbox["stats_url"]},
        "clans": {"ids": sandbox["clan_ids"]},
        "schedule": _FAST if fast else {},
        "dashboard": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
    }
    lines = ["# Written by the demo at each start.", 'data_dir = "."']
    for name, keys in sections.items():
        lines += ["", f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")


async def _is_ready(port: int, sandbox: dict[str, Any]) -> None:
    """Return once the loops have run, every roster has been read and the slash commands are known to Discord."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        while True:
            try:
                if await _all_there(http, f"http://127.0.0.1:{port}", sandbox):
                    return
            except (OSError, aiohttp.ClientError, TimeoutError, ValueError):
                pass  # not listening yet
            await asyncio.sleep(0.25)


async def _all_there(http: aiohttp.ClientSession, dashboard: str, sandbox: dict[str, Any]) -> bool:
    async with http.get(f"{dashboard}/readyz") as answer:
        if answer.status != 200:
            return False
    for clan_id in sandbox["clan_ids"]:
        async with http.get(f"{dashboard}/api/v1/clans/{clan_id}/roster") as answer:
            members = (await answer.json()).get("members", [])
        if not members or all(member["last_played_at"] is None for member in members):
            return False
    async with http.get(f"{sandbox['discord_url']}/sandbox/discord/commands") as answer:
        return bool(await answer.json())


class _Children:
    """The sandbox and Hawthorne itself, each a process of its own; what they say goes to files in the data folder."""

    def __init__(self, home: Path, stop: asyncio.Event) -> None:
        self._home = home
        self._stop = stop
        self._running: list[tuple[str, asyncio.subprocess.Process]] = []

    async def start(self, name: str, module: str, *arguments: str, read: bool = False) -> asyncio.subprocess.Process:
        with (self._home / f"{name}.log").open("ab") as sink:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if read else sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self._running.append((name, process))
        return process

    async def start_sandbox(self, port: int, fast: bool) -> dict[str, Any]:
        """Start it and return the addresses and keys that it prints once it listens."""
        arguments = ["--bungie-port", "0", "--stats-port", "0", "--discord-port", str(port)]
        arguments += ["--data-dir", str(self._home / "sandbox"), *(["--fast"] if fast else [])]
        process = await self.start("sandbox", "bot.sandbox", *arguments, read=True)
        if process.stdout is None or not (line := await process.stdout.readline()):
            raise StartError(f"The sandbox did not start: {self._last_words('sandbox')}")
        addresses: dict[str, Any] = json.loads(line)
        return addresses

    async def until(self, ready: Any, seconds: float) -> bool:
        """Whether it got ready before a stop was asked for. Raises StartError when a child ended or time ran out."""
        waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(ready), asyncio.ensure_future(self._stop.wait())]
        waiting += [asyncio.ensure_future(process.wait()) for _, process in self._running]
        done, rest = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        self._raise_if_ended()
        if not done:
            raise StartError(f"It was not ready after {seconds:.0f} s: {self._last_words('hawthorne')}")
        return not self._stop.is_set()

    async def watch(self) -> None:
        """Return when a stop is asked for. Raises StartError when a child ends by itself."""
        waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._stop.wait())]
        waiting += [asyncio.ensure_future(process.wait()) for _, process in self._running]
        _, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        if not self._stop.is_set():
            self._raise_if_ended()

    def _raise_if_ended(self) -> None:
        for name, process in self._running:
            if process.returncode is not None:
                raise StartError(f"{name} ended with {process.returncode}: {self._last_words(name)}")

    def _last_words(self, name: str) -> str:
        lines = (self._home / f"{name}.log").read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    async def stop(self) -> None:
        """Hawthorne first, then the sandbox that it talks to; under 10 s together."""
        deadline = asyncio.get_running_loop().time() + _STOP_SECONDS
        for left, (_, process) in reversed(list(enumerate(self._running))):
            if process.returncode is None:
                process.terminate()
                seconds = deadline - asyncio.get_running_loop().time() - left * _LEAST_SECONDS
                try:
                    await asyncio.wait_for(process.wait(), max(seconds, _LEAST_SECONDS))
                except TimeoutError:
                    process.kill()
                    await process.wait()
