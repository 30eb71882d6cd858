"""A gateway session, which outlives its connections, and one such connection."""

import asyncio
import contextlib
import json
import secrets
from collections import deque

from aiohttp import web

from bot.sandbox.discord import cast
from bot.sandbox.discord.compression import Encode
from bot.sandbox.discord.wire import Json

DISPATCH = 0
RESUMABLE_SECONDS = 180.0
_REPLAYED = 500


class Connection:
    """One websocket. Frames leave in the order they were pushed; None in the queue ends the writer."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, encode: Encode | None) -> None:
        self.request = request
        self.socket = socket
        self._encode = encode
        self._queue: asyncio.Queue[Json | None] = asyncio.Queue()

    def push(self, op: int, data: object = None, event: str | None = None, seq: int | None = None) -> None:
        self._queue.put_nowait({"op": op, "d": data, "s": seq, "t": event})

    def end(self) -> None:
        self._queue.put_nowait(None)

    async def write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while (frame := await self._queue.get()) is not None:
                await self._send(json.dumps(frame, separators=(",", ":")))
        await self.socket.close()

    async def _send(self, text: str) -> None:
        if self._encode is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self._encode(text.encode()))


class Session:
    """What a client identified as; `sent` keeps the last events for a resume."""

    def __init__(self, intents: int, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.seq = 0
        self.sent: deque[tuple[int, str, Json]] = deque(maxlen=_REPLAYED)
        self.connection: Connection | None = None
        self.left_at = 0.0

    @property
    def has_guild(self) -> bool:
        shard, shards = self.shard
        return (int(cast.GUILD_ID) >> 22) % shards == shard

    def dispatch(self, event: str, data: Json) -> None:
        self.seq += 1
        self.sent.append((self.seq, event, data))
        if self.connection:
            self.connection.push(DISPATCH, data, event, self.seq)

    def can_resume(self, seq: int, at: float) -> bool:
        oldest = self.sent[0][0] if self.sent else self.seq + 1
        fresh = self.connection is not None or at - self.left_at < RESUMABLE_SECONDS
        return fresh and oldest - 1 <= seq <= self.seq

    def replay(self, connection: Connection, seq: int) -> None:
        self.connection = connection
        for number, event, data in self.sent:
            if number > seq:
                connection.push(DISPATCH, data, event, number)
        self.dispatch("RESUMED", {})
