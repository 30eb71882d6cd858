"""What pages, JSON and files cost the server, for a clan of 100 and 250 exotics, over a real database."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import SystemClock
from bot.config import Config, Dashboard
from dashboard import create_app
from db.embedded import embedded
from db.migrate import migrate
from db.pool import connect_patiently, open_pool
from db.web_login import READ_ROLE, ensure_web_login
from tests.bench.report import Report, percentile
from tests.web import seed, seed_collections
from tests.web.seed_matches import ROSE

_ROUNDS = 60
_PATHS = {
    "roster page": f"/clans/{seed.QUIET_ORBIT}/roster",
    "roster page, searched and sorted": f"/clans/{seed.QUIET_ORBIT}/roster?sort=power&order=desc&q=e",
    "roster JSON": f"/api/v1/clans/{seed.QUIET_ORBIT}/roster",
    "roster CSV": f"/clans/{seed.QUIET_ORBIT}/roster.csv",
    "events page": f"/clans/{seed.QUIET_ORBIT}/events",
    "weapons page": f"/clans/{seed.QUIET_ORBIT}/weapons",
    "weapons JSON": f"/api/v1/clans/{seed.QUIET_ORBIT}/weapons",
    "one weapon's page": f"/clans/{seed.QUIET_ORBIT}/weapons/{ROSE}",
    "exotics matrix": f"/clans/{seed.QUIET_ORBIT}/exotics?member={seed.FIRST_MEMBER}",
    "exotics JSON": f"/api/v1/clans/{seed.QUIET_ORBIT}/exotics",
    "seals page": f"/clans/{seed.QUIET_ORBIT}/seals",
    "a member's collection": f"/members/{seed.FIRST_MEMBER}/exotics",
    "a member's page": f"/members/{seed.FIRST_MEMBER}",
}
_GOALS = {
    "roster page": 30,
    "weapons page": 50,
    "one weapon's page": 50,
    "exotics matrix": 50,
    "seals page": 50,
    "a member's page": 50,
}
"""Milliseconds."""


async def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="hw-bench-") as folder:
        async with embedded(Path(folder)) as dsn:
            conn = await connect_patiently(dsn)
            await migrate(conn)
            login = await ensure_web_login(conn, dsn)
            await conn.close()
            async with open_pool(dsn, name="bench") as pool:
                world = await seed.quiet_orbit(pool, datetime.now(UTC), size=100)
                await seed_collections.more_exotics(pool, world.members, 250)
            async with (
                open_pool(login or dsn, name="web", role=READ_ROLE, read_only=True) as read_pool,
                open_pool(dsn, name="desk") as desk_pool,
            ):
                app = create_app(read_pool, desk_pool, Config(dashboard=Dashboard(access="public")), SystemClock())
                client = app.test_client()
                plain = await _times(client, "/healthz")
                for what, path in _PATHS.items():
                    times = await _times(client, path)
                    p95 = percentile(times, 0.95)
                    report.line(
                        f"{what}, p95 of {_ROUNDS}",
                        f"{p95:.1f} ms",
                        ratio=f"{percentile(times, 0.5) / percentile(plain, 0.5):.0f} x /healthz",
                        goal=f"under {_GOALS[what]} ms" if what in _GOALS else "",
                        met=p95 < _GOALS[what] if what in _GOALS else None,
                    )


async def _times(client: object, path: str) -> list[float]:
    times = []
    for _ in range(_ROUNDS + 5):
        began = time.perf_counter()
        answer = await client.get(path)  # type: ignore[attr-defined]
        body = await answer.get_data()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status_code, body[:200])
    return times[5:]
