"""How far the reading of the past has come, and how soon what is new shows."""

from __future__ import annotations

from datetime import datetime

from bot.domain.queue import MatchLag, Progress
from db.pool import Connection


async def update_waiting(conn: Connection, now: datetime) -> None:
    """For each member the reports of the past that are due: how many, and when the newest of those matches was.

    What Bungie.net does not have is in nobody's way.
    """
    await conn.execute(
        """
        with due as (
          select e.membership_id, count(distinct e.instance_id)::integer as waiting, max(m.period) as newest
          from match m join history_entry e using (instance_id)
          where m.state = 'waiting' and m.found_by = 'backfill' and m.missing = 0
          group by e.membership_id
        ), counted as (
          select h.membership_id, coalesce(due.waiting, 0) as waiting, due.newest
          from history_member h left join due using (membership_id)
        )
        update history_member h set waiting = counted.waiting, waiting_newest = counted.newest, counted_at = $1
        from counted where counted.membership_id = h.membership_id
        """,
        now,
    )


async def select_progress(conn: Connection, now: datetime) -> Progress:
    """Characters of today's members whose past is read as far as is wanted now, and all reports that are known."""
    row = await conn.fetchrow(
        """
        with person as (
          select s.membership_id, min(s.joined_at) as joined_at
          from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
          where s.left_at is null group by s.membership_id
        ), walk as (
          select count(*) as characters,
            count(*) filter (where h.backfilled_at is not null or hm.private_since is not null
              or (h.recent_at is not null and joined_at > $1::timestamptz - interval '7 days')) as walked
          from history h join person using (membership_id) join history_member hm using (membership_id)
        ), report as (
          select count(*) filter (where state = 'done') as stored,
            count(*) filter (where state = 'waiting' and missing = 0) as waiting,
            count(*) filter (where state in ('gone', 'failed') or (state = 'waiting' and missing > 0)) as lacking
          from match
        )
        select * from walk, report
        """,
        now,
    )
    assert row is not None, "aggregates always have a row"
    return Progress(**dict(row))


async def select_progress_within(
    conn: Connection, now: datetime, group_id: int | None, since: datetime | None
) -> Progress:
    """The same of one clan's members of today, or of everyone's, and of matches from `since` on.

    Materialized: a planner that knows nothing of fresh tables would else look for each match by itself.
    """
    row = await conn.fetchrow(
        """
        with person as (
          select s.membership_id, min(s.joined_at) as joined_at
          from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
          where s.left_at is null and ($2::bigint is null or s.group_id = $2) group by s.membership_id
        ), walk as (
          select count(*) as characters,
            count(*) filter (where h.backfilled_at is not null or hm.private_since is not null
              or h.backfill_until < $3
              or (h.recent_at is not null and joined_at > $1::timestamptz - interval '7 days')) as walked
          from history h join person using (membership_id) join history_member hm using (membership_id)
        ), listed as materialized (
          select distinct e.instance_id from history_entry e join person using (membership_id)
          where $3::timestamptz is null or e.period >= $3
        ), report as (
          select count(*) filter (where m.state = 'done') as stored,
            count(*) filter (where m.state = 'waiting' and m.missing = 0) as waiting,
            count(*) filter (where m.state in ('gone', 'failed') or (m.state = 'waiting' and m.missing > 0)) as lacking
          from match m join listed using (instance_id)
        )
        select * from walk, report
        """,
        now,
        group_id,
        since,
    )
    assert row is not None, "aggregates always have a row"
    return Progress(**dict(row))


async def select_bytes_per_report(conn: Connection) -> float | None:
    """Of the database, measured over what is stored; None before there is enough to tell."""
    size: float | None = await conn.fetchval(
        """
        select sum(pg_total_relation_size(coalesce(part.relid, name::regclass)))::double precision
          / nullif((select count(*) from match where state = 'done'), 0)
        from unnest(array['match', 'report', 'match_player', 'weapon_kill', 'history_entry', 'member_stat',
          'member_weapon', 'clan_weapon']) as name
        left join lateral pg_partition_tree(name::regclass) part on true  -- a parted table itself takes no room
        having (select count(*) from match where state = 'done') >= 500
        """
    )
    return size


async def select_match_lag(conn: Connection, now: datetime) -> MatchLag:
    """How long after its end a match was stored, of those that ended while its players were watched, in 24 hours."""
    row = await conn.fetchrow(
        """
        select count(*)::integer as matches,
          percentile_cont(0.95) within group (order by extract(epoch from m.stored_at - m.ends_at))::integer as seconds
        from match m
        where m.found_by = 'live' and m.stored_at > $1::timestamptz - interval '24 hours'
          and exists (select from history_entry e join history h using (membership_id, character_id)
            where e.instance_id = m.instance_id and h.walked_at is not null and h.found_at <= m.ends_at)
        """,
        now,
    )
    assert row is not None, "aggregates always have a row"
    return MatchLag(row["matches"], row["seconds"])
