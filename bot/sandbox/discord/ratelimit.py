"""Rate limits by bucket and major parameter, with Discord's headers; the global limit of 50 a second."""

import hashlib
import time
from collections import deque
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.discord.wire import Json, answer

GLOBAL_PER_SECOND = 50

_MESSAGES = "/api/v10/channels/{channel_id}/messages"
_LIMITS = {
    ("POST", _MESSAGES): (5, 5.0),
    ("GET", _MESSAGES): (50, 1.0),
    ("PATCH", _MESSAGES + "/{message_id}"): (5, 5.0),
    ("DELETE", _MESSAGES + "/{message_id}"): (5, 1.0),
}
_DEFAULT = (25, 1.0)
_MAJOR = ("channel_id", "guild_id", "webhook_id")


@dataclass
class _Window:
    left: int
    ends: float


@dataclass(frozen=True)
class Verdict:
    """`retry_after` in seconds when refused, else None. `headers` go onto the answer."""

    headers: dict[str, str]
    retry_after: float | None = None
    scope: str = "user"

    def refusal(self) -> web.Response:
        body: Json = {
            "message": "You are being rate limited.",
            "retry_after": self.retry_after,
            "global": self.scope == "global",
        }
        wait = {"Retry-After": str(int(self.retry_after or 0) + 1), "Via": "1.1 google"}
        return answer(body, 429, self.headers | wait | {"X-RateLimit-Scope": self.scope})


class RateLimiter:
    """`scale` shrinks the windows (a test that posts much does not wait as long)."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self._windows: dict[tuple[str, str], _Window] = {}
        self._recent: deque[float] = deque()

    def check(self, method: str, template: str, parameters: dict[str, str]) -> Verdict:
        """`template` is the route with its parameters unfilled."""
        if template.startswith("/api/v10/interactions"):
            return Verdict({})
        at = time.monotonic()
        if (wait := self._global_wait(at)) > 0:
            return Verdict({"X-RateLimit-Global": "true"}, round(wait, 3), "global")
        return self._bucket(method, template, parameters, at)

    def _global_wait(self, at: float) -> float:
        while self._recent and self._recent[0] <= at - self.scale:
            self._recent.popleft()
        if len(self._recent) >= GLOBAL_PER_SECOND:
            return self._recent[0] + self.scale - at
        self._recent.append(at)
        return 0.0

    def _bucket(self, method: str, template: str, parameters: dict[str, str], at: float) -> Verdict:
        limit, seconds = _LIMITS.get((method, template), _DEFAULT)
        name = hashlib.sha256(f"{method} {template}".encode()).hexdigest()[:32]
        key = (name, ":".join(parameters.get(part, "") for part in _MAJOR))
        window = self._windows.get(key)
        if window is None or window.ends <= at:
            window = self._windows[key] = _Window(limit, at + seconds * self.scale)
        refused = window.left == 0
        window.left -= not refused
        wait = max(0.0, window.ends - at)
        return Verdict(_headers(name, limit, window.left, wait), round(wait, 3) if refused else None)


def _headers(bucket: str, limit: int, left: int, wait: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
        "X-RateLimit-Bucket": bucket,
    }
