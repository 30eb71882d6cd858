"""Histories, reports and items of the simulated Bungie.net, over real sockets: what the client makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from bot.bungie.client import BungieClient
from bot.bungie.decode_report import report as decode_report
from bot.clock import ManualClock
from bot.config import Bungie, Schedule, Secret
from bot.domain.bungie import BreakerState
from bot.domain.match import HistoryRow, Report
from bot.errors import NotThere, NotYet, Private, Unavailable
from bot.sandbox.app import Sandbox
from bot.sandbox.world.matches.model import Match
from bot.sandbox.world.model import Person

Kills = dict[tuple[int, int], tuple[int, int]]


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed=7, live=False, matches="few") as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def client(sandbox: Sandbox) -> AsyncIterator[BungieClient]:
    async with _client(sandbox, sandbox.stats_url) as opened:
        yield opened


def _client(sandbox: Sandbox, stats_url: str) -> BungieClient:
    config = Bungie(
        api_key=Secret(sandbox.api_key), url=sandbox.bungie_url, stats_url=stats_url, requests_per_second=25
    )
    return BungieClient(config, pool=None, clock=ManualClock(datetime.now(UTC)), intervals=Schedule())


def players(sandbox: Sandbox, count: int) -> list[Person]:
    """Those with most matches whose histories are open."""
    people = [person for person in sandbox.world.members(sandbox.clan_ids[0]) if not person.private]
    return sorted(people, key=lambda p: -len(sandbox.world.matches_of(p.membership_id)))[:count]


async def history(client: BungieClient, person: Person, count: int) -> list[HistoryRow]:
    who = (person.membership_type, int(person.membership_id))
    rows: list[HistoryRow] = []
    for character in await client.get_account_characters(*who):
        page = 0
        while found := (await client.get_history(*who, character.character_id, page=page, count=count)).rows:
            rows += found
            page += 1
    return rows


def used(match: Match) -> Kills:
    """Kills and precision kills by person and weapon, as the world has them."""
    kills: Kills = {}
    for entry in match.entries:
        for use in entry.weapons if entry.extended else ():
            key = (int(entry.membership_id), use.weapon)
            before = kills.get(key, (0, 0))
            kills[key] = (before[0] + use.kills, before[1] + use.precision)
    return {key: value for key, value in kills.items() if value[0]}


def told(report: Report) -> Kills:
    return {
        (player.membership_id, use.weapon_hash): (use.kills, use.precision_kills)
        for player in report.players
        for use in player.weapons
    }


async def test_a_history_and_its_reports_are_what_the_world_is(sandbox: Sandbox, client: BungieClient) -> None:
    for person in players(sandbox, 2):
        rows = await history(client, person, 7)
        matches = {int(match.instance_id): match for match in sandbox.world.matches_of(person.membership_id)}
        assert {row.details.instance_id for row in rows} == set(matches)
        for row in rows:
            match = matches[row.details.instance_id]
            mine = [entry for entry in match.entries if entry.membership_id == person.membership_id]
            assert (row.details.period, row.duration_seconds) == (match.period, match.seconds)
            assert (row.details.mode, row.details.modes) == (match.mode, match.modes)
            assert row.kills == sum(entry.kills for entry in mine)
    raws = await asyncio.gather(*(client.get_report(instance_id) for instance_id in list(matches)[:20]))
    for raw, report in raws:
        match = matches[report.details.instance_id]
        assert told(report) == used(match)
        assert {player.membership_id for player in report.players} == {int(e.membership_id) for e in match.entries}
        assert sum(player.kills for player in report.players) == sum(entry.kills for entry in match.entries)
        assert sum(player.entries for player in report.players) == len(match.entries)
        assert decode_report(msgspec.Raw(raw), report.details.instance_id, match.ended_at + timedelta(1)) == report
    assert list(sandbox.bungie.log.violations) == []


@pytest.mark.parametrize("lie", ["twice", "bare", "weaponless", "classless", "nameless", "empty"])
async def test_odd_reports_are_read_all_the_same(sandbox: Sandbox, client: BungieClient, lie: str) -> None:
    person = players(sandbox, 1)[0]
    match = max(sandbox.world.matches_of(person.membership_id), key=lambda match: sum(e.kills for e in match.entries))
    _, plain = await client.get_report(int(match.instance_id))
    sandbox.bungie.faults.add({"subsystem": "reports", "fault": lie})
    _, odd = await client.get_report(int(match.instance_id))
    assert told(odd) == (told(plain) if lie in ("twice", "classless", "nameless") else {})
    if lie == "twice":
        assert sum(player.entries for player in odd.players) > len(match.entries)
        assert [player.kills for player in odd.players] == [player.kills for player in plain.players]
    if lie == "classless":
        assert {use.guardian for player in odd.players for use in player.weapons} <= {None, *_guardians(plain)}
    assert (not odd.players) is (lie == "empty")


def _guardians(report: Report) -> set[object]:
    return {player.guardian for player in report.players}


async def test_what_is_not_there(sandbox: Sandbox, client: BungieClient) -> None:
    person = players(sandbox, 1)[0]
    who = (person.membership_type, int(person.membership_id))
    with pytest.raises(NotThere) as gone:
        await client.get_history(*who, 2305843009999999999)
    assert gone.value.code == 1620
    with pytest.raises(NotYet) as missing:
        await client.get_report(999)
    assert missing.value.code == 1653
    sandbox.bungie.faults.add({"subsystem": "reports", "fault": "contest", "delay": 10**9})
    with pytest.raises(NotYet) as closed:
        await client.get_report(int(sandbox.world.matches_of(person.membership_id)[0].instance_id))
    assert closed.value.code == 12
    sandbox.world.set_private(person.membership_id, True)
    with pytest.raises(Private):
        await client.get_history(*who, int(person.characters[0].character_id))
    assert {client.breaker(name).row.state for name in ("history", "reports")} == {BreakerState.CLOSED}


async def test_a_report_of_another_match_is_no_answer(sandbox: Sandbox, client: BungieClient) -> None:
    sandbox.bungie.faults.add({"subsystem": "reports", "fault": "swapped"})
    match = sandbox.world.matches_of(players(sandbox, 1)[0].membership_id)[0]
    with pytest.raises(Unavailable, match="instead of"):
        await client.get_report(int(match.instance_id))


async def test_the_other_hosts_redirect_is_not_followed(sandbox: Sandbox) -> None:
    match = sandbox.world.matches_of(players(sandbox, 1)[0].membership_id)[0]
    async with _client(sandbox, sandbox.bungie_url) as lost:
        with pytest.raises(Unavailable, match="HTTP 301"):
            await lost.get_report(int(match.instance_id))
    assert list(sandbox.bungie.log.violations) == []


async def test_reports_have_a_breaker_of_their_own(sandbox: Sandbox, client: BungieClient) -> None:
    person = players(sandbox, 1)[0]
    matches = sandbox.world.matches_of(person.membership_id)[:3]
    sandbox.bungie.faults.add({"subsystem": "reports", "fault": "error5"})
    for match in matches:
        with pytest.raises(Unavailable):
            await client.get_report(int(match.instance_id))
    assert client.breaker("reports").open
    assert not client.breaker("history").open
    assert await client.get_account_characters(person.membership_type, int(person.membership_id))


async def test_items_by_themselves(client: BungieClient) -> None:
    assert (await client.get_item(2852052802))["displayProperties"]["name"] == "Krait"
    with pytest.raises(NotThere):
        await client.get_item(5)
