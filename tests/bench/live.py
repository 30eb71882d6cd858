"""Hawthorne in this process, the sandbox and the typist in others: answers and the event loop's stalls under load."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import hypercorn.asyncio  # noqa: F401

import bot.client  # noqa: F401 - loaded here, so that imports are not measured as stalls
import cogs.roster  # noqa: F401
from bot.config import load
from bot.runtime import PARTS, serve
from dashboard import create_app  # noqa: F401
from tests.bench.report import Report, percentile
from tests.e2e.harness import Town, eventually, town

_PROBE_SECONDS = 0.005
_LOOPS = {"membership_seconds": 5, "roster_seconds": 5, "manifest_seconds": 5}


class Probe:
    """Sleeps 5 ms again and again; how much later than that it wakes is how long the loop was held up."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []

    async def run(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_PROBE_SECONDS)
            self.late_ms.append((time.perf_counter() - before - _PROBE_SECONDS) * 1000)


@asynccontextmanager
async def probing() -> AsyncIterator[Probe]:
    probe = Probe()
    task = asyncio.create_task(probe.run())
    try:
        yield probe
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def typed(place: Town, command: str, seconds: float, pace: float) -> list[float]:
    """Milliseconds from typing to content; a command without content counts as 3,000."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.load", place.places["discord_url"], place.places["channel_id"]),
        *(command, str(seconds), str(pace)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return [ms if ok else 3000.0 for ms, ok in json.loads(out)]


async def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="hw-bench-", ignore_cleanup_errors=True) as folder:
        async with town(Path(folder), live=True) as place:
            place.configure(schedule=_LOOPS, log={"level": "WARNING"})
            await _measure(place, report)


async def _measure(place: Town, report: Report) -> None:
    async with probing() as idle:
        await asyncio.sleep(5)
    started = time.monotonic()
    running = asyncio.create_task(serve(load(place.config_path, {}), frozenset(PARTS)))
    try:
        async with probing() as busy:
            await eventually(lambda: _registered(place), 30, "the commands are registered")
            login = time.monotonic() - started
            scan = await typed(place, "roster", 8, 8)
            await _all_read(place)
            report.line(
                "first roster complete after the start",
                f"{time.monotonic() - started:.1f} s",
                ratio=f"login after {login:.1f} s",
                goal="under 60 s",
                met=time.monotonic() - started < 60,
            )
            steady = await typed(place, "roster", 15, 8)
            await place.ask("POST", "/sandbox/manifest", {})
            switch = await typed(place, "roster", 10, 8)
            plain = await typed(place, "about", 5, 8)
            seen = await _logins(place)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    base = percentile(plain, 0.5)
    both = _LOOPS["membership_seconds"] + _LOOPS["roster_seconds"]
    report.line(
        f"login to roster, p95 of {len(seen)}",
        f"{percentile(seen, 0.95):.1f} s",
        ratio=f"{percentile(seen, 0.95) / both:.2f} of one membership and one roster interval",
        goal=f"at most {both} s",
        met=percentile(seen, 0.95) <= both,
    )
    for what, values in (("during the first scan", scan), ("while all loops run", steady), ("manifest switch", switch)):
        p99 = percentile(values, 0.99)
        report.line(
            f"/roster p99 {what} ({len(values)} typed)",
            f"{p99:.0f} ms",
            ratio=f"{p99 / max(base, 0.1):.1f} x the median of /about",
            goal="under 100 ms",
            met=p99 < 100,
        )
    stall, rest = percentile(busy.late_ms, 0.999), percentile(idle.late_ms, 0.999)
    report.line(
        f"event loop stalls p99.9 ({len(busy.late_ms)} probes)",
        f"{stall:.1f} ms",
        ratio=f"idle loop {rest:.1f} ms",
        goal="under 20 ms more than idle",
        met=stall - rest < 20,
    )


async def _logins(place: Town, number: int = 20) -> list[float]:
    """Seconds from someone's login to the roster that shows them online, one after the other at odd moments."""
    world = await place.ask("GET", "/sandbox/world")
    clan = world["clans"][0]
    offline = [m["membership_id"] for m in clan["members"] if not m["online"] and not m["private"]]
    took: list[float] = []

    async def one(membership_id: str, after: float) -> None:
        await asyncio.sleep(after)
        await place.happen("online", membership_id=membership_id)
        began = time.monotonic()

        async def shown() -> bool:
            roster = (await place.api(f"/clans/{clan['group_id']}/roster?online=1"))["members"]
            return any(member["membership_id"] == membership_id for member in roster)

        await eventually(shown, 60, "the login shows")
        took.append(time.monotonic() - began)

    await asyncio.gather(*(one(each, place_in_line * 0.7) for place_in_line, each in enumerate(offline[:number])))
    return took


async def _registered(place: Town) -> bool:
    return bool(await place.ask("GET", "/sandbox/discord/commands"))


async def _all_read(place: Town) -> None:
    async def check() -> bool:
        for clan_id in place.places["clan_ids"]:
            members = (await place.api(f"/clans/{clan_id}/roster"))["members"]
            if not members or any(m["last_played_at"] is None for m in members):
                return False
        return True

    await eventually(check, 60, "every roster read")
