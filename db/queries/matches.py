"""One member's matches, newest first."""

from __future__ import annotations

from datetime import datetime

from asyncpg import Record

from bot.domain.match import GuardianClass, MatchLine, MatchState
from bot.domain.mode import Mode, words_of
from db.pool import Connection


async def select_member_matches(
    conn: Connection,
    membership_id: int,
    *,
    mode: Mode = Mode.ALL,
    before: tuple[datetime, int] | None = None,
    limit: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[MatchLine, ...]:
    """Of all of a person's memberships: what reports say, and of those not stored what histories say.

    `before`: older than that position (period, instance id). `since` is inclusive, `until` is not.
    """
    at, instance_id = before or (None, None)
    rows = await conn.fetch(
        """
        with recursive up as (
          select membership_id as id, moved_to from member where membership_id = $1
          union
          select m.membership_id, m.moved_to from up join member m on m.membership_id = up.moved_to
        ), ids as (
          select id from up where moved_to is null
          union
          select m.membership_id from ids join member m on m.moved_to = ids.id
        ), newest as (
          select near.instance_id, near.period
          from ids cross join lateral (
            (select p.instance_id, p.period from match_player p
             where p.membership_id = ids.id and p.tracked and p.mode_bits & (1 << $2::int) <> 0
               and ($3::timestamptz is null or (p.period, p.instance_id) < ($3, $4::bigint))
               and p.period >= coalesce($6::timestamptz, '-infinity')
               and p.period < coalesce($7::timestamptz, 'infinity')
             order by p.period desc, p.instance_id desc limit $5)
            union all
            (select e.instance_id, e.period from history_entry e
             where e.membership_id = ids.id and e.mode_bits & (1 << $2::int) <> 0
               and ($3::timestamptz is null or (e.period, e.instance_id) < ($3, $4::bigint))
               and e.period >= coalesce($6::timestamptz, '-infinity')
               and e.period < coalesce($7::timestamptz, 'infinity')
             order by e.period desc, e.instance_id desc limit $5)
          ) near
          group by near.instance_id, near.period
          order by near.period desc, near.instance_id desc limit $5
        ), mode_word as (
          select mode_type, min(name) as name from mode_name group by mode_type
        )
        select m.instance_id, n.period, m.mode_bits, m.state, w.name as mode_name,
               coalesce(nullif(place.name, ''), nullif(launched.name, '')) as activity_name, p.class,
               coalesce(m.duration_seconds, extract(epoch from m.ends_at - m.period)::int) as duration_seconds,
               coalesce(p.kills, e.kills) as kills, coalesce(p.deaths, e.deaths) as deaths,
               coalesce(p.assists, e.assists) as assists, case when p.found then p.score else e.score end as score,
               case when p.found then p.standing else e.standing end as standing,
               coalesce(p.completed, e.completed) as completed, coalesce(p.seconds, e.seconds) as seconds
        from newest n
        cross join lateral (
          select * from match where instance_id = n.instance_id offset 0  -- one by one: they are few
        ) m
        left join lateral (
          select true as found, max(class) as class, sum(kills)::int as kills, sum(deaths)::int as deaths,
                 sum(assists)::int as assists, sum(score)::int as score, min(standing) as standing,
                 bool_or(completed) as completed, sum(seconds)::int as seconds
          from match_player where instance_id = n.instance_id and membership_id in (select id from ids) and tracked
          having count(*) > 0
        ) p on true
        left join lateral (
          select sum(kills)::int as kills, sum(deaths)::int as deaths, sum(assists)::int as assists,
                 sum(score)::int as score, min(standing) as standing, bool_or(completed) as completed,
                 sum(seconds)::int as seconds
          from history_entry where instance_id = n.instance_id and membership_id in (select id from ids)
        ) e on true
        left join mode_word w on w.mode_type = m.mode
        left join definition place
          on place.table_name = 'DestinyActivityDefinition' and place.hash = m.reference_hash
        left join definition launched
          on launched.table_name = 'DestinyActivityDefinition' and launched.hash = m.activity_hash
        order by n.period desc, n.instance_id desc
        """,
        membership_id,
        mode.number,
        at,
        instance_id,
        limit,
        since,
        until,
    )
    return tuple(_line(row) for row in rows)


def _line(row: Record) -> MatchLine:
    return MatchLine(
        instance_id=row["instance_id"],
        period=row["period"],
        duration_seconds=row["duration_seconds"],
        modes=words_of(row["mode_bits"]),
        mode_name=row["mode_name"],
        activity_name=row["activity_name"],
        state=MatchState(row["state"]),
        guardian=GuardianClass(row["class"]) if row["class"] else None,
        kills=row["kills"],
        deaths=row["deaths"],
        assists=row["assists"],
        score=row["score"],
        standing=row["standing"],
        completed=row["completed"],
        seconds=row["seconds"],
    )
