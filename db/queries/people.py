"""Who is in which tracked clan now, by name: what a person means who types one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.member import Inside
from db.pool import Connection


async def select_insiders(conn: Connection) -> tuple[Inside, ...]:
    """Everyone with an open stint in a clan that is not dropped, by name."""
    rows = await conn.fetch(
        """
        select m.membership_id, m.name, s.group_id
        from stint s join member m using (membership_id) join clan c using (group_id)
        where s.left_at is null and c.state <> 'dropped'
        order by lower(m.name), m.membership_id
        """
    )
    return tuple(Inside(**dict(row)) for row in rows)


async def select_member_name(conn: Connection, membership_id: int) -> str | None:
    """The name that was last seen; None for an id that nobody had."""
    name: str | None = await conn.fetchval("select name from member where membership_id = $1", membership_id)
    return name


async def select_member_names(conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    rows = await conn.fetch("select membership_id, name from member where membership_id = any ($1::bigint[])", ids)
    return {row["membership_id"]: row["name"] for row in rows}
