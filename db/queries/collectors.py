"""Whose collections and seals an answer counts: the members of now, each once, whichever membership they play under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.pool import Connection
from db.queries.counted import select_members_counted, select_person


@dataclass(frozen=True, slots=True)
class Known:
    """One person. `read_at`: their collections, `records_at`: their records; None: never readable.

    `private`, `hidden`: the collections, or the whole profile, are hidden now.
    """

    membership_id: int
    name: str
    read_at: datetime | None
    private: bool
    records_at: datetime | None
    hidden: bool


async def select_people(conn: Connection, group_id: int | None, membership_id: int | None = None) -> dict[int, int]:
    """Membership -> person of a clan's members (None: of every tracked clan's), or of one person.

    One person counts in a clan only while they are in it; without a clan wherever they are.
    """
    if membership_id is not None and group_id is None:
        return await select_person(conn, membership_id)
    people = {member: person for member, (person, _) in (await select_members_counted(conn, group_id)).items()}
    if membership_id is None:
        return people
    asked = await select_person(conn, membership_id)
    return {member: person for member, person in people.items() if member in asked}


async def select_known(conn: Connection, people: Mapping[int, int]) -> tuple[Known, ...]:
    """What was ever read of these people, under any of their memberships, by person."""
    rows = await conn.fetch(
        """
        select m.membership_id, m.name, max(c.read_at) as read_at, max(p.records_read_at) as records_at,
               coalesce(bool_or(c.private) filter (where known.membership_id = m.membership_id), false) as private,
               coalesce(bool_or(p.private) filter (where known.membership_id = m.membership_id), false) as hidden
        from unnest($1::bigint[], $2::bigint[]) as known (membership_id, person_id)
        join member m on m.membership_id = known.person_id
        left join collection c on c.membership_id = known.membership_id
        left join profile p on p.membership_id = known.membership_id
        group by m.membership_id
        order by m.membership_id
        """,
        list(people),
        list(people.values()),
    )
    return tuple(Known(**dict(row)) for row in rows)


async def select_as_of(conn: Connection) -> datetime | None:
    """When a pass of the collections loop last brought what it could; one that failed for some members will do."""
    as_of: datetime | None = await conn.fetchval(
        """
        select case when last_verdict = 'partial' then last_finished_at else last_ok_at end
        from loop where name = 'collections'
        """
    )
    return as_of
