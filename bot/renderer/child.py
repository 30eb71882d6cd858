"""The render worker: `python -m bot.renderer.child PARENT`. Reads charts from stdin, writes pictures to stdout.

It ends when stdin does, and at once when its parent is gone. The only module that loads matplotlib.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import shutil
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bot.children import die_with_parent
from bot.domain.chart import Chart, Column, Columns, Frame
from bot.renderer import wire

_FIRST_TO_KILL = "800"  # of 1,000: a picture can be drawn again


def main(parent: int) -> int:
    """Serve until stdin ends."""
    _tie_to(parent)
    _step_back()
    answers = _stdout_of_our_own()
    try:
        draw = _warm()
    except Exception:  # whatever keeps matplotlib from loading: the parent can log it, nobody reads our stderr
        _send(answers, wire.Said.FAILED, traceback.format_exc().encode())
        return 1
    _send(answers, wire.Said.READY)
    while (body := _next(sys.stdin.buffer)) is not None:
        _send(answers, *_answer(draw, body))
        gc.collect()  # matplotlib's figures are rings: each would keep its 9 MB of pixels for a while
    return 0


def _tie_to(parent: int) -> None:
    """Die with the parent, even by SIGKILL; its signals are for it to handle, it ends us when it ends."""
    die_with_parent(signal.SIGKILL)()
    if os.getppid() != parent:  # it ended before the kernel was asked
        sys.exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _step_back() -> None:
    """When memory runs out, let it be us. Not niced: someone waits for each picture."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_KILL)


def _stdout_of_our_own() -> BinaryIO:
    """What a library prints must not get between two pictures: it goes to stderr."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


def _warm() -> Callable[[Chart], bytes]:
    """Load what draws, and draw once: fonts are found and every module is in when the first request comes."""
    _sweep(Path(os.environ["MPLCONFIGDIR"]))
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    from bot.presenters.charts import draw

    draw(Columns(Frame("Warm", "up", "", ""), (Column("a", 1), Column("b", 2)), 1))
    gc.collect()
    gc.freeze()  # what is loaded stays: collecting after each chart need not look through it
    return draw


def _sweep(folder: Path) -> None:
    """Locks that a killed worker left would make matplotlib wait for five seconds at every start."""
    for lock in folder.glob("*.matplotlib-lock"):
        lock.unlink(missing_ok=True) if lock.is_file() else shutil.rmtree(lock, ignore_errors=True)


def _answer(draw: Callable[[Chart], bytes], body: bytes) -> tuple[wire.Said, bytes]:
    try:
        return wire.Said.DRAWN, draw(wire.read_request(body))
    except Exception:  # one chart that can't be drawn keeps no other from being drawn
        return wire.Said.FAILED, traceback.format_exc().encode()


def _next(stdin: BinaryIO) -> bytes | None:
    head = stdin.read(wire.LENGTH.size)
    if len(head) < wire.LENGTH.size:
        return None
    return stdin.read(wire.LENGTH.unpack(head)[0])


def _send(answers: BinaryIO, said: wire.Said, body: bytes = b"") -> None:
    answers.write(wire.answer(said, _memory(), body))
    answers.flush()


def _memory() -> int:
    """Bytes held, 0 where /proc does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
