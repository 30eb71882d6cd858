"""One match and its report, as stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from asyncpg import Record

from bot.domain.match import (
    GuardianClass,
    MatchDetails,
    MatchPlayer,
    MatchState,
    StoredMatch,
    StoredPlayer,
    Team,
    WeaponUse,
)
from bot.domain.mode import words_of
from db.pool import Connection, one_moment


async def select_match(conn: Connection, instance_id: int) -> StoredMatch | None:
    """None for an instance that no history and no report named; without players until its report is stored."""
    async with one_moment(conn):
        row = await select_match_row(conn, instance_id)
        if row is None:
            return None
        players = await select_match_players(conn, instance_id)
        kills = await select_match_kills(conn, instance_id)
    return _match(row, _players(players, kills))


async def select_match_row(conn: Connection, instance_id: int) -> Record | None:
    return await conn.fetchrow(
        """
        select m.*, coalesce(nullif(place.name, ''), nullif(launched.name, '')) as activity_name,
               (select min(n.name) from mode_name n where n.mode_type = m.mode) as mode_name
        from match m
        left join definition place
          on place.table_name = 'DestinyActivityDefinition' and place.hash = m.reference_hash
        left join definition launched
          on launched.table_name = 'DestinyActivityDefinition' and launched.hash = m.activity_hash
        where m.instance_id = $1
        """,
        instance_id,
    )


async def select_match_players(conn: Connection, instance_id: int) -> list[Record]:
    """Winners first, then by team, score and kills."""
    return await conn.fetch(
        """
        select membership_id, membership_type, name, character_id, class, light, clan_name, clan_tag, fireteam_id, team,
               standing, score, kills, deaths, assists, completed, completion_reason, start_seconds, seconds, entries,
               grenade_kills, melee_kills, super_kills, ability_kills, tracked
        from match_player where instance_id = $1
        order by standing nulls last, team nulls last, score desc nulls last, kills desc, membership_id
        """,
        instance_id,
    )


async def select_match_kills(conn: Connection, instance_id: int) -> list[Record]:
    """By member and weapon, most kills first, with the weapon's name where it is known."""
    return await conn.fetch(
        """
        select k.membership_id, k.weapon_hash, k.kills, k.precision_kills, k.class, w.name
        from weapon_kill k left join weapon w on w.hash = k.weapon_hash
        where k.instance_id = $1 order by k.kills desc, k.weapon_hash
        """,
        instance_id,
    )


def _players(players: Sequence[Record], kills: Sequence[Record]) -> tuple[StoredPlayer, ...]:
    used: dict[int, list[Record]] = defaultdict(list)
    for kill in kills:
        used[kill["membership_id"]].append(kill)
    return tuple(_player(row, used[row["membership_id"]]) for row in players)


def _player(row: Record, used: Sequence[Record]) -> StoredPlayer:
    weapons = tuple(
        WeaponUse(kill["weapon_hash"], kill["kills"], kill["precision_kills"], _guardian(kill)) for kill in used
    )
    told = {key: value for key, value in row.items() if key not in ("class", "tracked")}
    player = MatchPlayer(guardian=_guardian(row), weapons=weapons, **told)
    names = {kill["weapon_hash"]: kill["name"] for kill in used if kill["name"]}
    return StoredPlayer(player, row["tracked"], names)


def _guardian(row: Record) -> GuardianClass | None:
    return GuardianClass(row["class"]) if row["class"] else None


def _match(row: Record, players: tuple[StoredPlayer, ...]) -> StoredMatch:
    return StoredMatch(
        details=_details(row),
        state=MatchState(row["state"]),
        final=row["final"],
        fetched_at=row["fetched_at"],
        ends_at=row["ends_at"],
        duration_seconds=row["duration_seconds"],
        starting_phase=row["starting_phase"],
        from_beginning=row["from_beginning"],
        mode_name=row["mode_name"],
        activity_name=row["activity_name"],
        modes=words_of(row["mode_bits"]),
        players=players,
        teams=tuple(Team(**team) for team in row["teams"]),
    )


def _details(row: Record) -> MatchDetails:
    return MatchDetails(
        instance_id=row["instance_id"],
        period=row["period"],
        mode=row["mode"],
        modes=tuple(row["modes"]),
        activity_hash=row["activity_hash"],
        reference_hash=row["reference_hash"],
        is_private=row["is_private"],
        membership_type=row["membership_type"],
    )
