"""Exotics and catalysts: who has them, who lacks them, of whom it is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from asyncpg import Record

from bot.domain.collection import (
    Catalyst,
    CatalystRow,
    Collector,
    Exotic,
    ExoticDetail,
    ExoticKind,
    ExoticRow,
    Owner,
    Ownership,
)
from bot.domain.match import GuardianClass
from db.pool import Connection, one_moment
from db.queries.collectors import Known, select_as_of, select_known, select_people


async def select_ownership(
    conn: Connection, group_id: int | None, now: datetime, *, membership_id: int | None = None
) -> Ownership:
    """What a clan's members own (None: those of every tracked clan), or what one of them does.

    `now` is the moment of the answer. Without a clan one person is counted wherever they are.
    """
    async with one_moment(conn):
        return await _select_ownership(conn, await select_people(conn, group_id, membership_id))


async def _select_ownership(conn: Connection, people: Mapping[int, int]) -> Ownership:
    known = await select_known(conn, people)
    readable = {each.membership_id for each in known if each.read_at}
    told = {each.membership_id for each in known if each.records_at}
    rows = tuple(_exotic_row(row, readable, len(known)) for row in await select_exotic_rows(conn, people))
    catalysts = tuple(_catalyst_row(row, told, len(known)) for row in await select_catalyst_rows(conn, people))
    return Ownership(rows, catalysts, _collectors(known, rows), await select_as_of(conn))


def _collectors(known: Iterable[Known], rows: Iterable[ExoticRow]) -> tuple[Collector, ...]:
    """Largest collection first; ties by name."""
    owned = Counter(owner for row in rows for owner in row.owners)
    found = (Collector(each.membership_id, each.name, each.read_at, each.private, owned[each.membership_id])
             for each in known)  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.owned, each.name.casefold(), each.membership_id)))


def _exotic_row(row: Record, readable: Collection[int], members: int) -> ExoticRow:
    owners, missing, unknown = _parted(row["owners"], readable, members)
    return ExoticRow(exotic_of(row), owners, missing, unknown)


def _catalyst_row(row: Record, readable: Collection[int], members: int) -> CatalystRow:
    owners, missing, unknown = _parted(row["owners"], readable, members)
    return CatalystRow(catalyst_of(row), owners, missing, unknown)


def _parted(owners: list[int] | None, readable: Collection[int], members: int) -> tuple[tuple[int, ...], int, int]:
    """Owners, and how many lack it and how many are unknown: whoever was seen to own something was readable."""
    found = tuple(sorted(set(owners or ())))  # in SQL this would sort tens of thousands of rows
    unknown = members - len(readable) - sum(owner not in readable for owner in found)
    return found, members - len(found) - unknown, unknown


async def select_exotic_rows(conn: Connection, people: Mapping[int, int]) -> list[Record]:
    """Every exotic of the manifest in its place, each with its owners among these people, by membership -> person."""
    return await conn.fetch(
        """
        select x.collectible_hash, x.item_hash, x.name, x.kind, x.slot, x.class, x.expansion, x.source, x.icon,
               x.damage, x.position, x.redacted, had.owners
        from exotic x
        left join (
          select e.collectible_hash, array_agg(p.person_id) as owners
          from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
          join member_exotic e on e.membership_id = p.membership_id
          group by e.collectible_hash
        ) had on had.collectible_hash = x.collectible_hash
        where x.is_current
        order by x.position, x.collectible_hash
        """,
        list(people),
        list(people.values()),
    )


async def select_catalyst_rows(conn: Connection, people: Mapping[int, int]) -> list[Record]:
    """Likewise, with whoever has completed each catalyst."""
    return await conn.fetch(
        """
        select c.record_hash, c.name, c.collectible_hash, c.icon, c.position, had.owners
        from catalyst c
        left join (
          select e.record_hash, array_agg(p.person_id) as owners
          from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
          join member_catalyst e on e.membership_id = p.membership_id
          where e.done_at is not null
          group by e.record_hash
        ) had on had.record_hash = c.record_hash
        where c.is_current
        order by c.position, c.record_hash
        """,
        list(people),
        list(people.values()),
    )


async def select_exotic(conn: Connection, group_id: int | None, collectible_hash: int) -> ExoticDetail | None:
    """Who has one exotic and who lacks it; one that left the manifest too. None: no manifest ever listed it."""
    async with one_moment(conn):
        exotic = await select_exotic_alone(conn, collectible_hash)
        if exotic is None:
            return None
        people = await select_people(conn, group_id)
        owners = await select_owners(conn, people, collectible_hash)
        ownership = await _select_ownership(conn, people)
    having = {owner.membership_id for owner in owners}
    rest = [member for member in ownership.members if member.membership_id not in having]
    return ExoticDetail(
        exotic=exotic,
        owners=owners,
        lacking=tuple(member for member in rest if member.read_at),
        unknown=tuple(member for member in rest if not member.read_at),
        catalyst=next((row for row in ownership.catalysts if row.catalyst.collectible_hash == collectible_hash), None),
        as_of=ownership.as_of,
    )


async def select_exotic_alone(conn: Connection, collectible_hash: int) -> Exotic | None:
    """As the manifest tells it, or told it last."""
    row = await conn.fetchrow("select * from exotic where collectible_hash = $1", collectible_hash)
    return exotic_of(row) if row else None


async def select_owners(conn: Connection, people: Mapping[int, int], collectible_hash: int) -> tuple[Owner, ...]:
    """Who of these people owns it since when, by membership -> person; first seen first."""
    rows = await conn.fetch(
        """
        select m.membership_id, m.name, min(e.seen_at) as seen_at,
               (array_agg(e.quiet order by e.seen_at, e.quiet desc))[1] as quiet
        from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
        join member_exotic e on e.membership_id = p.membership_id and e.collectible_hash = $3
        join member m on m.membership_id = p.person_id
        group by m.membership_id
        order by min(e.seen_at), lower(m.name), m.membership_id
        """,
        list(people),
        list(people.values()),
        collectible_hash,
    )
    return tuple(Owner(**dict(row)) for row in rows)


async def search_exotics(conn: Connection, text: str, limit: int) -> tuple[Exotic, ...]:
    """Exotics whose name holds `text` in any case, or whose hash it is; in their place without text.

    Names that begin with it go first, then names with a word that does.
    """
    rows = await conn.fetch(
        """
        with asked as (select translate(lower(trim($1)), '’', '''') as text),
        named as (
          select x.*, asked.text, x.collectible_hash::text = asked.text as by_hash,
                 translate(lower(case when x.redacted or x.name = '' then 'Unknown (' || x.collectible_hash || ')'
                                      else x.name end), '’', '''') as plain
          from exotic x cross join asked where x.is_current
        )
        select * from named where strpos(plain, text) > 0 or by_hash
        order by by_hash desc, starts_with(plain, text) desc, strpos(' ' || plain, ' ' || text) > 0 desc, position,
                 collectible_hash
        limit $2
        """,
        text,
        limit,
    )
    return tuple(exotic_of(row) for row in rows)


def exotic_of(row: Record) -> Exotic:
    return _exotic(*(row[column] for column in _COLUMNS))


_COLUMNS = ("collectible_hash", "item_hash", "name", "kind", "slot", "class", "expansion", "source", "icon", "damage",
            "position", "redacted")  # fmt: skip


@lru_cache(2048)
def _exotic(
    collectible_hash: int,
    item_hash: int | None,
    name: str,
    kind: str,
    slot: str,
    guardian: str | None,
    expansion: str | None,
    source: str,
    icon: str,
    damage: str | None,
    position: int,
    redacted: bool,
) -> Exotic:
    """Shared among answers: there are a few hundred."""
    return Exotic(
        collectible_hash=collectible_hash,
        item_hash=item_hash,
        name=f"Unknown ({collectible_hash})" if redacted or not name else name,
        kind=ExoticKind(kind),
        slot=slot,
        guardian=GuardianClass(guardian) if guardian else None,
        expansion=expansion,
        source=source,
        icon=icon,
        damage=damage,
        position=position,
    )


def catalyst_of(row: Record) -> Catalyst:
    return Catalyst(
        record_hash=row["record_hash"],
        name=row["name"] or f"Unknown ({row['record_hash']})",
        collectible_hash=row["collectible_hash"],
        icon=row["icon"],
        position=row["position"],
    )
