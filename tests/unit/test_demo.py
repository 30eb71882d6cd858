"""The demo's stop: ten seconds for all children together, however long the first of them takes."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from pathlib import Path

import pytest

demo = importlib.import_module("bot.cli.demo")  # bot.cli has a command of the same name
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"


async def test_children_that_do_not_end_share_one_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_STOP_SECONDS", 0.6)
    monkeypatch.setattr(demo, "_LEAST_SECONDS", 0.2)
    children = demo._Children(tmp_path, asyncio.Event())
    for name in ("sandbox", "hawthorne"):
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", STUBBORN, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        await process.stdout.readline()
        children._running.append((name, process))
    started = time.monotonic()
    await children.stop()
    assert 0.5 < time.monotonic() - started < 1.0
    assert all(process.returncode is not None for _, process in children._running)
