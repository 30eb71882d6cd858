"""Reports as they are kept: zstd over the JSON of Response, as sent. Pure; any thread may call."""

from __future__ import annotations

import zstandard

LEVEL = 3
"""Real reports of 5 to 24 kB shrink to 1/7.6, in 0.03 ms each. Level 5 takes more than twice as long for 1/7.8, 9 takes
0.16 ms for 1/8.1 and 19 takes 6 ms for 1/8.4: a backfill packs hundreds of thousands of them."""
_MOST_BYTES = 64 * 2**20  # a hundred times the largest report: what claims more is no report of ours


def pack(raw: bytes) -> bytes:
    """Compressed, with its length and checksum."""
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(raw)


def unpack(body: bytes) -> bytes:
    """What `pack` was given. Raises ValueError when the body is damaged."""
    try:
        if zstandard.frame_content_size(body) > _MOST_BYTES:
            raise ValueError("the stored report claims to be larger than any report is")
        return zstandard.ZstdDecompressor().decompress(body)
    except zstandard.ZstdError as error:
        raise ValueError(f"the stored report is damaged ({error})") from error
