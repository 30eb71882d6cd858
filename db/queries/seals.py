"""Seals of clans: who holds them since when, and who is closest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from asyncpg import Record

from bot.domain.collection import NEAR, ClanSeals, Closest, Collector, Holder, SealNews, SealRow
from bot.domain.roster import SealColumn
from db.pool import Connection, one_moment
from db.queries.collectors import Known, select_as_of, select_known, select_people

_AT_LEAST = 5


async def select_clan_seals(
    conn: Connection, group_id: int | None, now: datetime, *, membership_id: int | None = None
) -> ClanSeals:
    """Every seal of the manifest in its place, with a clan's holders (None: of every tracked clan) or one of them.

    `closest` are all who are at most NEAR triumphs away, and the five nearest of those who began; of one member how far
    they are, however far. `now` is the moment of the answer.
    """
    async with one_moment(conn):
        people = await select_people(conn, group_id, membership_id)
        known = await select_known(conn, people)
        seals = await select_seal_rows(conn)
        states = await select_states(conn, people)
        last, as_of = await select_last_earned(conn, people), await select_as_of(conn)
        names = {each.membership_id: each.name for each in known}
        rows = _rows(seals, states, names, everyone=membership_id is not None)
        left = await select_left(conn, people, _near(rows))
    rows = tuple(_told(row, left) for row in rows)
    readable = sum(each.records_at is not None for each in known)
    return ClanSeals(rows, len(known), readable, last, as_of, _people(known, rows))


def _people(known: Iterable[Known], rows: Iterable[SealRow]) -> tuple[Collector, ...]:
    held = Counter(holder.membership_id for row in rows for holder in row.holders if not row.legacy)
    found = (
        Collector(each.membership_id, each.name, each.records_at, each.hidden, held[each.membership_id])
        for each in known
    )
    return tuple(sorted(found, key=lambda each: (-each.owned, each.name.casefold(), each.membership_id)))


def _rows(
    seals: Sequence[Record], states: Iterable[Record], names: Mapping[int, str], *, everyone: bool
) -> tuple[SealRow, ...]:
    by_seal: dict[int, list[Record]] = defaultdict(list)
    for state in states:
        by_seal[state["record_hash"]].append(state)
    return tuple(_row(seal, by_seal[seal["record_hash"]], names, everyone=everyone) for seal in seals)


def _row(seal: Record, states: Iterable[Record], names: Mapping[int, str], *, everyone: bool) -> SealRow:
    holders: list[Record] = []
    rest: list[Record] = []
    for state in states:
        (holders if state["held_since"] else rest).append(state)
    closest = sorted((_closest(state, names) for state in rest if state["of"]), key=_nearest)
    return SealRow(
        record_hash=seal["record_hash"],
        name=seal["name"] or f"Unknown ({seal['record_hash']})",
        title=seal["title"] or f"Unknown ({seal['record_hash']})",
        icon=seal["icon"],
        legacy=seal["legacy"],
        gildable=seal["gildable"],
        position=seal["position"],
        triumphs=seal["triumphs"],
        holders=tuple(sorted((_holder(state, names) for state in holders), key=_first_seen)),
        closest=tuple(
            each
            for place, each in enumerate(closest)
            if everyone or each.missing <= NEAR or (place < _AT_LEAST and each.done)
        ),
    )


def _holder(state: Record, names: Mapping[int, str]) -> Holder:
    return Holder(
        membership_id=state["person_id"],
        name=names[state["person_id"]],
        held_since=state["held_since"],
        quiet=state["quiet"],
        gilded_times=state["gilded_times"],
        gilded_this_season=state["gilded_this_season"],
    )


def _closest(state: Record, names: Mapping[int, str]) -> Closest:
    return Closest(state["person_id"], names[state["person_id"]], state["done"], state["of"])


def _first_seen(holder: Holder) -> tuple[datetime, str, int]:
    return holder.held_since, holder.name.casefold(), holder.membership_id


def _nearest(closest: Closest) -> tuple[int, str, int]:
    return closest.missing, closest.name.casefold(), closest.membership_id


def _near(rows: Iterable[SealRow]) -> list[tuple[int, int]]:
    """Whose triumphs have to be named: (person, seal)."""
    return [(each.membership_id, row.record_hash) for row in rows for each in row.closest if each.missing <= NEAR]


def _told(row: SealRow, left: Mapping[tuple[int, int], tuple[str, ...]]) -> SealRow:
    closest = (replace(each, left=left.get((each.membership_id, row.record_hash), ())) for each in row.closest)
    return replace(row, closest=tuple(closest))


async def select_seal_rows(conn: Connection) -> list[Record]:
    """The seals of the current manifest in their fixed order: active ones, then legacy ones."""
    return await conn.fetch(
        """
        select record_hash, name, title, icon, legacy, gilding_record_hash is not null as gildable, position,
               cardinality(record_hashes) as triumphs
        from seal where is_current order by position, record_hash
        """
    )


async def select_states(conn: Connection, people: Mapping[int, int]) -> list[Record]:
    """Each person's seals, held or begun, by membership -> person: the first day, the most gildings, the most done."""
    return await conn.fetch(
        """
        select p.person_id, s.record_hash, min(s.held_since) as held_since,
               (array_agg(s.quiet order by s.held_since, s.quiet desc))[1] as quiet,
               max(s.gilded_times) as gilded_times, bool_or(s.gilded_this_season) as gilded_this_season,
               (array_agg(s.done order by s.of - s.done))[1] as done, (array_agg(s.of order by s.of - s.done))[1] as of
        from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
        join member_seal s on s.membership_id = p.membership_id
        group by p.person_id, s.record_hash
        """,
        list(people),
        list(people.values()),
    )


async def select_left(
    conn: Connection, people: Mapping[int, int], near: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], tuple[str, ...]]:
    """The names of the triumphs that are left, by (person, seal), in the seal's order.

    What was not in any answer is not named: it may be done. One that another membership of theirs completed is done.
    """
    rows = await conn.fetch(
        """
        with undone as (
          select near.person_id, near.record_hash, wanted.hash, wanted.place
          from unnest($3::bigint[], $4::bigint[]) as near (person_id, record_hash)
          join seal s on s.record_hash = near.record_hash
          cross join unnest(s.record_hashes) with ordinality as wanted (hash, place)
          join unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id) on p.person_id = near.person_id
          join member_triumph t on t.membership_id = p.membership_id and t.record_hash = wanted.hash
          group by near.person_id, near.record_hash, wanted.hash, wanted.place
          having not bool_or(t.complete)
        )
        select u.person_id, u.record_hash,
               array_agg(coalesce(nullif(d.name, ''), 'Unknown (' || u.hash || ')') order by u.place) as names
        from undone u
        left join definition d on d.table_name = 'DestinyRecordDefinition' and d.hash = u.hash
        group by u.person_id, u.record_hash
        """,
        list(people),
        list(people.values()),
        [person for person, _ in near],
        [record for _, record in near],
    )
    return {(row["person_id"], row["record_hash"]): tuple(row["names"]) for row in rows}


async def select_last_earned(conn: Connection, people: Mapping[int, int]) -> SealNews | None:
    """What these people earned or gilded last, by membership -> person; None: nothing since we look."""
    row = await conn.fetchrow(
        """
        with mine as (select * from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)),
        news as (
          select p.person_id, s.record_hash, 0 as times, s.held_since as at
          from mine p join member_seal s using (membership_id)
          where s.held_since is not null and not s.quiet
          union all
          select p.person_id, g.record_hash, g.times, g.seen_at
          from mine p join member_gilding g using (membership_id)
          where not g.quiet
        )
        select n.person_id as membership_id, m.name, n.record_hash, n.times, n.at,
               coalesce(nullif(seal.title, ''), 'Unknown (' || n.record_hash || ')') as title
        from news n
        join member m on m.membership_id = n.person_id
        left join seal on seal.record_hash = n.record_hash
        order by n.at desc, n.times desc, seal.position nulls last, n.record_hash, n.person_id
        limit 1
        """,
        list(people),
        list(people.values()),
    )
    return SealNews(**dict(row)) if row else None


async def search_seals(conn: Connection, text: str, limit: int) -> tuple[SealColumn, ...]:
    """Seals whose title or name holds `text` in any case, or whose hash it is; in their place without text.

    Titles that begin with it go first. A title of other years stands there once for each seal.
    """
    rows = await conn.fetch(
        """
        with asked as (select translate(lower(trim($1)), '’', '''') as text),
        named as (
          select s.*, asked.text, s.record_hash::text = asked.text as by_hash,
                 translate(lower(s.title), '’', '''') as plain, translate(lower(s.name), '’', '''') as plain_name
          from seal s cross join asked where s.is_current
        )
        select record_hash, name, title, legacy, gilding_record_hash, icon
        from named where strpos(plain, text) > 0 or strpos(plain_name, text) > 0 or by_hash
        order by by_hash desc, starts_with(plain, text) desc, strpos(plain, text) > 0 desc, position, record_hash
        limit $2
        """,
        text,
        limit,
    )
    return tuple(SealColumn(**row) for row in rows)
