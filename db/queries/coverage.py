"""How much of what there is to know is known."""

from __future__ import annotations

from datetime import datetime

from bot.domain.weapon import Coverage
from db.pool import Connection


async def select_coverage(
    conn: Connection, group_id: int | None, membership_id: int | None, since: datetime | None = None
) -> Coverage:
    """Of a clan's members now (None: of every tracked clan's), or of one person wherever they are.

    A person's histories are complete when those of all their memberships are: account stats were read, which name the
    deleted characters, an empty page was seen behind each character's matches, and no report of them is waiting. An
    earlier membership that was never looked for does not stand in the way.

    Of the last 30 days a history is whole much sooner: they are read first, of someone who joined less than 7 days ago
    they are all that is read. `covered` counts who is whole from `since` on; the reports must have been counted after
    that was read.

    `stored` and `known` count one for each member and match, so that they come from sums that are kept anyway: what
    member_stat holds, and what history_member says is waiting.
    """
    row = await conn.fetchrow(
        """
        with recursive up as (
          select membership_id as id, moved_to from member where membership_id = $2
          union
          select m.membership_id, m.moved_to from up join member m on m.membership_id = up.moved_to
        ), down as (
          select id, id as person_id from up where moved_to is null
          union
          select m.membership_id, down.person_id from down join member m on m.moved_to = down.id
        ), counted as (
          select id, person_id from down
          union
          select cc.membership_id, cc.person_id
          from clan_counted cc join clan c on c.group_id = cc.group_id
          where $2::bigint is null
            and (cc.group_id = $1 or ($1::bigint is null and c.state not in ('dropped', 'refused')))
        ), walked as (
          select h.membership_id, bool_and(h.backfilled_at is not null) as whole, min(h.backfill_until) as oldest,
                 bool_and(h.recent_at is not null and h.recent_at <= $3::timestamptz + interval '30 days') as reached,
                 max(h.recent_at) as reached_at
          from history h where h.membership_id in (select id from counted) group by h.membership_id
        ), person as (
          select c.person_id,
                 bool_and(case when hm.membership_id is null then c.id <> c.person_id
                               else hm.account_read_at is not null and hm.waiting = 0 and coalesce(w.whole, true) end)
                   as complete,
                 bool_and(case when hm.membership_id is null then c.id <> c.person_id
                               else coalesce(w.reached and hm.counted_at > w.reached_at
                                 and (hm.waiting = 0 or hm.waiting_newest < $3), false) end) as reached,
                 bool_or(coalesce(c.id = c.person_id and hm.private_since is not null, false)) as private,
                 min(w.oldest) as oldest, coalesce(sum(hm.waiting), 0) as waiting, coalesce(sum(s.matches), 0) as stored
          from counted c
          left join history_member hm on hm.membership_id = c.id
          left join walked w on w.membership_id = c.id
          left join lateral (
            select matches from member_stat where membership_id = c.id and mode = 0 and level = 2 offset 0
          ) s on true
          group by c.person_id
        )
        select count(*) filter (where complete and not private)::int as complete, count(*)::int as members,
               count(*) filter (where private)::int as private,
               count(*) filter (where (complete or reached) and not private)::int as covered,
               case when bool_and(complete or private) then min(oldest) filter (where not private) end as since,
               coalesce(sum(stored), 0)::bigint as stored, coalesce(sum(stored + waiting), 0)::bigint as known,
               (select l.last_ok_at from loop l where l.name = 'matches') as as_of
        from person
        """,
        group_id,
        membership_id,
        since,
    )
    assert row is not None, "an aggregate has one row"
    return Coverage(**dict(row))
