"""Clans: which are tracked, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.clan import Clan, ClanState
from bot.domain.watch import Watch
from db.pool import Connection


async def select_clans(conn: Connection, now: datetime) -> tuple[Clan, ...]:
    """Every clan that is or was to be tracked, but for those no longer configured; by name."""
    clans = await select_any_clans(conn, None, now)
    return tuple(clan for clan in clans if clan.state is not ClanState.DROPPED)


async def select_clan(conn: Connection, group_id: int, now: datetime) -> Clan | None:
    """One clan, a dropped one too."""
    return next(iter(await select_any_clans(conn, group_id, now)), None)


async def select_any_clans(conn: Connection, group_id: int | None, now: datetime) -> tuple[Clan, ...]:
    """One clan, or all (None), in whatever state; online is decided as in the roster."""
    rows = await conn.fetch(
        """
        select c.group_id, c.state, c.name, c.callsign, c.motto, c.accepted_at as as_of, c.reason,
          count(s.id)::int as member_count,
          count(s.id) filter (where not p.private and p.activity_hash <> 0
            and (p.transitory or s.is_online or $2 - p.activity_started_at < interval '15 minutes'))::int
            as online_count
        from clan c
        left join stint s on s.group_id = c.group_id and s.left_at is null
        left join profile p using (membership_id)
        where $1::bigint is null or c.group_id = $1
        group by c.group_id order by lower(c.name), c.group_id
        """,
        group_id,
        now,
    )
    return tuple(Clan(**{**row, "state": ClanState(row["state"])}) for row in rows)


async def select_polled_clans(conn: Connection) -> tuple[int, ...]:
    """The ids that the membership loop asks Bungie.net for."""
    rows = await conn.fetch("select group_id from clan where state in ('new', 'tracked') order by group_id")
    return tuple(row["group_id"] for row in rows)


async def select_is_known(conn: Connection, group_id: int) -> bool:
    """Whether a poll of the clan was ever accepted."""
    return bool(await conn.fetchval("select baseline_at is not null from clan where group_id = $1", group_id))


async def select_refusals(conn: Connection) -> tuple[str, ...]:
    """The sentences of configured clans that are not tracked."""
    rows = await conn.fetch(
        "select reason from clan where state in ('refused', 'disbanded') and always order by group_id"
    )
    return tuple(row["reason"] for row in rows)


async def upsert_configured_clans(conn: Connection, ids: Iterable[int], now: datetime) -> None:
    """Make the stored clans those of clans.ids: new ones are added, refused ones looked at again, others dropped."""
    wanted = sorted(set(ids))
    async with conn.transaction():
        await insert_configured(conn, wanted, now)
        await update_dropped(conn, wanted)


async def insert_configured(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """A clan that was dropped goes on where it stopped."""
    await conn.execute(
        """
        insert into clan (group_id, always, added_at) select id, true, $2 from unnest($1::bigint[]) id
        on conflict (group_id) do update set always = true,
          state = case when clan.state = 'refused' then 'new'
                       when clan.state = 'dropped' and clan.baseline_at is null then 'new'
                       when clan.state = 'dropped' then 'tracked'
                       else clan.state end,
          reason = case when clan.state in ('refused', 'dropped') then null else clan.reason end
        """,
        ids,
        now,
    )


async def update_dropped(conn: Connection, ids: Sequence[int]) -> None:
    """Stop tracking what clans.ids no longer names, unless a server follows it; all history stays."""
    await conn.execute(
        """
        update clan set always = false,
          state = case when exists (select from feed f where f.group_id = clan.group_id and f.source = 'setup')
                       then clan.state else 'dropped' end
        where always and group_id <> all ($1::bigint[])
        """,
        ids,
    )


async def update_clan_refused(conn: Connection, group_id: int, reason: str) -> None:
    await conn.execute("update clan set state = 'refused', reason = $2 where group_id = $1", group_id, reason)


async def update_clan_disbanded(conn: Connection, group_id: int, reason: str) -> None:
    await conn.execute("update clan set state = 'disbanded', reason = $2 where group_id = $1", group_id, reason)


async def update_clan_read(conn: Connection, watch: Watch) -> None:
    """What the protocol knows of the clan itself; nothing before its first accepted poll."""
    words = {field: fact.value for field, fact in watch.facts.items()}
    await conn.execute(
        """
        update clan set name = $2, callsign = $3, motto = $4, member_count = $5,
          group_read_at = $6, baseline_at = $7, accepted_at = $8
        where group_id = $1 and $7::timestamptz is not null
        """,
        watch.group_id,
        words.get("name", ""),
        words.get("callsign", ""),
        words.get("motto", ""),
        watch.member_count,
        watch.group_read_at,
        watch.baseline_at,
        watch.accepted_at,
    )


async def update_clan_met(conn: Connection, group_id: int, name: str, callsign: str, motto: str) -> None:
    """The id is a clan's: it is tracked from now on. Its words are kept until the protocol knows them."""
    await conn.execute(
        """
        update clan set state = 'tracked', reason = null, name = $2, callsign = $3, motto = $4
        where group_id = $1 and state = 'new'
        """,
        group_id,
        name,
        callsign,
        motto,
    )
