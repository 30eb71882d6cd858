"""From the end of a match to its kills in /weapons, and whether /status tells that rightly; with short intervals."""

from __future__ import annotations

import asyncio
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.weapon import WeaponFilter
from bot.presenters.spans import span_of
from bot.sandbox import facts
from db.pool import Pool
from db.queries.backlog import select_match_lag
from db.queries.weapons import select_weapon_table
from tests.bench.newcomer import ingesting
from tests.bench.report import Report, percentile
from tests.e2e.harness import Town, eventually, town

MATCHES = 40
_INTERVAL, _SETTLE, _GRACE = 10, 10, 120
_APART = 0.9
_LOOPS = {"membership_seconds": 30, "roster_seconds": _INTERVAL, "matches_seconds": _INTERVAL}


async def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="hw-bench-", ignore_cleanup_errors=True) as folder:
        async with town(Path(folder)) as place:
            clan = (await place.ask("GET", "/sandbox/world"))["clans"][1]
            place.configure(
                clans={"ids": [clan["group_id"]]},
                schedule=_LOOPS,
                matches={"settle_seconds": _SETTLE},
                log={"level": "WARNING"},
            )
            async with ingesting(place) as pool:
                await eventually(lambda: _watched(pool), 120, "every history is read")
                lags = await _lags(place, pool, [m["membership_id"] for m in clan["members"] if not m["private"]])
                async with pool.acquire() as conn:
                    told = await select_match_lag(conn, datetime.now(UTC))
    _tell(report, lags, told.matches, told.seconds or 0)


async def _watched(pool: Pool) -> bool:
    return bool(
        await pool.fetchval(
            """select count(*) > 0 and bool_and(h.walked_at is not null and h.backfilled_at is not null)
            from history h join history_member hm using (membership_id) where not h.deleted and hm.hidden_walks = 0"""
        )
    )


async def _lags(place: Town, pool: Pool, members: list[str]) -> list[float]:
    """Seconds from the end of each match until the clan's weapons show it; each is won with a weapon of its own."""
    ends: dict[int, datetime] = {}
    lags: list[float] = []

    async def all_seen() -> bool:
        now, seen = datetime.now(UTC), await _seen(pool)
        lags.extend((now - ends.pop(weapon)).total_seconds() for weapon in seen & ends.keys())
        return len(lags) == MATCHES

    playing = asyncio.create_task(_play(place, members, ends))
    await eventually(all_seen, MATCHES * _APART + _INTERVAL + _SETTLE + _GRACE, "every match shows")
    await playing
    return lags


async def _play(place: Town, members: list[str], ends: dict[int, datetime]) -> None:
    """Matches that end now, one by one at odd moments; `ends` is told of each weapon when its match ended."""
    chance = random.Random(5)
    for weapon in [row["hash"] for row in facts.rows("weapons")][:MATCHES]:
        who = chance.choice(members)
        order = {"members": [who], "mode": "control", "seconds": 60, "kills": {who: {str(weapon): [5, 2]}}}
        match = await place.ask("POST", "/sandbox/world/match", order)
        ends[weapon] = datetime.fromisoformat(match["period"]) + timedelta(seconds=match["seconds"])
        await asyncio.sleep(2 * _APART * chance.random())


async def _seen(pool: Pool) -> set[int]:
    now = datetime.now(UTC)
    async with pool.acquire() as conn:
        table = await select_weapon_table(conn, WeaponFilter(None, span_of(now)), now)
    return {row.weapon.weapon_hash for row in table.rows}


def _tell(report: Report, lags: list[float], told: int, told_seconds: int) -> None:
    p95, both = percentile(lags, 0.95), _SETTLE + _INTERVAL
    report.line(
        f"match end to /weapons, p95 of {len(lags)}",
        f"{p95:.1f} s",
        ratio=f"settle + interval are {both} s; p50 {percentile(lags, 0.5):.1f} s",
        goal=f"at most {both} s + 2 min",
        met=p95 <= both + _GRACE,
    )
    report.line(
        f"the same as /status tells it, of {told}",
        f"{told_seconds} s",
        ratio=f"{told_seconds / max(p95, 0.1):.2f} of what was seen",
        goal="2 s around it",
        met=told == len(lags) and abs(told_seconds - p95) <= 2,
    )
