"""How far the past of each character is read, and once more."""

from __future__ import annotations

from datetime import datetime

from bot.domain.history import BackfillSubject
from db.pool import Connection


async def select_backfill(
    conn: Connection, membership_id: int, character_id: int, now: datetime
) -> BackfillSubject | None:
    row = await conn.fetchrow(
        """
        select h.membership_id, m.membership_type, h.character_id,
          (select min(s.joined_at) from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
           where s.membership_id = h.membership_id and s.left_at is null) as joined_at,
          hm.private_since is not null as private, h.recent_at is not null as recent_done,
          case when h.backfilled_at is null then h.backfill_page else h.check_page end as page,
          h.backfilled_at is not null as complete,
          coalesce(h.backfilled_at + interval '1 day' <= $3
            and (h.checked_at is null or h.checked_at + interval '30 days' <= $3), false) as again
        from history h join history_member hm using (membership_id) join member m using (membership_id)
        where h.membership_id = $1 and h.character_id = $2
        """,
        membership_id,
        character_id,
        now,
    )
    return BackfillSubject(**dict(row)) if row else None


async def select_unfinished(
    conn: Connection, now: datetime, group_id: int | None = None
) -> tuple[BackfillSubject, ...]:
    """Characters whose past is to be read, of members of a clan or of all, without a job that does it.

    Who joined less than 7 days ago gets 30 days; private histories wait until they can be read.
    """
    rows = await conn.fetch(
        """
        select h.membership_id, m.membership_type, h.character_id, stay.joined_at, false as private,
          h.backfill_page as page, h.recent_at is not null as recent_done, false as complete
        from history h
        join history_member hm on hm.membership_id = h.membership_id and hm.private_since is null
        join member m on m.membership_id = h.membership_id
        join (
          select s.membership_id, min(s.joined_at) as joined_at
          from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
          where s.left_at is null and ($2::bigint is null or s.group_id = $2) group by s.membership_id
        ) stay on stay.membership_id = h.membership_id
        where h.backfilled_at is null
          and (h.recent_at is null or stay.joined_at <= $1::timestamptz - interval '7 days')
          and not exists (select from pgqueuer j where j.status in ('queued', 'picked')
            and j.dedupe_key = 'walk:' || h.membership_id || ':' || h.character_id)
        order by h.membership_id, h.character_id
        """,
        now,
        group_id,
    )
    return tuple(BackfillSubject(**dict(row)) for row in rows)


async def update_backfill(
    conn: Connection,
    subject: BackfillSubject,
    page: int,
    until: datetime | None,
    recent_at: datetime | None,
    backfilled_at: datetime | None,
) -> None:
    """The cursor after a page: the next to read, the oldest match seen, and what is through since when."""
    await conn.execute(
        """
        update history set backfill_page = $3, backfill_until = least(backfill_until, $4::timestamptz),
          recent_at = coalesce(recent_at, $5), backfilled_at = coalesce(backfilled_at, $6)
        where membership_id = $1 and character_id = $2
        """,
        subject.membership_id,
        subject.character_id,
        page,
        until,
        recent_at,
        backfilled_at,
    )


async def select_to_read_again(conn: Connection, now: datetime) -> tuple[BackfillSubject, ...]:
    """Characters of today's members whose whole history was read a day ago, and not once more within 30 days."""
    rows = await conn.fetch(
        """
        select h.membership_id, m.membership_type, h.character_id, stay.joined_at, false as private,
          h.check_page as page, true as recent_done, true as complete, true as again
        from history h
        join history_member hm on hm.membership_id = h.membership_id and hm.private_since is null
        join member m on m.membership_id = h.membership_id
        join (
          select s.membership_id, min(s.joined_at) as joined_at
          from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
          where s.left_at is null group by s.membership_id
        ) stay on stay.membership_id = h.membership_id
        where h.backfilled_at + interval '1 day' <= $1
          and (h.checked_at is null or h.checked_at + interval '30 days' <= $1)
        order by h.membership_id, h.character_id
        """,
        now,
    )
    return tuple(BackfillSubject(**dict(row)) for row in rows)


async def update_read_again(
    conn: Connection, membership_id: int, character_id: int, page: int, checked_at: datetime | None
) -> None:
    """Where reading a whole history once more stands; `checked_at`: it has come to its end."""
    await conn.execute(
        """
        update history set check_page = $3, checked_at = coalesce($4, checked_at)
        where membership_id = $1 and character_id = $2
        """,
        membership_id,
        character_id,
        page,
        checked_at,
    )
