"""Live news for the page: server-sent events."""

import asyncio
import contextlib
import json

from aiohttp import web

from bot.sandbox.discord.wire import Json

_KEEP_ALIVE_SECONDS = 15
_BACKLOG = 1000


class Feed:
    """Publishes to every page that listens; a page that falls behind is dropped and reconnects by itself."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Json | None]] = set()

    def publish(self, kind: str, **data: object) -> None:
        for queue in list(self._listeners):
            if queue.qsize() >= _BACKLOG:
                self._end(queue)
            else:
                queue.put_nowait({"type": kind, **data})

    def close(self) -> None:
        for queue in list(self._listeners):
            self._end(queue)

    def _end(self, queue: asyncio.Queue[Json | None]) -> None:
        self._listeners.discard(queue)
        queue.put_nowait(None)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Cache-Control": "no-store"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            with contextlib.suppress(ConnectionError):
                await self._pump(response, queue)
        finally:
            self._listeners.discard(queue)
        return response

    async def _pump(self, response: web.StreamResponse, queue: asyncio.Queue[Json | None]) -> None:
        await response.write(b": welcome\n\n")
        while True:
            try:
                item = await asyncio.wait_for(queue.get(), _KEEP_ALIVE_SECONDS)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if item is None:
                return
            await response.write(f"data: {json.dumps(item)}\n\n".encode())
