"""The roster of one clan, as it is and as it was: one statement each, whatever the size of the clan."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from asyncpg import Record

from bot.domain.activity import NamedActivity
from bot.domain.role import Role
from bot.domain.roster import HeldSeal, RosterMember
from db.pool import Connection


async def select_roster(
    conn: Connection, group_id: int, now: datetime, at: datetime | None = None
) -> tuple[RosterMember, ...]:
    """Every member of the clan, by membership id; presenters.roster sorts. `at`: as it was then."""
    if at is not None:
        return await select_past_roster(conn, group_id, at)
    return await select_present_roster(conn, group_id, now)


async def select_present_roster(conn: Connection, group_id: int, now: datetime) -> tuple[RosterMember, ...]:
    """As it is; who is online is decided here and now, by contract.md section 5.

    Someone private is never shown as playing: their last known activity is not what they do.
    """
    rows = await conn.fetch(
        """
        with there as (
          select s.membership_id as member_id, s.role, s.joined_at, p.*,
                 coalesce(not p.private and p.activity_hash <> 0
                   and (p.transitory or s.is_online or $2 - p.activity_started_at < interval '15 minutes'), false)
                   as online
          from stint s
          left join profile p on p.membership_id = s.membership_id
          where s.group_id = $1 and s.left_at is null
        ), held as (
          select ms.membership_id,
                 array_agg(ms.record_hash
                   order by seal.is_current desc nulls last, seal.position, ms.record_hash) as hashes,
                 array_agg(coalesce(seal.title, 'Unknown (' || ms.record_hash || ')')
                   order by seal.is_current desc nulls last, seal.position, ms.record_hash) as titles,
                 array_agg(ms.gilded_times
                   order by seal.is_current desc nulls last, seal.position, ms.record_hash) as times
          from member_seal ms
          left join seal on seal.record_hash = ms.record_hash
          where ms.held_since is not null
            and ms.membership_id in (select s.membership_id from stint s where s.group_id = $1 and s.left_at is null)
          group by ms.membership_id
        )
        select m.membership_id, m.membership_type, m.name, t.role, t.joined_at, t.online, t.activity_hash,
               t.activity_mode_types, t.activity_started_at, t.last_played_at, t.power, t.triumph_score,
               t.triumph_score_active, coalesce(t.private, false) as private, t.read_at, t.title_record_hash,
               coalesce(worn.title, (select r.title from record_title r where r.hash = t.title_record_hash)) as title,
               a.name as activity_name,
               coalesce(mode.name, (select min(n.name) from mode_name n
                 where t.online and n.mode_type = t.activity_mode_type)) as mode_name,
               playlist.name as playlist_name, held.hashes, held.titles, held.times
        from there t
        join member m on m.membership_id = t.member_id
        left join seal worn on worn.record_hash = t.title_record_hash
        left join held on held.membership_id = m.membership_id
        left join definition a
          on t.online and a.table_name = 'DestinyActivityDefinition' and a.hash = t.activity_hash
        left join definition mode
          on t.online and mode.table_name = 'DestinyActivityModeDefinition' and mode.hash = t.activity_mode_hash
        left join definition playlist
          on t.online and playlist.table_name = 'DestinyActivityDefinition' and playlist.hash = t.activity_playlist_hash
        order by m.membership_id
        """,
        group_id,
        now,
    )
    return tuple(_present(row) for row in rows)


async def select_past_roster(conn: Connection, group_id: int, at: datetime) -> tuple[RosterMember, ...]:
    """As it was then: who was in the clan, with the names, roles, scores, titles and seals of that moment.

    What was first read later is not known of then. A name or role from before the first row of its history is that of
    the first row. Who moved here from another membership later is shown under that one. Online and activity are None.
    """
    rows = await conn.fetch(
        """
        select m.membership_id, m.membership_type, s.joined_at, h.last_played_at, h.power, h.triumph_score,
               h.triumph_score_active, coalesce(h.private, false) as private, h.valid_from as read_at,
               h.title_record_hash,
               coalesce(worn.title, (select r.title from record_title r where r.hash = h.title_record_hash)) as title,
               held.hashes, held.titles, held.times,
               coalesce(
                 (select n.name from member_name n where n.membership_id = m.membership_id and n.since <= $2
                  order by n.since desc limit 1),
                 (select n.name from member_name n where n.membership_id = m.membership_id order by n.since limit 1),
                 m.name) as name,
               coalesce(
                 (select r.role from stint_role r where r.stint_id = s.id and r.since <= $2
                  order by r.since desc limit 1),
                 (select r.role from stint_role r where r.stint_id = s.id order by r.since limit 1),
                 s.role) as role
        from stint s
        join member m on m.membership_id = s.membership_id
        left join lateral (
          select * from profile_history p
          where p.membership_id = m.membership_id and p.valid_from <= $2 order by p.valid_from desc limit 1
        ) h on true
        left join seal worn on worn.record_hash = h.title_record_hash
        left join lateral (
          select array_agg(ms.record_hash
                   order by seal.is_current desc nulls last, seal.position, ms.record_hash) as hashes,
                 array_agg(coalesce(seal.title, 'Unknown (' || ms.record_hash || ')')
                   order by seal.is_current desc nulls last, seal.position, ms.record_hash) as titles,
                 array_agg(coalesce((select max(g.times) from member_gilding g where g.membership_id = ms.membership_id
                   and g.record_hash = ms.record_hash and g.seen_at <= $2), 0)
                   order by seal.is_current desc nulls last, seal.position, ms.record_hash) as times
          from member_seal ms
          left join seal on seal.record_hash = ms.record_hash
          where ms.membership_id = m.membership_id and ms.held_since <= $2
        ) held on true
        where s.group_id = $1 and s.joined_at <= $2 and (s.left_at is null or s.left_at > $2)
          and not (m.first_seen_at > $2 and exists (
            select from member earlier join stint before on before.membership_id = earlier.membership_id
            where earlier.moved_to = m.membership_id and before.group_id = $1
              and before.joined_at <= $2 and before.left_at > $2
          ))
        order by m.membership_id
        """,
        group_id,
        at,
    )
    return tuple(_member(row, online=None, activity=None, started_at=None) for row in rows)


def _present(row: Record) -> RosterMember:
    activity = _activity(row) if row["online"] else None
    return _member(
        row, online=row["online"], activity=activity, started_at=row["activity_started_at"] if activity else None
    )


def _activity(row: Record) -> NamedActivity:
    return NamedActivity(
        activity_hash=row["activity_hash"],
        name=row["activity_name"],
        mode=row["mode_name"],
        playlist=row["playlist_name"],
        mode_types=tuple(row["activity_mode_types"]),
    )


def _member(
    row: Record, *, online: bool | None, activity: NamedActivity | None, started_at: datetime | None
) -> RosterMember:
    return RosterMember(
        membership_id=row["membership_id"],
        membership_type=row["membership_type"],
        name=row["name"],
        role=Role(row["role"]),
        joined_at=row["joined_at"],
        online=online,
        activity=activity.text if activity else None,
        activity_mode=(activity.mode or None) if activity else None,
        activity_started_at=started_at,
        last_played_at=row["last_played_at"],
        power=row["power"],
        triumph_score=row["triumph_score"],
        triumph_score_active=row["triumph_score_active"],
        seals=_seals(row),
        title=_title(row),
        private=row["private"],
        read_at=row["read_at"],
    )


def _seals(row: Record) -> tuple[HeldSeal, ...]:
    if row["hashes"] is None:
        return ()
    return tuple(map(_held, row["hashes"], row["titles"], row["times"]))


@lru_cache(4096)
def _held(record_hash: int, title: str, times: int) -> HeldSeal:
    """Shared among members: a clan holds the same few dozen seals thousands of times."""
    return HeldSeal(record_hash, title, times >= 1, times)


def _title(row: Record) -> str | None:
    if row["title_record_hash"] is None:
        return None
    return row["title"] or f"Unknown ({row['title_record_hash']})"
