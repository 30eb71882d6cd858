"""What crosses the wire: JSON answers, Discord's error bodies and the parsed body of a request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]

MAX_REQUEST_BYTES = 25 * 1024 * 1024


class ApiError(Exception):
    """An answer that is no success: `code` is Discord's own number, `errors` its tree of form errors."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def unknown(code: int, what: str) -> ApiError:
    return ApiError(404, code, f"Unknown {what}")


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON with a Content-Type of exactly `application/json`: discord.py compares the whole header."""
    body = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def no_content() -> web.Response:
    return web.Response(status=204)


@dataclass(frozen=True)
class Upload:
    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Body:
    """`json` is None for a request without one; `files` by their index in the form (`files[0]`)."""

    json: Any = None
    files: dict[int, Upload] = field(default_factory=dict)


BODY: web.RequestKey[Body] = web.RequestKey("body", Body)


async def read_body(request: web.Request) -> Body:
    """JSON or a multipart form with `payload_json` and `files[n]`; raises ApiError 50109 for broken JSON."""
    if request.content_type == "multipart/form-data":
        return await _read_form(request)
    raw = await request.read()
    return Body(parse_json(raw)) if raw else Body()


def parse_json(raw: bytes | str) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from error


async def _read_form(request: web.Request) -> Body:
    payload: Any = None
    files: dict[int, Upload] = {}
    form = await request.post()
    for name, value in form.items():
        if name == "payload_json":
            payload = parse_json(value.file.read() if isinstance(value, web.FileField) else str(value))
        elif isinstance(value, web.FileField) and name.startswith("files["):
            files[_index(name)] = Upload(value.filename, value.content_type, value.file.read())
    return Body(payload, files)


def _index(name: str) -> int:
    digits = name.removeprefix("files[").removesuffix("]")
    if not digits.isdigit():
        raise ApiError(400, 50035, "Invalid Form Body")
    return int(digits)


def as_object(value: Any) -> Json:
    """The body as an object; anything else is refused as Discord does."""
    if not isinstance(value, dict):
        raise ApiError(400, 50109, "The request body contains invalid JSON.")
    return value
