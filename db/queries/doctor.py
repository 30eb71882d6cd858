"""What `doctor` reads: rights, and what is followed where. It works on any schema, also on an empty one."""

from __future__ import annotations

from bot.domain.ground import DatabaseRights
from db.pool import Connection


async def select_rights(conn: Connection) -> DatabaseRights:
    row = await conn.fetchrow(
        """
        select current_setting('server_version') as version, current_user as role,
          coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
          (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) as may_create_roles,
          pg_is_in_recovery() as is_standby
        """
    )
    assert row is not None
    return DatabaseRights(**row)


async def select_may_be(conn: Connection, role: str) -> bool:
    """Whether this login may take the role; False where there is no such role."""
    may = await conn.fetchval(
        """
        select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = $1
        """,
        role,
    )
    return bool(may)


async def select_feed_channels(conn: Connection) -> tuple[int, ...]:
    """The channels that any feed tells."""
    if not await conn.fetchval("select to_regclass('feed') is not null"):
        return ()
    rows = await conn.fetch("select distinct channel_id from feed order by channel_id")
    return tuple(row["channel_id"] for row in rows)


async def select_followed_clans(conn: Connection) -> tuple[int, ...]:
    """The clans that a server follows by /setup."""
    if not await conn.fetchval("select to_regclass('feed') is not null"):
        return ()
    rows = await conn.fetch(
        "select distinct group_id from feed where source = 'setup' and group_id is not null order by group_id"
    )
    return tuple(row["group_id"] for row in rows)
