"""What passes between Hawthorne and its render worker: a length, then MessagePack.

Not pickle: what is read is checked against the types of bot.domain.chart, and nothing in it can be run.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import get_args

import msgspec

from bot.domain.chart import Chart

LENGTH = struct.Struct(">I")
_KINDS: dict[str, type[Chart]] = {kind.__name__: kind for kind in get_args(Chart)}


class Said(IntEnum):
    READY = 0
    DRAWN = 1
    FAILED = 2


class Answer(msgspec.Struct, array_like=True, frozen=True):
    """`body` is the PNG, or why there is none; `memory` what the worker holds, in bytes."""

    said: Said
    memory: int
    body: bytes = b""


class _Request(msgspec.Struct, array_like=True, frozen=True):
    kind: str
    chart: msgspec.Raw


def request(chart: Chart) -> bytes:
    """The bytes that ask for a picture, length included."""
    return _framed(msgspec.msgpack.encode((type(chart).__name__, chart)))


def read_request(body: bytes) -> Chart:
    """Raises msgspec.ValidationError and KeyError for what is no chart."""
    asked = msgspec.msgpack.decode(body, type=_Request)
    return msgspec.msgpack.decode(asked.chart, type=_KINDS[asked.kind])


def answer(said: Said, memory: int, body: bytes = b"") -> bytes:
    """The bytes that answer, length included."""
    return _framed(msgspec.msgpack.encode(Answer(said, memory, body)))


def read_answer(body: bytes) -> Answer:
    return msgspec.msgpack.decode(body, type=Answer)


def _framed(body: bytes) -> bytes:
    return LENGTH.pack(len(body)) + body
