"""Whose matches an answer counts: the members of now, everyone who was, or one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.weapon import WeaponFilter
from db.pool import Connection


@dataclass(frozen=True, slots=True)
class Counted:
    """`people`: membership -> person of everyone, with the memberships that they had before.

    `group_ids`: clans whose sums hold them. `beside`: those whom no such sum holds.
    `again`: those whom n sums hold, by n - 1: so often they are counted too much.
    """

    people: Mapping[int, int]
    group_ids: tuple[int, ...] = ()
    beside: Mapping[int, int] = field(default_factory=dict)
    again: Mapping[int, Mapping[int, int]] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        return list(self.people)


def apart(people: Mapping[int, int]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Those with one membership, and those with several."""
    known = Counter(people.values())
    single = {member: person for member, person in people.items() if known[person] == 1}
    return single, {member: person for member, person in people.items() if member not in single}


async def select_counted(conn: Connection, asked: WeaponFilter) -> Counted:
    """Whom the filter's group_id, membership_id and former stand for.

    One person counts in a clan only while they are in it, or with `former`; without a clan wherever they are.
    """
    if asked.membership_id is not None:
        return _beside(await _one(conn, asked, asked.membership_id))
    now = await select_members_counted(conn, asked.group_id)
    counted = _summed(now)
    if not asked.former:
        return counted
    been = await select_been(conn, asked.group_id)
    here = {person for person, _ in now.values()}
    beside = {member: person for member, person in been.items() if member not in now and person not in here}
    return Counted({**counted.people, **beside}, counted.group_ids, beside, counted.again)


async def _one(conn: Connection, asked: WeaponFilter, membership_id: int) -> Mapping[int, int]:
    ids = await select_person(conn, membership_id)
    if asked.group_id is None:
        return ids
    if asked.former:
        been = await select_been(conn, asked.group_id)
        return ids if ids.keys() & been.keys() else {}
    now = await select_members_counted(conn, asked.group_id)
    return {member: ids[member] for member in ids.keys() & now.keys()}


def _beside(ids: Mapping[int, int]) -> Counted:
    return Counted(ids, beside=ids)


def _summed(now: Mapping[int, tuple[int, tuple[int, ...]]]) -> Counted:
    again: dict[int, dict[int, int]] = {}
    for member, (person, groups) in now.items():
        if len(groups) > 1:
            again.setdefault(len(groups) - 1, {})[member] = person
    group_ids = sorted({group for _, groups in now.values() for group in groups})
    people = {member: person for member, (person, _) in now.items()}
    return Counted(people, tuple(group_ids), again=again)


async def select_members_counted(conn: Connection, group_id: int | None) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Membership -> person and the clans that count them. None: every clan but those dropped or refused."""
    rows = await conn.fetch(
        """
        select cc.membership_id, cc.person_id, array_agg(cc.group_id) as group_ids
        from clan_counted cc join clan c on c.group_id = cc.group_id
        where cc.group_id = $1 or ($1::bigint is null and c.state not in ('dropped', 'refused'))
        group by cc.membership_id, cc.person_id
        """,
        group_id,
    )
    return {row["membership_id"]: (row["person_id"], tuple(row["group_ids"])) for row in rows}


async def select_been(conn: Connection, group_id: int | None) -> dict[int, int]:
    """Membership -> person of everyone who ever had a stint there, under all of their memberships."""
    rows = await conn.fetch(
        """
        with recursive up as (
          select m.membership_id as id, m.moved_to
          from member m
          where m.membership_id in (
            select s.membership_id from stint s join clan c on c.group_id = s.group_id
            where s.group_id = $1 or ($1::bigint is null and c.state not in ('dropped', 'refused'))
          )
          union
          select m.membership_id, m.moved_to from up join member m on m.membership_id = up.moved_to
        ), down as (
          select id, id as person_id from up where moved_to is null
          union
          select m.membership_id, down.person_id from down join member m on m.moved_to = down.id
        )
        select id, person_id from down
        """,
        group_id,
    )
    return {row["id"]: row["person_id"] for row in rows}


async def select_person(conn: Connection, membership_id: int) -> dict[int, int]:
    """Membership -> person of one person, whichever of their memberships is asked for. Empty: nobody."""
    rows = await conn.fetch(
        """
        with recursive up as (
          select membership_id as id, moved_to from member where membership_id = $1
          union
          select m.membership_id, m.moved_to from up join member m on m.membership_id = up.moved_to
        ), down as (
          select id, id as person_id from up where moved_to is null
          union
          select m.membership_id, down.person_id from down join member m on m.moved_to = down.id
        )
        select id, person_id from down
        """,
        membership_id,
    )
    return {row["id"]: row["person_id"] for row in rows}
