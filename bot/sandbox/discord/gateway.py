"""The gateway: sessions that outlive their connections, so that a client that comes back can resume."""

import asyncio
import contextlib
import json
import secrets
import time
from collections import deque
from collections.abc import Callable

from aiohttp import WSMsgType, web

from bot.sandbox.discord import cast
from bot.sandbox.discord.compression import Encode, encoder
from bot.sandbox.discord.faults import reset
from bot.sandbox.discord.wire import Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
IGNORED = (3, 4, 8)  # presence, voice, and member requests, which need a privileged intent
GUILDS, GUILD_MESSAGES = 1 << 0, 1 << 9
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
HEARTBEAT_MS = 41_250
IDENTIFIES_PER_DAY = 1000
_RESUMABLE_SECONDS = 180.0
_REPLAYED = 500


class Closed(Exception):
    """The connection ends with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


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
        fresh = self.connection is not None or at - self.left_at < _RESUMABLE_SECONDS
        return fresh and oldest - 1 <= seq <= self.seq

    def replay(self, connection: Connection, seq: int) -> None:
        self.connection = connection
        for number, event, data in self.sent:
            if number > seq:
                connection.push(DISPATCH, data, event, number)
        self.dispatch("RESUMED", {})


class Gateway:
    """`guild` makes the GUILD_CREATE payload; `changed` is told when the bot comes online or leaves."""

    def __init__(self, token: str, guild: Callable[[], Json], changed: Callable[[bool], None]) -> None:
        self._token = token
        self._guild = guild
        self._changed = changed
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.identified = 0

    @property
    def online(self) -> bool:
        return any(session.connection for session in self._sessions.values())

    def dispatch(self, event: str, data: Json, intent: int = 0) -> None:
        """To every session that has the guild and, where `intent` is given, asked for it."""
        for session in self._sessions.values():
            if session.has_guild and (not intent or session.intents & intent):
                session.dispatch(event, data)

    def disconnect(self, how: str) -> int:
        """`reconnect` asks politely (op 7), `invalid` ends the session (op 9), `drop` cuts the sockets.

        Returns how many connections that met.
        """
        if how == "invalid":
            self._sessions.clear()
        for connection in list(self._connections):
            if how == "reconnect":
                connection.push(RECONNECT)
            elif how == "invalid":
                connection.push(INVALID, False)
            else:
                reset(connection.request)
        return len(self._connections)

    def close(self) -> None:
        for connection in list(self._connections):
            connection.end()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False, max_msg_size=4096, timeout=2.0)
        await socket.prepare(request)
        try:
            connection = Connection(request, socket, encoder(request.query.get("compress")))
        except ValueError:
            await socket.close(code=4012, message=b"Invalid API version or compression")
            return socket
        await self._serve(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        self._connections.add(connection)
        connection.push(HELLO, {"heartbeat_interval": HEARTBEAT_MS, "_trace": ["sandbox"]})
        writer = asyncio.create_task(connection.write())
        try:
            await self._read(connection)
        except Closed as closed:
            await connection.socket.close(code=closed.code, message=closed.reason.encode())
        finally:
            self._connections.discard(connection)
            self._leave(connection)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _read(self, connection: Connection) -> None:
        while True:
            try:
                message = await connection.socket.receive(timeout=HEARTBEAT_MS / 1000 * 1.5)
            except TimeoutError:
                raise Closed(4009, "Session timed out.") from None
            if message.type is not WSMsgType.TEXT:
                return
            self._receive(connection, _decoded(message.data))

    def _receive(self, connection: Connection, frame: Json) -> None:
        data = frame.get("d")
        match frame.get("op"):
            case 1:
                connection.push(ACK)
            case 2:
                self._identify(connection, _object(data))
            case 6:
                self._resume(connection, _object(data))
            case op if op in IGNORED:
                return
            case _:
                raise Closed(4001, "Unknown opcode.")

    def _identify(self, connection: Connection, data: Json) -> None:
        self._check_token(data)
        intents = int(data.get("intents") or 0)
        if intents & PRIVILEGED:
            raise Closed(4014, "Disallowed intent(s).")
        shard, shards = data.get("shard") or (0, 1)
        session = Session(intents, (int(shard), int(shards)))
        self._sessions[session.id] = session
        self.identified += 1
        session.connection = connection
        session.dispatch("READY", _ready(session, _gateway_url(connection.request)))
        if session.has_guild and intents & GUILDS:
            session.dispatch("GUILD_CREATE", self._guild())
        self._changed(True)

    def _resume(self, connection: Connection, data: Json) -> None:
        self._check_token(data)
        session = self._sessions.get(str(data.get("session_id")))
        seq = int(data.get("seq") or 0)
        if session is None or not session.can_resume(seq, time.monotonic()):
            connection.push(INVALID, False)
            return
        session.replay(connection, seq)
        self._changed(True)

    def _check_token(self, data: Json) -> None:
        if str(data.get("token")).removeprefix("Bot ") != self._token:
            raise Closed(4004, "Authentication failed.")

    def _leave(self, connection: Connection) -> None:
        at = time.monotonic()
        for session in list(self._sessions.values()):
            if session.connection is connection:
                session.connection, session.left_at = None, at
            elif session.connection is None and at - session.left_at > _RESUMABLE_SECONDS:
                del self._sessions[session.id]
        self._changed(self.online)


def _decoded(text: str) -> Json:
    try:
        return _object(json.loads(text))
    except ValueError:
        raise Closed(4002, "Error while decoding payload.") from None


def _object(data: object) -> Json:
    if not isinstance(data, dict):
        raise Closed(4002, "Error while decoding payload.")
    return data


def _gateway_url(request: web.Request) -> str:
    return f"ws://{request.host}{request.path}"


def _ready(session: Session, url: str) -> Json:
    guilds = [{"id": cast.GUILD_ID, "unavailable": True}] if session.has_guild else []
    return {
        "v": 10,
        "user": cast.user_payload(cast.BOT) | {"verified": True, "mfa_enabled": True, "email": None},
        "guilds": guilds,
        "session_id": session.id,
        "session_type": "normal",
        "resume_gateway_url": url,
        "shard": list(session.shard),
        "application": {"id": cast.APPLICATION_ID, "flags": 0},
        "private_channels": [],
        "relationships": [],
    }
