"""Bring the clans' sums in line with who is in: joins, leaves, switches, and memberships that people play on under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from db.pool import Connection
from db.queries.sums_lock import PATIENCE_SECONDS, own_sums

_AT_ONCE = 5


@dataclass(slots=True)
class Turnover:
    """One clan's difference. `coming`: person by membership; someone whose memberships changed leaves and comes."""

    leaving: list[int] = field(default_factory=list)
    coming: dict[int, int] = field(default_factory=dict)


async def follow_members(conn: Connection) -> bool:
    """Count in each clan whoever has an open stint there, under every membership they had; whether anything differed.

    To be called in the transaction that changed stints or moves. Nothing is locked while nothing differs.
    """
    if not await select_turnover(conn):
        return False
    await own_sums(conn)
    turnover = await select_turnover(conn)
    for group_id, clan in turnover.items():
        await _leave(conn, group_id, clan.leaving)
        await _come(conn, group_id, clan.coming)
    return bool(turnover)


async def _leave(conn: Connection, group_id: int, persons: Sequence[int]) -> None:
    for some in _few_at_a_time(persons):
        await take_clan_weapons(conn, group_id, some)
        await delete_counted(conn, group_id, some)


async def _come(conn: Connection, group_id: int, people: dict[int, int]) -> None:
    if people:
        await insert_counted(conn, group_id, people)
    for some in _few_at_a_time(sorted(set(people.values()))):
        await give_clan_weapons(conn, group_id, some)


def _few_at_a_time(persons: Sequence[int]) -> list[Sequence[int]]:
    """So that what has to be sorted at once fits into memory, however many years they have played."""
    return [persons[at : at + _AT_ONCE] for at in range(0, len(persons), _AT_ONCE)]


async def select_turnover(conn: Connection) -> dict[int, Turnover]:
    """Who is counted and no longer to be, or the other way round, by clan.

    Who plays on under another membership is one person there, even while both have an open stint.
    """
    rows = await conn.fetch(
        """
        with recursive reached (group_id, membership_id, person_id, moves) as (
          select group_id, membership_id, membership_id, 0 from stint where left_at is null
          union all
          select r.group_id, m.membership_id, r.person_id, r.moves + 1
          from reached r join member m on m.moved_to = r.membership_id where r.moves < 10
        ), wanted as (
          select group_id, person_id, array_agg(membership_id order by membership_id) as ids
          from (
            select distinct on (group_id, membership_id) group_id, membership_id, person_id
            from reached order by group_id, membership_id, moves desc, person_id
          ) once group by group_id, person_id
        ), counted as (
          select group_id, person_id, array_agg(membership_id order by membership_id) as ids
          from clan_counted group by group_id, person_id
        )
        select group_id, person_id, counted.ids is not null as was_counted, wanted.ids
        from counted full join wanted using (group_id, person_id) where counted.ids is distinct from wanted.ids
        order by group_id, person_id
        """
    )
    turnover: defaultdict[int, Turnover] = defaultdict(Turnover)
    for group_id, person_id, was_counted, ids in rows:
        if was_counted:
            turnover[group_id].leaving.append(person_id)
        turnover[group_id].coming.update(dict.fromkeys(ids or (), person_id))
    return dict(turnover)


async def take_clan_weapons(conn: Connection, group_id: int, persons: Sequence[int]) -> None:
    """Take what these people did out of their clan's sums, with their bits."""
    await conn.execute(
        """
        with gone as materialized (
          select mode, level::smallint, sum_start(level, day) as start, weapon_hash, sum(kills) as kills,
            sum(precision_kills) as precision_kills, count(*) filter (where first_of_weapon) as matches,
            count(*) filter (where first_of_family) as family_matches, bit_or(set_bit(0::bit(256), slot, 1)) as players
          from (select * from clan_kill where group_id = $1 and person_id = any ($2::bigint[])) own
          cross join generate_series(0, 4) level
          group by mode, level, start, weapon_hash
          order by mode, level, start, weapon_hash
        ), emptied as (
          delete from clan_weapon clan using gone
          where clan.group_id = $1 and clan.mode = gone.mode and clan.level = gone.level and clan.start = gone.start
            and clan.weapon_hash = gone.weapon_hash and clan.matches <= gone.matches
        )
        update clan_weapon clan set kills = clan.kills - gone.kills,
          precision_kills = clan.precision_kills - gone.precision_kills, matches = clan.matches - gone.matches,
          family_matches = clan.family_matches - gone.family_matches, players = clan.players & ~gone.players
        from gone
        where clan.group_id = $1 and clan.mode = gone.mode and clan.level = gone.level and clan.start = gone.start
          and clan.weapon_hash = gone.weapon_hash and clan.matches > gone.matches
        """,
        group_id,
        persons,
        timeout=PATIENCE_SECONDS,
    )


async def give_clan_weapons(conn: Connection, group_id: int, persons: Sequence[int]) -> None:
    """Add what these people, who are counted now, ever did to their clan's sums."""
    await conn.execute(
        """
        insert into clan_weapon as clan (group_id, mode, level, start, weapon_hash, kills, precision_kills, matches,
          family_matches, players)
        select group_id, mode, level, sum_start(level, day) as start, weapon_hash, sum(kills), sum(precision_kills),
          count(*) filter (where first_of_weapon), count(*) filter (where first_of_family),
          bit_or(set_bit(0::bit(256), slot, 1))
        from (select * from clan_kill where group_id = $1 and person_id = any ($2::bigint[])) own
        cross join generate_series(0, 4) level
        group by group_id, mode, level, start, weapon_hash
        order by mode, level, start, weapon_hash
        on conflict (group_id, mode, level, start, weapon_hash) do update set kills = clan.kills + excluded.kills,
          precision_kills = clan.precision_kills + excluded.precision_kills,
          matches = clan.matches + excluded.matches, family_matches = clan.family_matches + excluded.family_matches,
          players = clan.players | excluded.players
        """,
        group_id,
        persons,
        timeout=PATIENCE_SECONDS,
    )


async def delete_counted(conn: Connection, group_id: int, persons: Sequence[int]) -> None:
    await conn.execute(
        "delete from clan_counted where group_id = $1 and person_id = any ($2::bigint[])", group_id, persons
    )


async def insert_counted(conn: Connection, group_id: int, people: dict[int, int]) -> None:
    """Count people from now on, person by membership: each gets the lowest free slot; who finds none has to wait."""
    await conn.execute(
        """
        with coming as (
          select membership_id, person_id, dense_rank() over (order by person_id) as turn
          from unnest($2::bigint[], $3::bigint[]) as come (membership_id, person_id)
        ), free as (
          select slot, row_number() over (order by slot) as turn from generate_series(0, 255) slot
          where not exists (select from clan_counted c where c.group_id = $1 and c.slot = slot.slot)
        )
        insert into clan_counted (group_id, membership_id, person_id, slot)
        select $1, membership_id, person_id, slot from coming join free using (turn)
        """,
        group_id,
        list(people),
        list(people.values()),
    )
