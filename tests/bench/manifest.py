"""All tables of a 150 MB manifest: memory of the child that decodes them, time, and the stalls of who loads them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.bungie.client import BungieClient
from bot.clock import SystemClock
from bot.config import Bungie, Config, Manifest, Secret
from bot.domain.outcome import Outcome, Verdict
from bot.jobs import manifest
from bot.services import Services
from db.embedded import embedded
from db.migrate import migrate
from db.pool import connect_patiently, open_pool
from tests.bench.live import probing
from tests.bench.report import Report, percentile


async def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="hw-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        async with _shelf(home / "shelf", report) as url, _services(home / "data", url) as services:
            await _load(report, services, "all tables for the first time")
            async with aiohttp.ClientSession() as http:
                await http.get(f"{url}/next")
            await _load(report, services, "the next version, with its changes logged")


async def _load(report: Report, services: Services, what: str) -> None:
    """Between two idle spells, so that all see the same machine."""
    before = await _idle_ms()
    with _Watch() as watch, _Steps() as steps:
        began = time.perf_counter()
        async with probing() as probe:
            outcome = await manifest.run(services)
        took = time.perf_counter() - began
    assert outcome.verdict is Verdict.DONE, outcome.sentence
    _say(report, what, outcome, took, watch.peak_mb)
    stall, idle = percentile(probe.late_ms, 0.999), percentile([*before, *await _idle_ms()], 0.999)
    report.line(
        f"loop stalls p99.9 meanwhile ({len(probe.late_ms)} probes)",
        f"{stall:.1f} ms",
        ratio=f"idle loop {idle:.1f} ms, worst {max(probe.late_ms):.0f} ms",
        goal="under 10 ms more than idle",
        met=stall - idle < 10,
    )
    report.line(
        "the loop's longest step meanwhile, CPU",
        f"{steps.longest_ms:.1f} ms",
        goal="under 10 ms",
        met=steps.longest_ms < 10,
    )


class _Steps:
    """CPU time of the loop's longest single step: its stalls by its own doing, whatever else the machine is at."""

    def __init__(self) -> None:
        self.longest_ms = 0.0

    def __enter__(self) -> _Steps:
        self._run = run = asyncio.events.Handle._run  # type: ignore[attr-defined]

        def timed(handle: asyncio.Handle) -> None:
            began = time.thread_time()
            run(handle)
            self.longest_ms = max(self.longest_ms, (time.thread_time() - began) * 1000)

        asyncio.events.Handle._run = timed  # type: ignore[attr-defined]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.events.Handle._run = self._run  # type: ignore[attr-defined]


async def _idle_ms() -> list[float]:
    async with probing() as probe:
        await asyncio.sleep(8)
    return probe.late_ms


def _say(report: Report, what: str, outcome: Outcome, took: float, peak_mb: float) -> None:
    counts = outcome.counts
    words = f"{counts['added']:,} added, {counts['changed']:,} changed, {counts['removed']:,} removed"
    report.line(what, f"{took:.1f} s", ratio=words)
    report.line("peak of the child's memory", f"{peak_mb:.0f} MB", goal="under 400 MB", met=peak_mb < 400)


class _Watch:
    """Asks the kernel, from a thread of its own, how much memory unpacking children ever had."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._done = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> _Watch:
        self._task = asyncio.create_task(self._watch())
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()

    async def _watch(self) -> None:
        while not self._done.is_set():
            self.peak_mb = max(self.peak_mb, await asyncio.to_thread(_peak_mb))
            await asyncio.sleep(0.1)


def _peak_mb() -> float:
    peaks = [0.0]
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, StopIteration, ValueError):
            if b"bot.bungie.unpack" in (entry / "cmdline").read_bytes():
                lines = (entry / "status").read_text().splitlines()
                peaks.append(int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024)
    return max(peaks)


@asynccontextmanager
async def _shelf(folder: Path, report: Report) -> AsyncIterator[str]:
    folder.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.manifest_shelf", str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        made = json.loads(await process.stdout.readline())
        report.line("the manifest that was made", f"{made['bytes'] / 1e6:.0f} MB")
        yield json.loads(await process.stdout.readline())["url"]
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def _services(data: Path, url: str) -> AsyncIterator[Services]:
    keys: dict[str, Any] = {"api_key": Secret("key"), "url": url, "requests_per_second": 25}
    config = Config(data_dir=data, bungie=Bungie(**keys), manifest=Manifest(tables="all"))
    async with embedded(data) as dsn:
        conn = await connect_patiently(dsn)
        await migrate(conn)
        await conn.close()
        async with (
            open_pool(dsn, name="bench") as pool,
            BungieClient(config.bungie, pool=pool, clock=SystemClock(), intervals=config.schedule) as bungie,
        ):
            yield Services(pool, bungie, SystemClock(), config)
