"""Whose histories are read: members and characters, with the marks of live walks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.history import Account, WalkSubject
from bot.domain.match import AccountCharacter
from db.pool import Connection


async def insert_history_members(conn: Connection) -> None:
    """Everyone who is in a tracked clan."""
    await conn.execute(
        """
        insert into history_member (membership_id)
        select distinct s.membership_id from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
        where s.left_at is null
        on conflict do nothing
        """
    )


async def insert_history_characters(conn: Connection, now: datetime) -> None:
    """The characters that the profiles of these members have shown."""
    await conn.execute(
        """
        insert into history (membership_id, character_id, found_at)
        select c.membership_id, c.character_id, $1 from member_character c join history_member using (membership_id)
        on conflict do nothing
        """,
        now,
    )


async def select_accounts_due(conn: Connection, now: datetime) -> tuple[Account, ...]:
    """Members whose account stats were never read, a week ago, or before a character of theirs vanished."""
    rows = await conn.fetch(
        """
        select m.membership_id, m.membership_type from history_member h join member m using (membership_id)
        where exists (select from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
            where s.membership_id = m.membership_id and s.left_at is null)
          and (h.account_read_at is null or h.account_read_at <= $1::timestamptz - interval '7 days'
            or exists (select from member_character c
              where c.membership_id = m.membership_id and c.gone_at > h.account_read_at))
        order by h.account_read_at nulls first, m.membership_id
        """,
        now,
    )
    return tuple(Account(**dict(row)) for row in rows)


async def upsert_account_characters(
    conn: Connection, membership_id: int, characters: Sequence[AccountCharacter], now: datetime
) -> None:
    """What account stats name; a character once deleted that plays again is no longer deleted."""
    await conn.execute(
        """
        insert into history (membership_id, character_id, deleted, found_at)
        select $1, character_id, deleted, $4 from unnest($2::bigint[], $3::boolean[]) as named (character_id, deleted)
        on conflict (membership_id, character_id) do update set deleted = excluded.deleted
        where history.deleted <> excluded.deleted
        """,
        membership_id,
        [each.character_id for each in characters],
        [each.deleted for each in characters],
        now,
    )


async def update_account_read(conn: Connection, membership_id: int, now: datetime) -> None:
    await conn.execute("update history_member set account_read_at = $2 where membership_id = $1", membership_id, now)


async def select_walk_subjects(conn: Connection, now: datetime) -> tuple[WalkSubject, ...]:
    """Every character of those who are in a tracked clan now.

    moved_at: of the characters that were played, where the profile tells which.
    """
    rows = await conn.fetch(
        """
        select h.membership_id, m.membership_type, h.character_id, h.deleted, stay.joined_at,
          coalesce(c.last_played_at, p.last_played_at) as last_played_at,
          case when c.last_played_at is null or c.last_played_at >= p.last_played_at - interval '1 hour' then (
            select min(moved.valid_from) from profile_history moved
            where moved.membership_id = h.membership_id and moved.last_played_at = p.last_played_at
              and moved.valid_from >= $1::timestamptz - interval '2 hours'
              and exists (select from profile_history before
                where before.membership_id = moved.membership_id and before.valid_from < moved.valid_from)
          ) end as moved_at,
          h.walked_at, hm.weekly_at, hm.private_since, h.tried_at, h.failures
        from history h
        join history_member hm using (membership_id)
        join member m using (membership_id)
        join (
          select s.membership_id, min(s.joined_at) as joined_at
          from stint s join clan on clan.group_id = s.group_id and clan.state = 'tracked'
          where s.left_at is null group by s.membership_id
        ) stay using (membership_id)
        left join profile p using (membership_id)
        left join member_character c on c.character_id = h.character_id
        order by h.membership_id, h.character_id
        """,
        now,
    )
    return tuple(WalkSubject(**dict(row)) for row in rows)


async def update_walk_done(conn: Connection, membership_id: int, character_id: int, started_at: datetime) -> None:
    """A walk that began then has ended done. The mark never moves back."""
    await conn.execute(
        """
        update history set walked_at = greatest(walked_at, $3), tried_at = $3, failures = 0, failure = null
        where membership_id = $1 and character_id = $2
        """,
        membership_id,
        character_id,
        started_at,
    )


async def update_walk_failed(
    conn: Connection, membership_id: int, character_id: int, failure: str, started_at: datetime
) -> None:
    """The mark stays where it is: the next walk reads all of it again."""
    await conn.execute(
        """
        update history set tried_at = $4, failures = failures + 1, failure = $3
        where membership_id = $1 and character_id = $2
        """,
        membership_id,
        character_id,
        failure,
        started_at,
    )


async def update_walk_hidden(conn: Connection, membership_id: int, character_id: int, started_at: datetime) -> None:
    await conn.execute(
        "update history set tried_at = $3 where membership_id = $1 and character_id = $2",
        membership_id,
        character_id,
        started_at,
    )


async def update_character_deleted(conn: Connection, membership_id: int, character_id: int) -> None:
    """Bungie.net knows the character no more (1620); account stats may say otherwise later."""
    await conn.execute(
        "update history set deleted = true where membership_id = $1 and character_id = $2", membership_id, character_id
    )


async def select_hidden(conn: Connection, membership_id: int) -> tuple[int, datetime | None]:
    """How many walks running were answered 1665, and since when the history counts as private."""
    row = await conn.fetchrow(
        "select hidden_walks, private_since from history_member where membership_id = $1", membership_id
    )
    return (row["hidden_walks"], row["private_since"]) if row else (0, None)


async def update_hidden(conn: Connection, membership_id: int, hidden_walks: int, since: datetime | None) -> None:
    await conn.execute(
        """
        update history_member set hidden_walks = $2, private_since = $3
        where membership_id = $1 and (hidden_walks, private_since) is distinct from ($2, $3)
        """,
        membership_id,
        hidden_walks,
        since,
    )


async def update_weekly(conn: Connection, membership_id: int, now: datetime) -> None:
    """All characters of this member have been walked 30 days back."""
    await conn.execute("update history_member set weekly_at = $2 where membership_id = $1", membership_id, now)
