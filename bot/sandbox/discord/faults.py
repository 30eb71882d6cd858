"""Faults on purpose: what the next requests of the bot meet instead of an answer, or after one."""

import asyncio
import re
import socket
import struct
from dataclasses import asdict, dataclass

from aiohttp import web

from bot.sandbox.discord.wire import ApiError, Json, answer

KINDS = ("429", "500", "503", "403", "404", "reset_before", "reset_after_accept", "500_after_accept", "latency")


@dataclass
class Fault:
    """`path` is a regular expression searched in the request's path, `method` an exact one; both empty: any.

    `times`: how many requests it still meets. `seconds`: the latency, or the 429's retry_after.
    `via` False: a 429 as Cloudflare's ban has it (HTML, no Via header). `scope` global: all routes are told to wait.
    """

    fault: str
    times: int = 1
    channel_id: str | None = None
    method: str | None = None
    path: str | None = None
    seconds: float = 1.0
    scope: str = "user"
    via: bool = True

    def meets(self, method: str, path: str) -> bool:
        if self.times < 1 or (self.method and self.method != method):
            return False
        if self.channel_id and f"/channels/{self.channel_id}" not in path:
            return False
        return not self.path or re.search(self.path, path) is not None


def fault_from(data: Json) -> Fault:
    """Raises ApiError for an unknown fault or key."""
    known = set(Fault.__dataclass_fields__)
    kind = str(data.get("fault"))
    if kind not in KINDS or not set(data) <= known:
        raise ApiError(400, 0, f"fault is one of {', '.join(KINDS)}; keys are {', '.join(sorted(known))}")
    return Fault(**(data | {"fault": kind}))


class Faults:
    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.active.append(fault)

    def clear(self) -> None:
        self.active.clear()

    def to_json(self) -> list[Json]:
        return [asdict(fault) for fault in self.active]

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that meets the request; it is used up by one."""
        for fault in self.active:
            if fault.meets(method, path):
                fault.times -= 1
                self.active = [one for one in self.active if one.times > 0]
                return fault
        return None


async def before(fault: Fault, request: web.Request) -> web.Response | None:
    """What the fault answers instead of the handler; None: the handler runs."""
    match fault.fault:
        case "403":
            raise ApiError(403, 50013, "Missing Permissions")
        case "404":
            raise ApiError(404, 10003, "Unknown Channel")
        case "500":
            return answer({"message": "500: Internal Server Error", "code": 0}, 500)
        case "503":
            return web.Response(status=503, text="<html>upstream connect error</html>", content_type="text/html")
        case "429":
            return _too_many(fault)
        case "latency":
            await asyncio.sleep(fault.seconds)
        case "reset_before":
            reset(request)
            return web.Response(status=500)
    return None


def after(fault: Fault, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The request was carried out, and its sender doesn't learn of it."""
    if fault.fault == "reset_after_accept":
        reset(request)
    if fault.fault == "500_after_accept":
        return answer({"message": "500: Internal Server Error", "code": 0}, 500)
    return response


def _too_many(fault: Fault) -> web.Response:
    headers = {"Retry-After": str(max(1, round(fault.seconds))), "X-RateLimit-Scope": fault.scope}
    if not fault.via:
        return web.Response(status=429, headers=headers, text="error code: 1015", content_type="text/plain")
    body = {
        "message": "You are being rate limited.",
        "retry_after": fault.seconds,
        "global": fault.scope == "global",
    }
    return answer(body, 429, headers | {"Via": "1.1 google"})


def reset(request: web.Request) -> None:
    """Ends the connection with a TCP reset, not an orderly close."""
    transport = request.transport
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
