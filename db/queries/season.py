"""Seasons as the manifest tells them; those that it gives no start are left out."""

from __future__ import annotations

from bot.domain.weapon import Season
from db.pool import Connection


async def select_seasons(conn: Connection) -> tuple[Season, ...]:
    """By number. A season ends where the next one starts, whatever end the manifest gives it."""
    rows = await conn.fetch(
        """
        with season as (
          select (json ->> 'seasonNumber')::int as number, min(name) as name,
                 min((json ->> 'startDate')::timestamptz) as starts_at
          from definition
          where table_name = 'DestinySeasonDefinition' and json ->> 'startDate' is not null
            and json ->> 'seasonNumber' is not null
          group by 1
        )
        select number, name, starts_at, lead(starts_at) over (order by starts_at, number) as ends_at
        from season order by number
        """
    )
    return tuple(Season(**dict(row)) for row in rows)


async def select_season(conn: Connection, number: int) -> Season | None:
    """None for a season that the manifest does not know, or not the start of."""
    return next((season for season in await select_seasons(conn) if season.number == number), None)
