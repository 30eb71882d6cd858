"""The pictures that the manifest names."""

from __future__ import annotations

from db.pool import Connection


async def select_icons(conn: Connection) -> tuple[str, ...]:
    """Paths of the icons of seals, exotics, catalysts and weapons, those of the current manifest first."""
    rows = await conn.fetch(
        """
        select icon, min(place) as place from (
          select icon, case when is_current then 0 else 4 end as place from seal
          union all select icon, case when is_current then 1 else 4 end from exotic
          union all select icon, case when is_current then 2 else 4 end from catalyst
          union all select icon, 3 from weapon
        ) named
        where icon <> '' group by icon order by place, icon
        """
    )
    return tuple(row["icon"] for row in rows)
