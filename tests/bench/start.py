"""Warm start to ready, and what all processes weigh when nothing happens."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import time
from pathlib import Path

from tests.bench.report import Report
from tests.e2e.harness import Town, town


async def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="hw-bench-", ignore_cleanup_errors=True) as folder:
        async with town(Path(folder)) as place:
            place.configure(schedule={"membership_seconds": 180, "roster_seconds": 180, "manifest_seconds": 1200})
            cold = await _until_ready(place)
            await place.watched()
            await place.hawthorne.signal(signal.SIGTERM)
            warm = await _until_ready(place)
            report.line(
                "warm start to ready", f"{warm:.2f} s", ratio=f"cold {cold:.2f} s", goal="under 4 s", met=warm < 4
            )
            await asyncio.sleep(10)
            assert place.hawthorne.process is not None
            parts = _pss_mb(place.hawthorne.process.pid)
            total = sum(parts.values())
            shares = ", ".join(f"{name} {mb:.0f}" for name, mb in sorted(parts.items(), key=lambda p: -p[1])[:2])
            report.line(
                "PSS of all parts and the database, idle",
                f"{total:.0f} MB",
                ratio=shares,
                goal="under 300 MB",
                met=total < 300,
            )
            stop = time.monotonic()
            code = await place.hawthorne.signal(signal.SIGTERM)
            took = time.monotonic() - stop
            report.line(
                f"SIGTERM to the end (exit {code})", f"{took:.2f} s", goal="under 10 s", met=took < 10 and code == 0
            )


async def _until_ready(place: Town) -> float:
    began = time.monotonic()
    await place.start()
    await place.ready()
    return time.monotonic() - began


def _pss_mb(root: int) -> dict[str, float]:
    """Proportional set size of a process and all below it, by command name."""
    sizes: dict[str, float] = {}
    for pid in _descendants(root):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            continue
        pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        sizes[name] = sizes.get(name, 0.0) + pss / 1024
    return sizes


def _descendants(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += parents.get(pid, [])
    return found
