"""Sums of matches by member and by mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from asyncpg import Record

from bot.domain.mode import BY_NUMBER, Mode
from bot.domain.weapon import StatRow, WeaponSpan
from db.pool import Connection, one_moment
from db.queries.counted import select_members_counted, select_person
from db.queries.people import select_member_names
from db.queries.pieces import Pieces, cut


async def select_stats(
    conn: Connection, group_id: int | None, span: WeaponSpan, mode: Mode, now: datetime
) -> tuple[tuple[StatRow, ...], tuple[StatRow, ...]]:
    """By member in that mode, by membership id, and by mode: those of today, whoever has no match too.

    None: every tracked clan. Nobody counts twice. `now` is the moment of the answer.
    """
    async with one_moment(conn):
        counted = await select_members_counted(conn, group_id)
        people = {member: person for member, (person, _) in counted.items()}
        rows = [stat_of(row) for row in await select_sums(conn, people, cut(span))]
        names = await select_member_names(conn, sorted(set(people.values())))
    return by_member(rows, names, mode), by_mode(rows)


async def select_member_stats(
    conn: Connection, membership_id: int, span: WeaponSpan, now: datetime
) -> tuple[StatRow, ...]:
    """By mode, every word; all of their memberships together, whichever is asked for. `now`: see select_stats."""
    async with one_moment(conn):
        people = await select_person(conn, membership_id)
        return by_mode([stat_of(row) for row in await select_sums(conn, people, cut(span))])


async def select_sums(conn: Connection, people: Mapping[int, int], pieces: Pieces) -> list[Record]:
    """By person and mode, where there is a match. Won: the first of a match between teams, not left early."""
    return await conn.fetch(
        """
        with part as (
          select s.membership_id, s.mode, s.matches, s.seconds, s.kills, s.deaths, s.assists, s.wins, s.completions
          from unnest($1::bigint[]) as m (id), unnest($8::smallint[]) as word (mode),
            unnest($3::smallint[], $4::date[], $5::date[]) as r (level, first, last)
          cross join lateral (
            select * from member_stat
            where membership_id = m.id and mode = word.mode and level = r.level and start >= r.first and start < r.last
            offset 0  -- member by member, whatever the planner thinks how many days a span has
          ) s
          union all
          select p.membership_id, word.mode, 1, p.seconds, p.kills, p.deaths, p.assists,
                 (((p.completed or p.completion_reason not in (0, 255)) and p.standing = 0 and m.teams <> '[]')
                   is true)::int,
                 p.completed::int
          from unnest($1::bigint[]) as who (id), unnest($6::timestamptz[], $7::timestamptz[]) as r (since, until)
          cross join lateral (
            select * from match_player
            where membership_id = who.id and tracked and period >= r.since and period < r.until
            offset 0
          ) p
          join match m on m.instance_id = p.instance_id
          join unnest($8::smallint[]) as word (mode) on p.mode_bits & (1 << word.mode) <> 0
        )
        select who.person_id as membership_id, part.mode, sum(part.matches)::bigint as matches,
               sum(part.seconds)::bigint as seconds, sum(part.kills)::bigint as kills,
               sum(part.deaths)::bigint as deaths, sum(part.assists)::bigint as assists,
               sum(part.wins)::bigint as wins, sum(part.completions)::bigint as completions
        from part
        join unnest($1::bigint[], $2::bigint[]) as who (membership_id, person_id)
          on who.membership_id = part.membership_id
        group by who.person_id, part.mode
        """,
        list(people),
        list(people.values()),
        pieces.levels,
        pieces.firsts,
        pieces.ends,
        [since for since, _ in pieces.facts],
        [until for _, until in pieces.facts],
        [mode.number for mode in Mode],
    )


def stat_of(row: Record) -> StatRow:
    return StatRow(name=None, **{**row, "mode": BY_NUMBER[row["mode"]]})


def by_member(rows: Sequence[StatRow], names: Mapping[int, str], mode: Mode) -> tuple[StatRow, ...]:
    found = {row.membership_id: row for row in rows if row.mode is mode}
    return tuple(
        replace(found.get(person) or _nothing(mode), membership_id=person, name=names[person])
        for person in sorted(names)
    )


def by_mode(rows: Sequence[StatRow]) -> tuple[StatRow, ...]:
    return tuple(_together(mode, [row for row in rows if row.mode is mode]) for mode in Mode)


def _nothing(mode: Mode) -> StatRow:
    return _together(mode, ())


def _together(mode: Mode, rows: Sequence[StatRow]) -> StatRow:
    return StatRow(
        membership_id=None,
        name=None,
        mode=mode,
        matches=sum(row.matches for row in rows),
        seconds=sum(row.seconds for row in rows),
        kills=sum(row.kills for row in rows),
        deaths=sum(row.deaths for row in rows),
        assists=sum(row.assists for row in rows),
        wins=sum(row.wins for row in rows),
        completions=sum(row.completions for row in rows),
    )
