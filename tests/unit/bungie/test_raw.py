"""Reports as they are kept."""

from __future__ import annotations

import pytest

from bot.bungie.raw import pack, unpack


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"entries": []}' * 5000, bytes(range(256))])
def test_what_is_packed_comes_back(raw: bytes) -> None:
    assert unpack(pack(raw)) == raw


def test_json_shrinks() -> None:
    raw = b'{"basic": {"value": 1.0, "displayValue": "1"}}' * 500
    assert len(pack(raw)) < len(raw) / 20


def test_what_is_damaged_says_so() -> None:
    body = pack(b'{"entries": []}' * 100)
    flipped = bytearray(body)
    flipped[-1] ^= 1
    for damaged in (b"", b"no frame", body[:-3], bytes(flipped)):
        with pytest.raises(ValueError):
            unpack(damaged)
