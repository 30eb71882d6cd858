"""The stats of the game, by their text keys."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.manifest import HistoricalStat
from db.pool import Connection


async def select_any_stat(conn: Connection) -> bool:
    """Whether stats were ever stored."""
    return bool(await conn.fetchval("select exists (select from historical_stat)"))


async def upsert_stats(conn: Connection, stats: Sequence[HistoricalStat]) -> None:
    await conn.executemany(
        """
        insert into historical_stat (stat_id, name, description, category, stat_group, unit, modes, periods,
          medal_tier_hash, icon, json)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (stat_id) do update set name = excluded.name, description = excluded.description,
          category = excluded.category, stat_group = excluded.stat_group, unit = excluded.unit, modes = excluded.modes,
          periods = excluded.periods, medal_tier_hash = excluded.medal_tier_hash, icon = excluded.icon,
          json = excluded.json
        """,
        [
            (
                stat.stat_id,
                stat.name,
                stat.description,
                stat.category,
                stat.group,
                stat.unit,
                list(stat.modes),
                list(stat.periods),
                stat.medal_tier_hash,
                stat.icon,
                dict(stat.definition),
            )
            for stat in stats
        ],
    )
