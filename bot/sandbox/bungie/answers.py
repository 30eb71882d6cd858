"""The envelope around every answer, the pages that come instead of one, and the error that handlers raise."""

from __future__ import annotations

import gzip
import json
from typing import Any

import msgspec
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
    response = _reply(raw, body["ErrorCode"], status, headers)
    if len(raw) > 1024:
        response.enable_compression()
    return response


def _reply(raw: bytes, code: int, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=raw,
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "private", "X-VentCore-Status": str(code), **(headers or {})},
    )


def pack(response: Any) -> bytes:
    """A successful answer, gzipped by the fastest encoders: matches come in thousands of values."""
    return gzip.compress(msgspec.json.encode(envelope(codes.SUCCESS, response)), 1, mtime=0)


def packed(raw: bytes, wanted: bool) -> web.Response:
    """An answer that was packed before, unpacked for those who don't ask for gzip."""
    if not wanted:
        return _reply(gzip.decompress(raw), codes.SUCCESS)
    return _reply(raw, codes.SUCCESS, headers={"Content-Encoding": "gzip"})


def plain_body(response: web.StreamResponse) -> bytes | None:
    """What an answer says before the wire compresses it; None where it has no body of its own."""
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return None
    zipped = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.body) if zipped else response.body


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
