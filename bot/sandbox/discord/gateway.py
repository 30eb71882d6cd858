"""The gateway: who may connect, what they are told, and how they come back."""

import asyncio
import json
import time
from collections.abc import Callable

from aiohttp import WSMsgType, web

from bot.sandbox.discord import cast
from bot.sandbox.discord.compression import encoder
from bot.sandbox.discord.faults import reset
from bot.sandbox.discord.session import RESUMABLE_SECONDS, Connection, Session
from bot.sandbox.discord.wire import Json

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
IGNORED = (3, 4, 8)  # presence, voice, and member requests, which need a privileged intent
GUILDS, GUILD_MESSAGES = 1 << 0, 1 << 9
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
HEARTBEAT_MS = 41_250
IDENTIFIES_PER_DAY = 1000
ACK_SECONDS = 0.05  # discord.py notes when it sent a heartbeat only after sending it: a faster answer seems 41 s late


class Closed(Exception):
    """The connection ends with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


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
        op = frame.get("op")
        if op == HEARTBEAT:
            asyncio.get_running_loop().call_later(ACK_SECONDS, connection.push, ACK)
        elif op == IDENTIFY:
            self._identify(connection, _object(data))
        elif op == RESUME:
            self._resume(connection, _object(data))
        elif op not in IGNORED:
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
            elif session.connection is None and at - session.left_at > RESUMABLE_SECONDS:
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
