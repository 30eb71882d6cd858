"""Quiet Orbit's matches: three weeks of Crucible and a raid, every history read to its end."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.match import FetchedReport
from db.queries.report import store_reports
from tests.cogs.guild import CLAN, Guild
from tests.db.match_make import RAID, TRIALS, fetched, player

ROSE_OLD, ROSE, THORN, ELSIE, MATADOR, ACE, GJALLARHORN, UNKNOWN = 100, 120, 200, 300, 400, 500, 600, 999
WEAPONS = (
    (ROSE_OLD, "Rose", "Hand Cannon", "kinetic", "kinetic", "legendary", 1, ROSE),
    (ROSE, "Rose", "Hand Cannon", "kinetic", "kinetic", "legendary", 9, ROSE),
    (THORN, "Thorn", "Hand Cannon", "kinetic", "kinetic", "exotic", 2, THORN),
    (ELSIE, "Elsie's Rifle", "Pulse Rifle", "energy", "void", "legendary", 3, ELSIE),
    (MATADOR, "Matador 64", "Shotgun", "energy", "arc", "legendary", 4, MATADOR),
    (ACE, "Ace of Spades", "Hand Cannon", "kinetic", "kinetic", "exotic", 5, ACE),
    (GJALLARHORN, "Gjallarhorn", "Rocket Launcher", "power", "solar", "exotic", 6, GJALLARHORN),
)


async def add_shooting(at: Guild) -> None:
    """Of 100 Crucible weapon kills in the last 30 days 50 are Rose's (30 and 20), the span before has 20 of 100."""
    now = at.clock.now()
    async with at.pool.acquire() as conn, conn.transaction():
        await conn.executemany(
            """insert into weapon (hash, name, type, slot, damage, tier, position, family, icon)
            values ($1, $2, $3, $4, $5, $6, $7, $8, null)""",
            WEAPONS,
        )
        await conn.execute(
            "insert into clan_counted select group_id, membership_id, membership_id, membership_id from stint"
        )
        await conn.execute(
            """insert into history_member (membership_id, account_read_at) select membership_id, $1 from member""", now
        )
        await conn.execute("insert into loop (name, interval_seconds, last_ok_at) values ('matches', 300, $1)", now)
        await store_reports(conn, _reports(at), now)


def _reports(at: Guild) -> list[FetchedReport]:
    now = at.clock.now()

    def days(count: float) -> dict[str, object]:
        return {"period": now - timedelta(days=count), "after": timedelta(hours=2)}

    return [
        fetched(1, player(1, {ROSE: 20, THORN: 10}), player(2, {ROSE_OLD: 15, ELSIE: 5}), modes=TRIALS, **days(2)),  # type: ignore[arg-type]
        fetched(2, player(1, {ROSE_OLD: 10, MATADOR: 20}), player(3, {ROSE: 5, UNKNOWN: 15}), modes=TRIALS, **days(9)),  # type: ignore[arg-type]
        fetched(3, player(1, {THORN: 80}), player(2, {ROSE: 20}), modes=TRIALS, **days(40)),  # type: ignore[arg-type]
        fetched(4, player(2, {GJALLARHORN: 7}), player(5, {GJALLARHORN: 3}), modes=RAID, **days(3)),  # type: ignore[arg-type]
    ]


async def add_growth(at: Guild, unread: int = 5) -> None:
    """So many histories are not read yet."""
    await at.pool.execute(
        "update history_member set account_read_at = null where membership_id in (select generate_series(1, $1))",
        unread,
    )


__all__ = ["CLAN", "add_growth", "add_shooting"]
