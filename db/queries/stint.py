"""People and their stints, as the membership protocol reads and writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.role import Role
from bot.domain.watch import Ended, Fact, Former, Stay
from db.pool import Connection


async def select_stays(conn: Connection, group_id: int) -> dict[int, Stay]:
    rows = await conn.fetch(
        """
        select m.membership_id, m.membership_type, m.bungie_net_id, m.name, m.name_since,
          s.role, s.role_since, s.joined_at, s.reopened, s.is_online, s.online_changed_at
        from stint s join member m using (membership_id) where s.group_id = $1 and s.left_at is null
        """,
        group_id,
    )
    return {row["membership_id"]: Stay(**{**row, "role": Role(row["role"])}) for row in rows}


async def select_formers(conn: Connection, group_id: int, ids: Iterable[int]) -> dict[int, Former]:
    """The latest stint of each of them, where that is closed."""
    rows = await conn.fetch(
        """
        select * from (
          select distinct on (membership_id) membership_id, joined_at, left_at, reopened
          from stint where group_id = $1 and membership_id = any ($2::bigint[])
          order by membership_id, left_at desc nulls first, joined_at desc
        ) latest where left_at is not null
        """,
        group_id,
        list(ids),
    )
    return {row["membership_id"]: Former(**row) for row in rows}


async def select_names(conn: Connection, ids: Iterable[int]) -> dict[int, Fact]:
    """The names of those who are known, wherever from, with the time since when."""
    rows = await conn.fetch(
        "select membership_id, name, name_since from member where membership_id = any ($1::bigint[])", list(ids)
    )
    return {row["membership_id"]: Fact(row["name"], row["name_since"]) for row in rows}


async def upsert_members(conn: Connection, stays: Sequence[Stay], now: datetime) -> None:
    """The people behind stints; someone known keeps the time of their name while it is the same."""
    await conn.executemany(
        """
        insert into member (membership_id, membership_type, bungie_net_id, name, name_since, first_seen_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (membership_id) do update set membership_type = excluded.membership_type,
          bungie_net_id = coalesce(excluded.bungie_net_id, member.bungie_net_id), name = excluded.name,
          name_since = case when member.name = excluded.name then member.name_since else excluded.name_since end
        """,
        [(s.membership_id, s.membership_type, s.bungie_net_id, s.name, s.name_since, now) for s in stays],
    )


async def insert_names(conn: Connection, ids: Sequence[int]) -> None:
    """Keep the present names of these people in the history of names."""
    await conn.execute(
        """
        insert into member_name (membership_id, since, name)
        select membership_id, name_since, name from member where membership_id = any ($1::bigint[])
        on conflict do nothing
        """,
        ids,
    )


async def upsert_stints(conn: Connection, group_id: int, stays: Sequence[Stay]) -> None:
    """Open stints as the protocol knows them; one that was closed is open again."""
    await conn.executemany(
        """
        insert into stint (group_id, membership_id, joined_at, role, role_since, reopened, is_online, online_changed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (group_id, membership_id, joined_at) do update set left_at = null, left_event_id = null,
          role = excluded.role, role_since = excluded.role_since, reopened = excluded.reopened,
          is_online = excluded.is_online, online_changed_at = excluded.online_changed_at
        """,
        [
            (
                group_id,
                s.membership_id,
                s.joined_at,
                s.role.value,
                s.role_since,
                s.reopened,
                s.is_online,
                s.online_changed_at,
            )
            for s in stays
        ],
    )


async def insert_roles(conn: Connection, group_id: int, ids: Sequence[int]) -> None:
    """Keep the present roles of these members in the history of roles."""
    await conn.execute(
        """
        insert into stint_role (stint_id, since, role)
        select id, role_since, role from stint
        where group_id = $1 and membership_id = any ($2::bigint[]) and left_at is null
        on conflict do nothing
        """,
        group_id,
        ids,
    )


async def update_stint_ended(conn: Connection, group_id: int, ended: Ended, event_id: int | None) -> None:
    """`event_id` is what said so; a leave that is older than its stint (clocks differ) ends with it."""
    await conn.execute(
        """
        update stint set left_at = greatest($4, joined_at), left_event_id = $5, is_online = false
        where group_id = $1 and membership_id = $2 and joined_at = $3 and left_at is null
        """,
        group_id,
        ended.membership_id,
        ended.joined_at,
        ended.left_at,
        event_id,
    )


async def select_ending(conn: Connection, group_id: int, former: Former) -> int | None:
    """The event that said that this stint had ended."""
    found: int | None = await conn.fetchval(
        "select left_event_id from stint where group_id = $1 and membership_id = $2 and joined_at = $3",
        group_id,
        former.membership_id,
        former.joined_at,
    )
    return found


async def update_moved(conn: Connection, membership_id: int, moved_to: int) -> None:
    """The person plays on under another membership."""
    await conn.execute("update member set moved_to = $2 where membership_id = $1", membership_id, moved_to)


async def update_moved_back(conn: Connection, ids: Sequence[int]) -> None:
    """Whoever has an open stint again plays under this membership."""
    await conn.execute(
        "update member set moved_to = null where membership_id = any ($1::bigint[]) and moved_to is not null", ids
    )
