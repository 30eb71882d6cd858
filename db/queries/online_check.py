"""How far isOnline can be believed, and how soon a login shows: what the roster loop measures of itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain.reading import LoginLag, OnlineCheck
from db.pool import Connection

_KEPT = timedelta(days=1)


async def insert_online_checks(conn: Connection, checks: Sequence[OnlineCheck]) -> None:
    await conn.executemany(
        """
        insert into online_check (group_id, at, agreed, contradicted) values ($1, $2, $3, $4)
        on conflict (group_id, at) do update set agreed = online_check.agreed + excluded.agreed,
          contradicted = online_check.contradicted + excluded.contradicted
        """,
        [(c.group_id, c.at, c.agreed, c.contradicted) for c in checks],
    )


async def select_online_checks(conn: Connection) -> tuple[OnlineCheck, ...]:
    """All that is kept, the oldest first."""
    rows = await conn.fetch("select group_id, at, agreed, contradicted from online_check order by at")
    return tuple(OnlineCheck(**dict(row)) for row in rows)


async def delete_online_checks(conn: Connection, now: datetime) -> None:
    """Forget what is older than a day."""
    await conn.execute("delete from online_check where at < $1", now - _KEPT)


async def select_clan_names(conn: Connection, group_ids: Iterable[int]) -> tuple[str, ...]:
    """The names of those clans, in their alphabet."""
    rows = await conn.fetch("select name from clan where group_id = any($1) order by lower(name)", list(group_ids))
    return tuple(row["name"] for row in rows)


async def insert_login(conn: Connection, membership_id: int, seconds: int, now: datetime) -> None:
    """Someone was first seen playing, so long after they had logged in."""
    await conn.execute(
        "insert into login_seen (membership_id, seen_at, seconds) values ($1, $2, $3) on conflict do nothing",
        membership_id,
        now,
        seconds,
    )


async def select_login_lag(conn: Connection, now: datetime) -> LoginLag:
    """Of the last 24 hours: within how many seconds 95 % of the logins showed."""
    row = await conn.fetchrow(
        """
        select count(*)::int as logins, ceil(percentile_cont(0.95) within group (order by seconds))::int as seconds
        from login_seen where seen_at > $1
        """,
        now - _KEPT,
    )
    assert row is not None, "an aggregate has one row"
    return LoginLag(row["logins"], row["seconds"])


async def delete_logins(conn: Connection, now: datetime) -> None:
    """Forget what is older than a day."""
    await conn.execute("delete from login_seen where seen_at < $1", now - _KEPT)
