"""One render worker as Hawthorne sees it: a child process with two pipes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import msgspec

import bot
from bot.renderer import wire

_START_SECONDS = 30.0  # loading matplotlib takes 2 s on a small machine, longer on a busy one
_KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONHOME", "TZ", "TMPDIR")


class WorkerLost(Exception):
    """The worker ended, hangs or speaks nonsense; `str` says which."""


class Worker:
    """Draws one picture at a time. `drawn` counts them, `memory` is what the process held after the last."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid
        self.drawn = 0
        self.memory = 0

    @classmethod
    async def start(cls, folder: Path) -> Worker:
        """A worker that has loaded everything. matplotlib keeps its list of fonts in `folder`. Raises WorkerLost."""
        worker = cls(await _spawn(folder))
        try:
            ready = await worker._answer(_START_SECONDS)
            if ready.said is not wire.Said.READY:
                raise WorkerLost(f"it can't start: {ready.body.decode(errors='replace')}")
        except BaseException:
            await worker.end()
            raise
        return worker

    async def draw(self, request: bytes, seconds: float) -> wire.Answer:
        """Raises WorkerLost; the worker is of no use afterwards, as it is when this was cancelled."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a broken pipe shows in the answer that does not come
            self._process.stdin.write(request)
        answer = await self._answer(seconds)
        self.drawn += 1
        self.memory = answer.memory
        return answer

    async def end(self) -> None:
        """Gone when this returns. It holds nothing that would be lost."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _answer(self, seconds: float) -> wire.Answer:
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                head = await self._process.stdout.readexactly(wire.LENGTH.size)
                return wire.read_answer(await self._process.stdout.readexactly(wire.LENGTH.unpack(head)[0]))
        except TimeoutError:
            raise WorkerLost(f"it did not answer within {seconds:g} s") from None
        except (asyncio.IncompleteReadError, OSError):
            raise WorkerLost("it ended") from None
        except msgspec.MsgspecError as error:
            raise WorkerLost(f"it speaks nonsense: {error}") from None


async def _spawn(folder: Path) -> Process:
    """No preexec_fn: with one, Python forks the whole parent instead of borrowing it, and its loop waits."""
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.renderer.child", str(os.getpid()),
            stdin=PIPE, stdout=PIPE, stderr=None, cwd=_made(folder), env=_environment(folder),
            process_group=0,  # Ctrl-C is for Hawthorne, which ends its worker when it is done with it
        )  # fmt: skip
    except OSError as error:
        raise WorkerLost(f"it can't start: {error}") from error


def _made(folder: Path) -> Path:
    """Whoever tidies /tmp may have taken it since the last start."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _environment(folder: Path) -> dict[str, str]:
    """The modules that we have, but no secrets, none of the user's settings of matplotlib, and no need for a home."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")}
    path = os.pathsep.join(entry for entry in (str(Path(bot.__file__).parents[1]), *sys.path) if entry)
    ours = {"MPLCONFIGDIR": str(folder), "HOME": str(folder), "MPL_IGNORE_SYSTEM_FONTS": "1"}
    return {**kept, **ours, "PYTHONPATH": path}
