"""What stands before every answer: the proxy, the key, the rate, the faults; and the log behind it.

The order is the real one: the proxy blocks first, then redirects are sent, then the key is looked at.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.sandbox.bungie import codes
from bot.sandbox.bungie.answers import Refusal, blocked, envelope, html, plain_body, refuse, reply
from bot.sandbox.bungie.faults import LIES, Fault
from bot.sandbox.bungie.requestlog import Entry, Exchange

if TYPE_CHECKING:
    from bot.sandbox.bungie.server import BungieServer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_LIES: ContextVar[list[Fault]] = ContextVar("lies")
_MET: web.RequestKey[list[Fault]] = web.RequestKey("met", list)
_THROTTLE_SECONDS = 10
_FOR_EVER = 3600


def guard(server: BungieServer, host: str) -> Middleware:
    """The one middleware of each host: `www` or `stats`."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        response: web.StreamResponse | None = None
        try:
            response = await _answer(server, request, handler)
        finally:
            _note(server, host, request, response, (time.perf_counter() - began) * 1000)
        if server.listener is not None:
            server.listener(await _exchange(request, response))
        return response

    return middleware


async def _answer(server: BungieServer, request: web.Request, handler: Handler) -> web.StreamResponse:
    if (early := _turned_away(server, request)) is not None:
        return early
    faults = request[_MET] = server.faults.take(request.path)
    _LIES.set([fault for fault in faults if fault.kind in LIES])
    try:
        for fault in faults:
            if (broken := await _break(request, fault)) is not None:
                return broken
        response = await handler(request)
    except Refusal as refusal:
        return refuse(refusal)
    except web.HTTPException as error:
        return html(error.status, error.reason, "There is nothing here.")
    return _truncate(response) if any(fault.kind == "truncated" for fault in faults) else response


def _turned_away(server: BungieServer, request: web.Request) -> web.Response | None:
    """The refusals that have nothing to do with the question; None lets it through."""
    if not request.headers.get("User-Agent"):
        server.log.violate(server.now(), "no User-Agent", request.path)
        return blocked()
    if not request.path.startswith("/Platform/"):
        return None
    if not request.path.endswith("/"):
        query = f"?{request.query_string}" if request.query_string else ""
        return web.Response(status=301, headers={"Location": f"{request.path}/{query}"})
    if server.rate.over(request.remote or "", time.monotonic()):
        server.log.violate(server.now(), "over 25 requests a second, averaged over 10 s", request.path)
        return _throttled(retry_after=False)
    return _wrong_key(server, request)


def _wrong_key(server: BungieServer, request: web.Request) -> web.Response | None:
    key = request.headers.get("X-API-Key")
    if not key:
        return refuse(Refusal(codes.KEY_MISSING))
    if key not in server.keys:
        return refuse(Refusal(codes.KEY_INVALID))
    if origin := request.headers.get("Origin"):
        return refuse(Refusal(codes.ORIGIN_MISMATCH, data={"Origin": origin}))
    return None


def _throttled(retry_after: bool, seconds: int = _THROTTLE_SECONDS, code: int = codes.THROTTLED) -> web.Response:
    refusal = Refusal(code, throttle=seconds, data={"MaximumRequestsPerSecond": "25"})
    return refuse(refusal, {"Retry-After": str(seconds)} if retry_after else None)


async def _break(request: web.Request, fault: Fault) -> web.Response | None:
    """The answer that a broken wire gives, or None when the question is to be answered after all."""
    if fault.kind in _WRONG_ANSWERS:
        return _WRONG_ANSWERS[fault.kind](fault)
    if fault.kind == "latency":
        await asyncio.sleep(float(fault.option("delay", 2.0)))
    elif fault.kind == "half_open":
        await asyncio.sleep(_FOR_EVER)
    elif fault.kind == "reset":
        _reset(request)
        return web.Response(status=500)
    return None


def _chosen_code(fault: Fault) -> web.Response:
    code = int(fault.option("code", codes.SYSTEM_DISABLED))
    return reply(envelope(code), int(fault.option("status", codes.http_status_of(code))))


def _throttle(fault: Fault) -> web.Response:
    seconds = int(fault.option("throttle_seconds", _THROTTLE_SECONDS))
    return _throttled(bool(fault.option("retry_after", False)), seconds, int(fault.option("code", codes.THROTTLED)))


_WRONG_ANSWERS: dict[str, Callable[[Fault], web.Response]] = {
    "html503": lambda fault: html(503, "Service Unavailable", "The service is temporarily unavailable."),
    "error5": lambda fault: reply(envelope(codes.SYSTEM_DISABLED), 200),
    "error5_500": lambda fault: reply(envelope(codes.SYSTEM_DISABLED), 500),
    "code": _chosen_code,
    "throttle": _throttle,
}


def _reset(request: web.Request) -> None:
    """A reset, not a polite end: no linger, then away."""
    if (transport := request.transport) is None:
        return
    if (sock := transport.get_extra_info("socket")) is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _truncate(response: web.StreamResponse) -> web.StreamResponse:
    """Half of the body, with a length that fits: the JSON ends in the middle."""
    if (body := plain_body(response)) is None:
        return response
    half = body[: len(body) // 2]
    headers = {"Content-Type": response.headers["Content-Type"]}
    return web.Response(body=half, status=response.status, headers=headers)


def told_lies() -> list[Fault]:
    """The lies that the answer being made has to tell."""
    return _LIES.get()


def _note(
    server: BungieServer, host: str, request: web.Request, response: web.StreamResponse | None, ms: float
) -> None:
    """Into the log; status 0 is a caller who went away unanswered. Images are not worth a line."""
    if request.path.startswith(("/img/", "/common/destiny2_content/icons/")):
        return
    server.log.add(
        Entry(
            at=server.now(),
            method=request.method,
            host=host,
            path=request.path,
            query=request.query_string,
            status=response.status if response else 0,
            code=_code(response) if response else None,
            ms=round(ms, 2),
        )
    )


async def _exchange(request: web.Request, response: web.StreamResponse) -> Exchange:
    """The whole of both sides, before the wire compresses it."""
    return Exchange(
        method=request.method,
        path=request.path,
        query=dict(request.query),
        headers=dict(request.headers),
        sent=await request.read(),
        status=response.status,
        answer=plain_body(response) or b"",
        faults=tuple(fault.kind for fault in request.get(_MET, ())),
    )


def _code(response: web.StreamResponse) -> int | None:
    code = response.headers.get("X-VentCore-Status")
    return None if code is None else int(code)


def read_json(raw: bytes) -> object:
    """A request's body; what isn't JSON is refused as Bungie.net does."""
    try:
        return json.loads(raw)
    except ValueError:
        raise Refusal(30) from None
