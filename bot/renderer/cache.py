"""Pictures that were drawn, the least lately asked for dropped first."""

from __future__ import annotations

from collections import OrderedDict

Key = tuple[str, ...]


class PictureCache:
    """Holds at most `limit` bytes of pictures."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Key, bytes] = OrderedDict()
        self.size = 0

    def get(self, key: Key) -> bytes | None:
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: Key, picture: bytes) -> None:
        self.size += len(picture) - len(self._held.pop(key, b""))
        self._held[key] = picture
        while self.size > self._limit:
            _, dropped = self._held.popitem(last=False)
            self.size -= len(dropped)
