"""What /status says of matches: how far the past is read, and how soon what is new shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.queue import Progress
from bot.presenters.backlog import backfill_sentence, lag_sentence
from db.pool import Connection
from db.queries.backlog import select_match_lag, select_progress
from db.queries.setting import delete_setting, select_setting, upsert_setting

NOTE = "progress:matches"
_MARK = "matches:progress"
_LEAST_SECONDS = 30.0


async def tell(conn: Connection, now: datetime) -> str:
    """Keep the sentence on /status true; the sentence about how soon matches show."""
    progress = await select_progress(conn, now)
    sentence = backfill_sentence(progress, await _rate(conn, progress, now))
    if sentence is None:
        await delete_setting(conn, NOTE)
    else:
        await upsert_setting(conn, NOTE, sentence, now)
    return lag_sentence(await select_match_lag(conn, now))


async def _rate(conn: Connection, progress: Progress, now: datetime) -> float:
    """Reports a second since the last pass, half of it as before: passes are uneven."""
    mark: dict[str, Any] = await select_setting(conn, _MARK) or {}
    done = progress.stored + progress.lacking
    passed = now.timestamp() - mark.get("at", now.timestamp())
    if mark and 0 <= passed < _LEAST_SECONDS:
        return float(mark["rate"])
    measured = max(0, done - mark["done"]) / passed if mark and passed > 0 else 0.0
    rate = (measured + mark["rate"]) / 2 if mark.get("rate") else measured
    await upsert_setting(conn, _MARK, {"at": now.timestamp(), "done": done, "rate": rate}, now)
    return rate
