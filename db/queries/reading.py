"""Reading profiles: who there is to read, and what of an answer is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg import Record

from bot.domain.collecting import CollectionReading
from bot.domain.profile import Character, CurrentActivity
from bot.domain.reading import Portrait, Reading, Subject
from bot.domain.stamp import Stamp
from db.pool import Connection

_READINGS_LOCK = 0x4861_7774


async def select_subjects(conn: Connection) -> tuple[Subject, ...]:
    """Everyone with an open stint in a tracked clan, with what is known of their profile."""
    rows = await conn.fetch(
        """
        select m.membership_id, m.membership_type, array_agg(s.group_id) as group_ids,
               bool_or(s.is_online) as is_online,
               max(s.online_changed_at) filter (where s.is_online) as online_since,
               p.membership_id is not null as known, p.*,
               k.tried_at as c_tried_at, k.read_at as c_read_at, k.minted_at as c_minted_at,
               k.older_since as c_older_since, k.hidden_reads as c_hidden_reads, k.private as c_private,
               k.played_at as c_played_at, k.failures as c_failures, k.reads_since as c_reads_since
        from stint s
        join clan c on c.group_id = s.group_id and c.state = 'tracked'
        join member m on m.membership_id = s.membership_id
        left join profile p on p.membership_id = m.membership_id
        left join collection k on k.membership_id = m.membership_id
        where s.left_at is null
        group by m.membership_id, p.membership_id, k.membership_id
        order by m.membership_id
        """
    )
    return tuple(_subject(row) for row in rows)


async def lock_readings(conn: Connection, membership_id: int) -> None:
    """Nobody else stores what was read of this member until the transaction ends.

    Not the member's row: a transaction that ends stints holds those of a whole clan while it turns the sums over.
    """
    await conn.execute("select pg_advisory_xact_lock($1, hashint8($2))", _READINGS_LOCK, membership_id)


async def select_readings(conn: Connection, membership_id: int) -> tuple[Reading, CollectionReading]:
    """What is known of one member's profile and collections."""
    row = await conn.fetchrow(
        """
        select p.membership_id is not null as known, p.*,
               k.tried_at as c_tried_at, k.read_at as c_read_at, k.minted_at as c_minted_at,
               k.older_since as c_older_since, k.hidden_reads as c_hidden_reads, k.private as c_private,
               k.played_at as c_played_at, k.failures as c_failures, k.reads_since as c_reads_since
        from member m
        left join profile p on p.membership_id = m.membership_id
        left join collection k on k.membership_id = m.membership_id
        where m.membership_id = $1
        """,
        membership_id,
    )
    assert row is not None, "members stay, whoever leaves"
    return _readings(row)


def _readings(row: Record) -> tuple[Reading, CollectionReading]:
    return (
        _reading(row) if row["known"] else Reading(),
        _collection(row) if row["c_tried_at"] else CollectionReading(),
    )


def _subject(row: Record) -> Subject:
    reading, collection = _readings(row)
    return Subject(
        membership_id=row[0],
        membership_type=row["membership_type"],
        group_ids=frozenset(row["group_ids"]),
        is_online=row["is_online"],
        online_since=row["online_since"],
        reading=reading,
        collection=collection,
    )


def _collection(row: Record) -> CollectionReading:
    return CollectionReading(
        tried_at=row["c_tried_at"],
        read_at=row["c_read_at"],
        stamp=Stamp(row["c_minted_at"], row["c_older_since"]),
        hidden_reads=row["c_hidden_reads"],
        private=row["c_private"],
        played_at=row["c_played_at"],
        failures=row["c_failures"],
        reads_since=row["c_reads_since"],
    )


def _reading(row: Record) -> Reading:
    return Reading(
        portrait=Portrait(
            last_played_at=row["last_played_at"],
            power=row["power"],
            triumph_score=row["triumph_score"],
            triumph_score_active=row["triumph_score_active"],
            title_record_hash=row["title_record_hash"],
            private=row["private"],
        ),
        activity=_activity(row),
        transitory=row["transitory"],
        stamp=Stamp(row["minted_at"], row["older_since"]),
        records_stamp=Stamp(row["records_minted_at"], row["records_older_since"]),
        tried_at=row["tried_at"],
        read_at=row["read_at"],
        playing=row["playing"],
        online_at=row["online_at"],
        moved=row["moved"],
        hidden_reads=row["hidden_reads"],
        reads_since_records=row["reads_since_records"],
        records_read_at=row["records_read_at"],
        records_due_at=row["records_due_at"],
        failures=row["failures"],
        failure=row["failure"],
    )


def _activity(row: Record) -> CurrentActivity | None:
    if row["activity_hash"] is None:
        return None
    return CurrentActivity(
        activity_hash=row["activity_hash"],
        mode_hash=row["activity_mode_hash"],
        mode_type=row["activity_mode_type"],
        mode_types=tuple(row["activity_mode_types"]),
        playlist_hash=row["activity_playlist_hash"],
        started_at=row["activity_started_at"],
    )


async def upsert_reading(conn: Connection, membership_id: int, reading: Reading) -> None:
    """The whole reading in place of the stored one; its characters are upsert_characters'."""
    portrait, activity = reading.portrait, reading.activity
    await conn.execute(
        """
        insert into profile as p (
          membership_id, tried_at, read_at, failures, failure, minted_at, older_since, records_minted_at,
          records_older_since, last_played_at, power, triumph_score, triumph_score_active, title_record_hash, private,
          hidden_reads, activity_hash, activity_mode_hash, activity_mode_type, activity_mode_types,
          activity_playlist_hash, activity_started_at, transitory, playing, online_at, moved, reads_since_records,
          records_read_at, records_due_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
          $23, $24, $25, $26, $27, $28, $29)
        on conflict (membership_id) do update set (
          tried_at, read_at, failures, failure, minted_at, older_since, records_minted_at,
          records_older_since, last_played_at, power, triumph_score, triumph_score_active, title_record_hash, private,
          hidden_reads, activity_hash, activity_mode_hash, activity_mode_type, activity_mode_types,
          activity_playlist_hash, activity_started_at, transitory, playing, online_at, moved, reads_since_records,
          records_read_at, records_due_at)
        = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
          $23, $24, $25, $26, $27, $28, $29)
        """,
        membership_id,
        reading.tried_at,
        reading.read_at,
        reading.failures,
        reading.failure,
        reading.stamp.minted_at,
        reading.stamp.older_since,
        reading.records_stamp.minted_at,
        reading.records_stamp.older_since,
        portrait.last_played_at,
        portrait.power,
        portrait.triumph_score,
        portrait.triumph_score_active,
        portrait.title_record_hash,
        portrait.private,
        reading.hidden_reads,
        activity and activity.activity_hash,
        activity and activity.mode_hash,
        activity and activity.mode_type,
        list(activity.mode_types) if activity else [],
        activity and activity.playlist_hash,
        activity and activity.started_at,
        reading.transitory,
        reading.playing,
        reading.online_at,
        reading.moved,
        reading.reads_since_records,
        reading.records_read_at,
        reading.records_due_at,
    )


async def insert_portrait(conn: Connection, membership_id: int, portrait: Portrait, now: datetime) -> None:
    """One row of history; the caller stores changes only."""
    await conn.execute(
        """
        insert into profile_history (membership_id, valid_from, last_played_at, power, triumph_score,
          triumph_score_active, title_record_hash, private)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (membership_id, valid_from) do update set (last_played_at, power, triumph_score,
          triumph_score_active, title_record_hash, private) = ($3, $4, $5, $6, $7, $8)
        """,
        membership_id,
        now,
        portrait.last_played_at,
        portrait.power,
        portrait.triumph_score,
        portrait.triumph_score_active,
        portrait.title_record_hash,
        portrait.private,
    )


async def upsert_characters(
    conn: Connection, membership_id: int, characters: Sequence[Character], now: datetime
) -> None:
    """The characters of one answer; those it no longer has stay, marked as gone."""
    await conn.execute(
        """
        with seen as (
          select * from unnest($2::bigint[], $3::int[], $4::int[], $5::timestamptz[], $6::bigint[])
            as t (character_id, class_type, light, last_played_at, title_record_hash)
        ), gone as (
          update member_character set gone_at = $7
          where membership_id = $1 and gone_at is null and character_id <> all ($2::bigint[])
        )
        insert into member_character as c (membership_id, character_id, class_type, light, last_played_at,
          title_record_hash)
        select $1, character_id, class_type, light, last_played_at, title_record_hash from seen
        on conflict (character_id) do update set (membership_id, class_type, light, last_played_at, title_record_hash,
          gone_at) = (excluded.membership_id, excluded.class_type, excluded.light, excluded.last_played_at,
          excluded.title_record_hash, null)
        where (c.membership_id, c.class_type, c.light, c.last_played_at, c.title_record_hash, c.gone_at)
          is distinct from (excluded.membership_id, excluded.class_type, excluded.light, excluded.last_played_at,
          excluded.title_record_hash, null)
        """,
        membership_id,
        [c.character_id for c in characters],
        [c.class_type for c in characters],
        [c.light for c in characters],
        [c.date_last_played for c in characters],
        [c.title_record_hash for c in characters],
        now,
    )
