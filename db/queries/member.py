"""One member: found by id or name, with characters and stays in clans."""

from __future__ import annotations

from dataclasses import replace

from asyncpg import Record

from bot.domain.member import Member, MemberCharacter, MemberStint
from bot.domain.role import Role
from db.pool import Connection

_BIGGEST_ID = 2**63 - 1


async def select_member(conn: Connection, asked: int | str) -> Member | None:
    """The member of that membership id (digits), or of that name in any case (Name#0042, or bare where it has no code).

    Who moved to another platform is found under the earlier id too, and answered with the current one. None: nobody.
    """
    membership_id = await select_membership_id(conn, str(asked).strip())
    if membership_id is None:
        return None
    member = await _select_profile(conn, membership_id)
    return replace(
        member,
        characters=await select_member_characters(conn, membership_id),
        stints=await select_member_stints(conn, membership_id),
    )


async def select_membership_id(conn: Connection, asked: str) -> int | None:
    """The current membership id behind an id or a name; an id goes before a name that looks like one.

    Of several with one name, a member of today goes first, then the one seen last.
    """
    digits = asked.isascii() and asked.isdigit() and int(asked) <= _BIGGEST_ID
    found: int | None = await conn.fetchval(
        """
        with recursive named as (
          select m.membership_id, m.moved_to, 0 as moves, m.membership_id = $2::bigint as by_id,
                 exists (select from stint s where s.membership_id = m.membership_id and s.left_at is null) as inside,
                 m.first_seen_at
          from member m where m.membership_id = $2::bigint or lower(m.name) = lower($1)
        ), first as (
          select membership_id, moved_to, moves from named
          order by by_id desc nulls last, inside desc, moved_to is null desc, first_seen_at desc, membership_id limit 1
        ), followed as (
          select * from first
          union all
          select m.membership_id, m.moved_to, f.moves + 1
          from followed f join member m on m.membership_id = f.moved_to where f.moves < 10
        )
        select membership_id from followed order by moves desc limit 1
        """,
        asked,
        int(asked) if digits else None,
    )
    return found


async def _select_profile(conn: Connection, membership_id: int) -> Member:
    row = await conn.fetchrow(
        """
        select m.membership_id, m.membership_type, m.name, m.first_seen_at, p.last_played_at, p.power,
               p.triumph_score, p.triumph_score_active, coalesce(p.private, false) as private, p.read_at,
               p.records_read_at, coalesce(title.title, 'Unknown (' || p.title_record_hash || ')') as title
        from member m
        left join profile p on p.membership_id = m.membership_id
        left join record_title title on title.hash = p.title_record_hash
        where m.membership_id = $1
        """,
        membership_id,
    )
    assert row is not None, "members are never deleted"
    return Member(**dict(row))


async def select_member_characters(conn: Connection, membership_id: int) -> tuple[MemberCharacter, ...]:
    """Their characters, the one last played first, those that are gone last."""
    rows = await conn.fetch(
        """
        select c.character_id, c.light as power, c.last_played_at, c.gone_at,
               coalesce(title.title, 'Unknown (' || c.title_record_hash || ')') as title,
               coalesce((select min(d.name) from definition d where d.table_name = 'DestinyClassDefinition'
                 and d.name <> '' and (d.json ->> 'classType')::int = c.class_type),
                 'Unknown (' || c.class_type || ')') as class_name
        from member_character c
        left join record_title title on title.hash = c.title_record_hash
        where c.membership_id = $1
        order by c.gone_at is not null, c.last_played_at desc nulls last, c.character_id
        """,
        membership_id,
    )
    return tuple(MemberCharacter(**dict(row)) for row in rows)


async def select_member_stints(conn: Connection, membership_id: int) -> tuple[MemberStint, ...]:
    """Their stays in tracked clans under this and any earlier membership id, the newest first.

    A stay that went on under another membership is listed once.
    """
    rows = await conn.fetch(
        """
        with recursive ids as (
          select $1::bigint as id
          union
          select m.membership_id from ids join member m on m.moved_to = ids.id
        )
        select s.group_id, c.name as clan_name, s.role, s.joined_at, s.left_at
        from stint s join clan c on c.group_id = s.group_id
        where s.membership_id in (select id from ids)
          and not exists (
            select from stint further join event e on e.id = s.left_event_id and e.kind = 'platform_moved'
            where further.membership_id in (select id from ids) and further.id <> s.id
              and (further.group_id, further.joined_at) = (s.group_id, s.joined_at)
          )
        order by s.joined_at desc, s.id desc
        """,
        membership_id,
    )
    return tuple(_stint(row) for row in rows)


def _stint(row: Record) -> MemberStint:
    return MemberStint(
        group_id=row["group_id"],
        clan_name=row["clan_name"],
        role=Role(row["role"]),
        joined_at=row["joined_at"],
        left_at=row["left_at"],
    )
