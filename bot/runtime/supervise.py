"""Keep a part alive: whatever escapes it is logged, and it starts again after a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.clock import Clock
from bot.errors import ConfigError

log = structlog.get_logger(__name__)

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_CALM_SECONDS = 120.0


async def supervise(name: str, part: Callable[[], Awaitable[None]], clock: Clock) -> None:
    """Run a part for ever. Only ConfigError gets out: no restart mends that."""
    pause = _FIRST_PAUSE
    while True:
        started = clock.now()
        try:
            await part()
            log.warning("part_ended", part=name)
        except ConfigError:
            raise
        except Exception:  # promise 4: an outage of anything ends no process
            log.exception("part_failed", part=name, again_in_seconds=pause)
        calm = (clock.now() - started).total_seconds() > _CALM_SECONDS
        pause = _FIRST_PAUSE if calm else min(pause * 2, _LONGEST_PAUSE)
        await clock.sleep(pause)
