"""The envelope around every answer, the pages that come instead of one, and the error that handlers raise."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.sandbox.bungie import codes

Json = dict[str, Any]


class Refusal(Exception):
    """An answer with an error code; `data` becomes MessageData."""

    def __init__(
        self, code: int, *, status: int | None = None, throttle: int = 0, data: dict[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = codes.http_status_of(code) if status is None else status
        self.throttle = throttle
        self.data = data or {}


def envelope(code: int, response: Any = None, throttle: int = 0, data: dict[str, str] | None = None) -> Json:
    """The outer object. Errors have no Response at all."""
    body: Json = {} if code != codes.SUCCESS else {"Response": response}
    return body | {
        "ErrorCode": code,
        "ThrottleSeconds": throttle,
        "ErrorStatus": codes.name_of(code),
        "Message": codes.message_of(code),
        "MessageData": data or {},
    }


def reply(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON, compressed on the wire when the client asks for it and it is worth it."""
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    response = web.Response(
        body=raw,
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "private", "X-VentCore-Status": str(body["ErrorCode"]), **(headers or {})},
    )
    if len(raw) > 1024:
        response.enable_compression()
    return response


def success(response: Any) -> web.Response:
    return reply(envelope(codes.SUCCESS, response))


def refuse(refusal: Refusal, headers: dict[str, str] | None = None) -> web.Response:
    body = envelope(refusal.code, None, refusal.throttle, refusal.data)
    return reply(body, refusal.status, headers)


def html(status: int, title: str, words: str) -> web.Response:
    """A page of the proxy in front of Bungie.net: HTML where JSON was expected."""
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p></body></html>"
    return web.Response(text=text, status=status, content_type="text/html", headers={"Server": "cloudflare"})


def blocked() -> web.Response:
    """What a request without a User-Agent gets."""
    return html(403, "Attention Required! | Cloudflare", "Sorry, you have been blocked.")
