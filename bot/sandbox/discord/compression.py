"""The gateway's transport compressions: one stream per connection, each message flushed on its own."""

import importlib
import zlib
from collections.abc import Callable
from typing import Any

Encode = Callable[[bytes], bytes]


def encoder(name: str | None) -> Encode | None:
    """`name` is the `compress` of the gateway's address; None: plain text frames. Raises ValueError if unknown."""
    if not name:
        return None
    if name == "zlib-stream":
        return _zlib()
    if name == "zstd-stream":
        return _zstd()
    raise ValueError(f"unknown compression {name}")


def _zlib() -> Encode:
    stream = zlib.compressobj()
    return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Encode:
    """discord.py asks for zstd only where a package or the standard library (3.14) brings it; we then have it too."""
    try:
        package: Any = importlib.import_module("zstandard")
    except ImportError:
        library: Any = importlib.import_module("compression.zstd")
        compressor: Any = library.ZstdCompressor()
        return lambda data: bytes(compressor.compress(data, mode=compressor.FLUSH_BLOCK))
    stream: Any = package.ZstdCompressor().compressobj()
    return lambda data: bytes(stream.compress(data) + stream.flush(package.COMPRESSOBJ_FLUSH_BLOCK))
