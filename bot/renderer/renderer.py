"""Charts for many askers from one worker: each picture is drawn once, kept, and never waited for in the loop."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from bot.domain.chart import Chart
from bot.errors import ChartFailed
from bot.renderer import wire
from bot.renderer.cache import Key, PictureCache
from bot.renderer.worker import Worker, WorkerLost

log = structlog.get_logger(__name__)

_CACHE_BYTES = 32 << 20
_DRAW_SECONDS = 5.0
_PATIENCE_SECONDS = 20.0  # with a worker that has to start, and those who came before
_TRIES = 2
_MOST_WAITING = 64
_HEAD_START_SECONDS = 3.0  # for the rest of the process, which starts at the same time
_CHARTS_A_WORKER = 500
_WORKER_BYTES = 300 << 20  # three times what it needs


class Renderer:
    """Opened by `async with`; `drawn` counts the pictures that were made.

    `cache_dir` is where matplotlib may keep its list of fonts; without one, it is in a folder that goes in the end.
    """

    def __init__(
        self, *, cache_dir: Path | None = None, cache_bytes: int = _CACHE_BYTES, draw_seconds: float = _DRAW_SECONDS,
        charts_a_worker: int = _CHARTS_A_WORKER,
    ) -> None:  # fmt: skip
        self._cache_dir = cache_dir
        self._cache = PictureCache(cache_bytes)
        self._draw_seconds = draw_seconds
        self._charts_a_worker = charts_a_worker
        self._flights: dict[object, asyncio.Task[bytes]] = {}
        self._turn = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._leaving: set[asyncio.Task[None]] = set()
        self._stack = contextlib.ExitStack()
        self._closed = False
        self.drawn = 0

    async def __aenter__(self) -> Self:
        """The worker starts behind our back, after a while or when the first one asks, who waits for it."""
        self._folder = _folder(self._cache_dir, self._stack)
        self._starting = self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        await asyncio.gather(_dismiss(self._starting), *self._leaving, return_exceptions=True)
        self._stack.close()

    @property
    def worker_pid(self) -> int | None:
        """The process that draws; None while it starts."""
        started = self._starting.done() and not self._starting.cancelled() and self._starting.exception() is None
        return self._starting.result().pid if started else None

    async def render(self, chart: Chart, *, key: Key | None) -> bytes:
        """The chart as PNG. `key` names the question and the version of the data; those who ask for the same at once
        share one drawing, and later ones get the same picture. None: drawn for this asker alone.

        Raises ChartFailed.
        """
        held = self._cache.get(key) if key is not None else None
        if held is not None:
            return held
        flight = self._flight(chart, key)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await asyncio.shield(flight)
        except TimeoutError:
            raise ChartFailed from None
        except asyncio.CancelledError:
            if flight.cancelled() and not _asked_to_stop():
                raise ChartFailed from None  # the renderer is closing, not the one who asks
            raise

    def _flight(self, chart: Chart, key: Key | None) -> asyncio.Task[bytes]:
        """The drawing that is under way for this key, or a new one. It ends whether or not anyone waits."""
        name: object = key if key is not None else object()
        if name in self._flights:
            return self._flights[name]
        if self._closed:
            raise ChartFailed
        if len(self._flights) >= _MOST_WAITING:
            log.warning("charts_crowded", waiting=len(self._flights))
            raise ChartFailed
        flight = asyncio.create_task(self._drawn(chart, key), name="chart")
        self._flights[name] = flight
        flight.add_done_callback(lambda done: self._landed(name, done))
        return flight

    def _landed(self, name: object, flight: asyncio.Task[bytes]) -> None:
        del self._flights[name]
        if not flight.cancelled():
            flight.exception()  # told to those who wait; nobody waiting is no defect

    async def _drawn(self, chart: Chart, key: Key | None) -> bytes:
        request = wire.request(chart)
        self._wanted.set()
        async with self._turn:
            picture = await self._patiently(request)
        self.drawn += 1
        if key is not None:
            self._cache.put(key, picture)
        return picture

    async def _patiently(self, request: bytes) -> bytes:
        """A worker that is lost is replaced, and asked once more. Raises ChartFailed."""
        for _ in range(_TRIES):
            try:
                answer = await self._asked(request)
            except WorkerLost as lost:
                log.warning("chart_worker_lost", reason=str(lost))
                continue
            if answer.said is wire.Said.DRAWN:
                return answer.body
            log.error("chart_not_drawn", trace=answer.body.decode(errors="replace"))
            break
        raise ChartFailed

    async def _asked(self, request: bytes) -> wire.Answer:
        """One try. Whatever goes wrong, the next try has a new worker: an old one might answer late."""
        try:
            worker = await asyncio.shield(self._starting)
            answer = await worker.draw(request, self._draw_seconds)
        except BaseException:
            self._replace()
            raise
        if worker.drawn >= self._charts_a_worker or worker.memory > _WORKER_BYTES:
            self._replace()
        return answer

    def _start(self) -> asyncio.Task[Worker]:
        return asyncio.create_task(self._begin(), name="chart worker")

    async def _begin(self) -> Worker:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HEAD_START_SECONDS):
                await self._wanted.wait()
        return await Worker.start(self._folder)

    def _replace(self) -> None:
        leaving = asyncio.create_task(_dismiss(self._starting), name="chart worker leaves")
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        self._starting = self._start()


async def _dismiss(starting: asyncio.Task[Worker]) -> None:
    """End a worker, whether it has started, is about to, or could not."""
    starting.cancel()
    with contextlib.suppress(WorkerLost, OSError, asyncio.CancelledError):
        worker = await starting
        await worker.end()


def _asked_to_stop() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _folder(wanted: Path | None, stack: contextlib.ExitStack) -> Path:
    """The wanted folder where it can be made and written to, else one that goes with the stack."""
    if wanted is not None:
        with contextlib.suppress(OSError):
            wanted.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=wanted).close()
            return wanted.resolve()
    made = tempfile.TemporaryDirectory(prefix="hawthorne-charts-", ignore_cleanup_errors=True)
    return Path(stack.enter_context(made))
