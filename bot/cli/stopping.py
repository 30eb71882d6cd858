"""How a command ends when it is told to: in order, with a sentence that says how far it came."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

T = TypeVar("T")
log = structlog.get_logger(__name__)

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_STOP_SECONDS = 8.5


class Stopped(Exception):
    """SIGTERM or SIGINT ended the command. `str(...)` is the sentence for whoever sent it."""

    def __init__(self, sentence: str, signum: int) -> None:
        super().__init__(sentence)
        self.code = 128 + signum


def run_async(work: Coroutine[Any, Any, T], leave: Callable[[], str] = lambda: "Stopped.") -> T:
    """Run one command's coroutine. SIGTERM and SIGINT cancel it, so that what is in hand is stored or given back.

    Then `leave` says how far it came. A second signal, or an end that takes too long, leaves at once. Raises Stopped.
    """
    return asyncio.run(_until_told(work, leave))


async def _until_told(work: Coroutine[Any, Any, T], leave: Callable[[], str]) -> T:
    task = asyncio.create_task(work, name="command")
    told: list[int] = []

    def stop(signum: int) -> None:
        if told:
            os._exit(128 + signum)
        told.append(signum)
        _leave_late(128 + signum)
        task.cancel()

    if threading.current_thread() is threading.main_thread():  # no other hears signals
        for signum in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(signum, stop, signum)
    try:
        return await task
    except asyncio.CancelledError:
        if not told:
            raise
    except Exception as error:
        if not told:
            raise
        log.warning("stopped_with", error=str(error))
    raise Stopped(leave(), told[0])


def _leave_late(code: int) -> None:
    """A thread, for the loop's own end may be what takes long. Every transaction is whole or not there."""

    def leave() -> None:
        log.error("stopped_late", after_seconds=_STOP_SECONDS)
        os._exit(code)

    late = threading.Timer(_STOP_SECONDS, leave)
    late.daemon = True
    late.start()
