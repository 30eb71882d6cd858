"""A member's list of matches, and one match as stored."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.match import GuardianClass, MatchState, Team
from bot.domain.mode import Mode
from db.pool import Connection, Pool
from db.queries.match import select_match
from db.queries.matches import select_member_matches
from tests.db.weapon_world import NOW, add_world, in_mode, make_world, person


async def add_waiting(conn: Connection, instance_id: int, period: datetime, state: str = "waiting") -> None:
    """A match that only the history of member 1 knows, under two characters."""
    await conn.execute(
        """insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at)
        values ($1, $2, $2::timestamptz + interval '5 minutes', 84, '{5, 84}', $3, $4, 'live', $2)""",
        instance_id,
        period,
        Mode.ALL.bit | Mode.CRUCIBLE.bit | Mode.TRIALS.bit,
        state,
    )
    for character in (1, 2):
        await conn.execute(
            "insert into history_entry values (1, $1, $2, $3, $4, 7, 3, 1, 100, 0, true, 200)",
            instance_id,
            character,
            period,
            Mode.ALL.bit | Mode.CRUCIBLE.bit | Mode.TRIALS.bit,
        )


@pytest.mark.parametrize("mode", [Mode.ALL, Mode.RAID])
async def test_pages_hold_every_match_of_a_person_once_newest_first(pool: Pool, mode: Mode) -> None:
    world = make_world(7)
    wanted = {
        (one.period, one.instance_id)
        for one in world.played
        if person(one.membership_id) == 1 and in_mode(one.bits, mode)
    }
    seen: list[tuple[datetime, int]] = []
    async with pool.acquire() as conn:
        await add_world(conn, world)
        while page := await select_member_matches(conn, 8, mode=mode, before=seen[-1] if seen else None, limit=7):
            seen += [(line.period, line.instance_id) for line in page]
    assert seen == sorted(wanted, reverse=True)
    assert len(seen) > 7


async def test_since_counts_and_until_does_not(pool: Pool) -> None:
    world = make_world(7)
    periods = sorted({one.period for one in world.played if person(one.membership_id) == 1})
    since, until = periods[3], periods[9]
    async with pool.acquire() as conn:
        await add_world(conn, world)
        page = await select_member_matches(conn, 1, limit=500, since=since, until=until)
    assert {line.period for line in page} == set(periods[3:9])


async def test_a_line_says_what_the_report_says(pool: Pool) -> None:
    world = make_world(7)
    one = max((one for one in world.played if one.membership_id == 4), key=lambda one: (one.period, one.instance_id))
    async with pool.acquire() as conn:
        await add_world(conn, world)
        (line,) = await select_member_matches(conn, 4, limit=1)
    assert (line.instance_id, line.state, line.guardian) == (one.instance_id, MatchState.DONE, GuardianClass.TITAN)
    assert (line.kills, line.deaths, line.assists) == (one.kills, one.deaths, one.assists)
    assert (line.completed, line.standing, line.seconds) == (one.completed, one.standing, one.seconds)
    assert line.duration_seconds == 600
    assert {mode for mode in Mode if in_mode(one.bits, mode)} == set(line.modes)


@pytest.mark.parametrize("state", ["waiting", "gone", "failed", "skipped"])
async def test_a_match_without_a_report_is_listed_with_what_the_history_says(pool: Pool, state: str) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(7))
        await add_waiting(conn, 5000, NOW + timedelta(minutes=1), state)
        line = (await select_member_matches(conn, 1, mode=Mode.TRIALS, limit=5))[0]
    assert (line.instance_id, line.state.value, line.duration_seconds) == (5000, state, 300)
    assert (line.kills, line.deaths, line.assists, line.score, line.standing) == (14, 6, 2, 200, 0)
    assert (line.completed, line.seconds, line.guardian) == (True, 400, None)


async def test_a_match_in_report_and_history_is_one_line(pool: Pool) -> None:
    world = make_world(7)
    async with pool.acquire() as conn:
        await add_world(conn, world)
        before = await select_member_matches(conn, 1, limit=500)
        await conn.execute(
            """insert into history_entry select membership_id, instance_id, character_id, period, mode_bits, 99, 99, 99,
              null, null, false, 1 from match_player where membership_id = 1"""
        )
        assert await select_member_matches(conn, 1, limit=500) == before


async def test_names_come_from_the_manifest(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_waiting_with_names(conn)
        (line,) = await select_member_matches(conn, 1, limit=5)
        match = await select_match(conn, 5000)
    assert (line.mode_name, line.activity_name) == ("Trials of Osiris", "Altar of Flame")
    assert match is not None
    assert (match.mode_name, match.activity_name, match.state) == ("Trials of Osiris", "Altar of Flame", "waiting")
    assert (match.players, match.duration_seconds, match.fetched_at) == ((), None, None)


async def add_waiting_with_names(conn: Connection) -> None:
    await conn.execute(
        "insert into member (membership_id, membership_type, name, first_seen_at) values (1, 3, 'A', $1)", NOW
    )
    await add_waiting(conn, 5000, NOW)
    await conn.execute("update match set reference_hash = 11, activity_hash = 12")
    await conn.execute(
        """insert into manifest_version (version, language, paths, loaded_at, is_current, added, changed, removed)
        values ('v', 'en', '{}', now(), true, 0, 0, 0)"""
    )
    await conn.execute(
        """insert into definition (table_name, hash, name, json, digest, version_added) values
        ('DestinyActivityDefinition', 11, 'Altar of Flame', '{}', '', 'v'),
        ('DestinyActivityDefinition', 12, 'Trials', '{}', '', 'v'),
        ('DestinyActivityModeDefinition', 13, 'Trials of Osiris', '{"modeType": 84}', '', 'v')"""
    )


async def test_a_match_as_stored_has_everyone_with_their_weapons(pool: Pool) -> None:
    world = make_world(7)
    instance_id = next(kill.instance_id for kill in world.kills if kill.weapon_hash == 999)
    async with pool.acquire() as conn:
        await add_world(conn, world)
        await conn.execute("""update match set teams = '[{"team": 17, "standing": 0, "score": 5, "name": "Alpha"}]'""")
        match = await select_match(conn, instance_id)
    assert match is not None
    assert (match.details.instance_id, match.state, match.final) == (instance_id, MatchState.DONE, False)
    assert match.teams == (Team(17, 0, 5, "Alpha"),)
    kills = {(kill.membership_id, kill.weapon_hash): kill for kill in world.kills if kill.instance_id == instance_id}
    said = {(one.player.membership_id, use.weapon_hash): use for one in match.players for use in one.player.weapons}
    assert said.keys() == kills.keys()
    for key, use in said.items():
        assert (use.kills, use.precision_kills, use.guardian) == (
            kills[key].kills,
            kills[key].precision_kills,
            kills[key].guardian,
        )
    assert all(one.tracked and 999 not in one.weapon_names for one in match.players)
    assert {one.player.membership_id for one in match.players} == {
        one.membership_id for one in world.played if one.instance_id == instance_id
    }


async def test_an_instance_that_nobody_named_is_no_match(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await select_match(conn, 1) is None
