"""The client against the simulated Bungie.net, over real sockets: what it sends, what it makes of faults."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.bungie.client import BungieClient
from bot.clock import Clock, ManualClock
from bot.config import Bungie, Schedule, Secret
from bot.domain.bungie import BreakerState
from bot.errors import BungieError, KeyRefused, NotThere, Throttled, Unavailable
from bot.sandbox.app import Sandbox
from db.pool import Pool
from db.queries.bungie import select_breakers, select_bungie_status

SEALS = frozenset({3464275895, 1715149073})


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed=7, live=False) as opened:
        yield opened


def config_for(sandbox: Sandbox, key: str | None = None) -> Bungie:
    return Bungie(
        api_key=Secret(sandbox.api_key if key is None else key),
        url=sandbox.bungie_url,
        stats_url=sandbox.stats_url,
        requests_per_second=25,
    )


@asynccontextmanager
async def client_for(
    sandbox: Sandbox, *, pool: Pool | None = None, clock: Clock | None = None, key: str | None = None
) -> AsyncIterator[BungieClient]:
    clock = clock or ManualClock(datetime.now(UTC))
    config = config_for(sandbox, key)
    async with BungieClient(config, pool=pool, clock=clock, intervals=Schedule()) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def client(sandbox: Sandbox) -> AsyncIterator[BungieClient]:
    async with client_for(sandbox) as opened:
        yield opened


def asked(sandbox: Sandbox, what: str = "") -> int:
    """Requests that the simulated Bungie.net has seen whose path bears `what`."""
    return sum(1 for entry in sandbox.bungie.log.entries if what in entry.path)


async def test_every_endpoint_answers_what_the_world_is(sandbox: Sandbox, client: BungieClient) -> None:
    for group_id, clan in sandbox.world.clans.items():
        detail = await client.get_group(int(group_id))
        poll = await client.get_members(int(group_id))
        people = {int(person.membership_id): person for person in sandbox.world.members(group_id)}
        assert (detail.name, detail.callsign, detail.is_clan) == (clan.name, clan.callsign, True)
        assert detail.member_count == len(people)
        assert {entry.membership_id: entry.name for entry in poll.entries} == {
            found: person.name for found, person in people.items()
        }
        assert (poll.ended, poll.foreign, poll.total_results) == (True, 0, len(people))
        assert len(poll.raw) == poll.pages == -(-len(people) // 50)
        member = poll.entries[0]
        clans = await client.get_groups_for_member(member.membership_type, member.membership_id)
        assert [found.group_id for found in clans] == [int(group_id)]
        profile = await client.get_profile(
            member.membership_type, member.membership_id, (100, 200, 204, 900, 1000), wanted=SEALS
        )
        person = people[member.membership_id]
        assert profile.name == person.name
        assert profile.power == person.power
        assert profile.records is not None
        assert profile.records.lifetime_score == person.lifetime_score
    assert (await client.get_settings()).active_seals_root == 616318467
    assert "DestinyRecordDefinition" in (await client.get_manifest()).paths
    assert list(sandbox.bungie.log.violations) == []
    assert {outcome for _, outcome in client.counts} == {"ok"}
    assert client.counts.total() == sandbox.bungie.log.total


async def test_what_does_not_exist(sandbox: Sandbox, client: BungieClient) -> None:
    with pytest.raises(NotThere) as caught:
        await client.get_group(999)
    assert caught.value.code in (622, 686)
    with pytest.raises(NotThere) as caught:
        await client.get_profile(3, 4611686018400000000, (100,))
    assert caught.value.code == 1601
    assert await client.get_groups_for_member(3, 4611686018400000000) == ()
    assert client.breaker("profile").row.state is BreakerState.CLOSED


@pytest.mark.parametrize("code", [1601, 21, 11])
async def test_codes_that_mean_in_no_clan(sandbox: Sandbox, client: BungieClient, code: int) -> None:
    sandbox.bungie.faults.add({"subsystem": "groups", "fault": "code", "code": code})
    assert await client.get_groups_for_member(3, 1) == ()


@pytest.mark.parametrize("code", [622, 686, 217, 1620])
async def test_other_codes_say_nothing_about_clans(sandbox: Sandbox, client: BungieClient, code: int) -> None:
    sandbox.bungie.faults.add({"subsystem": "groups", "fault": "code", "code": code})
    with pytest.raises(Unavailable):
        await client.get_groups_for_member(3, 1)


@pytest.mark.parametrize("fault", ["html503", "truncated", "reset"])
async def test_a_passing_fault_is_asked_again(sandbox: Sandbox, client: BungieClient, fault: str) -> None:
    sandbox.bungie.faults.add({"subsystem": "settings", "fault": fault, "times": 1})
    assert (await client.get_settings()).active_seals_root
    assert asked(sandbox, "Settings") == 2


@pytest.mark.parametrize(
    ("fault", "requests"),
    [
        ({"fault": "html503"}, 3),
        ({"fault": "truncated"}, 3),
        ({"fault": "reset"}, 3),
        ({"fault": "error5"}, 1),
        ({"fault": "error5_500"}, 1),
        ({"fault": "code", "code": 1688}, 3),
        ({"fault": "code", "code": 77777}, 1),
    ],
)
async def test_a_fault_that_stays_is_an_outage_after_few_tries(
    sandbox: Sandbox, client: BungieClient, fault: dict[str, Any], requests: int
) -> None:
    sandbox.bungie.faults.add({"subsystem": "settings", **fault})
    with pytest.raises(Unavailable):
        await client.get_settings()
    assert asked(sandbox, "Settings") == requests


async def test_an_answer_that_never_comes_is_an_outage(
    sandbox: Sandbox, client: BungieClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bungie.transport._TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    sandbox.bungie.faults.add({"subsystem": "settings", "fault": "half_open"})
    with pytest.raises(Unavailable, match="in time"):
        await client.get_settings()


async def test_nobody_listens(sandbox: Sandbox) -> None:
    async with BungieClient(
        Bungie(api_key=Secret("k"), url="http://127.0.0.1:9"), pool=None, clock=ManualClock(datetime.now(UTC))
    ) as client:
        with pytest.raises(Unavailable, match="reached"):
            await client.get_settings()


async def test_a_throttle_is_waited_out(sandbox: Sandbox, client: BungieClient) -> None:
    sandbox.bungie.faults.add({"subsystem": "settings", "fault": "throttle", "throttle_seconds": 1, "times": 1})
    began = time.monotonic()
    await client.get_settings()
    assert time.monotonic() - began >= 1.9
    assert client.counts["GetCommonSettings", "throttled"] == 1
    assert client.breaker("manifest").row.state is BreakerState.CLOSED


async def test_a_long_throttle_is_told_at_once_and_to_everyone(sandbox: Sandbox, client: BungieClient) -> None:
    sandbox.bungie.faults.add({"subsystem": "settings", "fault": "throttle", "throttle_seconds": 600, "times": 1})
    with pytest.raises(Throttled):
        await client.get_settings()
    with pytest.raises(Throttled):
        await client.get_group(int(sandbox.clan_ids[0]))
    assert asked(sandbox) == 1


async def test_a_lost_page_and_an_empty_answer_are_passed_on_as_they_are(
    sandbox: Sandbox, client: BungieClient
) -> None:
    group_id = int(sandbox.clan_ids[0])
    sandbox.bungie.faults.add({"subsystem": "members", "fault": "lose_page"})
    lost = await client.get_members(group_id)
    assert len(lost.entries) < lost.total_results
    sandbox.bungie.faults.clear()
    sandbox.bungie.faults.add({"subsystem": "members", "fault": "empty"})
    assert (await client.get_members(group_id)).entries == ()


async def outage(times: int, ask: Callable[[], Awaitable[object]]) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            await ask()


async def test_the_breaker_leaves_a_subsystem_alone_and_finds_it_back(sandbox: Sandbox, pool: Pool) -> None:
    clock = ManualClock(datetime.now(UTC))
    group_id = int(sandbox.clan_ids[0])
    async with client_for(sandbox, pool=pool, clock=clock) as client:
        sandbox.bungie.faults.add({"subsystem": "all", "fault": "error5"})
        await outage(5, lambda: client.get_group(group_id))
        assert asked(sandbox) == 3
        assert client.breaker("groups").open
        assert not client.breaker("profile").open
        async with pool.acquire() as conn:
            status = await select_bungie_status(conn, clock.now())
        assert status.state == "down"
        assert status.sentence is not None
        assert "maintenance" in status.sentence
        clock.advance(15)
        await outage(1, lambda: client.get_group(group_id))
        assert asked(sandbox) == 4
        sandbox.bungie.faults.clear()
        clock.advance(30)
        await asyncio.gather(*(client.get_group(group_id) for _ in range(5)))
        async with pool.acquire() as conn:
            assert (await select_bungie_status(conn, clock.now())).state == "up"


async def test_a_restart_remembers_the_outage_and_asks_once(sandbox: Sandbox, pool: Pool) -> None:
    clock = ManualClock(datetime.now(UTC))
    group_id = int(sandbox.clan_ids[0])
    sandbox.bungie.faults.add({"subsystem": "groups", "fault": "error5"})
    async with client_for(sandbox, pool=pool, clock=clock) as client:
        await outage(3, lambda: client.get_group(group_id))
    since = clock.now()
    clock.advance(1)
    async with client_for(sandbox, pool=pool, clock=clock) as client:
        await outage(3, lambda: client.get_group(group_id))
        async with pool.acquire() as conn:
            row = next(row for row in await select_breakers(conn) if row.subsystem == "groups")
        assert (row.state, row.since) == (BreakerState.OPEN, since)
    assert asked(sandbox) == 4


async def test_what_a_dead_process_left_open_is_closed_by_whoever_gets_answers(sandbox: Sandbox, pool: Pool) -> None:
    clock = ManualClock(datetime.now(UTC))
    group_id = int(sandbox.clan_ids[0])
    async with client_for(sandbox, pool=pool, clock=clock) as living:
        await living.get_group(group_id)
        async with client_for(sandbox, pool=pool, clock=clock) as dying:
            sandbox.bungie.faults.add({"subsystem": "groups", "fault": "error5", "times": 3})
            await outage(3, lambda: dying.get_group(group_id))
        clock.advance(61)
        await living.get_group(group_id)
        async with pool.acquire() as conn:
            assert (await select_bungie_status(conn, clock.now())).state == "up"


async def test_many_requests_at_once_stop_when_the_breaker_opens(sandbox: Sandbox, client: BungieClient) -> None:
    sandbox.bungie.faults.add({"subsystem": "profile", "fault": "error5"})
    people = list(sandbox.world.people.values())[:60]
    outcomes = await asyncio.gather(
        *(client.get_profile(p.membership_type, int(p.membership_id), (100,)) for p in people), return_exceptions=True
    )
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes)
    assert asked(sandbox) <= 20


async def test_1618_for_one_member_leaves_the_others_readable(sandbox: Sandbox, client: BungieClient) -> None:
    first, *others = sandbox.world.members(sandbox.clan_ids[0])[:4]
    sandbox.bungie.faults.add(
        {"subsystem": "profile", "fault": "code", "code": 1618, "membership_id": first.membership_id}
    )
    for _ in range(4):
        with pytest.raises(Unavailable):
            await client.get_profile(first.membership_type, int(first.membership_id), (100,))
    for person in others:
        await client.get_profile(person.membership_type, int(person.membership_id), (100,))
    assert client.breaker("profile").row.state is BreakerState.CLOSED


async def test_1618_for_three_who_were_readable_is_an_outage(sandbox: Sandbox, client: BungieClient) -> None:
    people = sandbox.world.members(sandbox.clan_ids[0])[:3]
    for person in people:
        await client.get_profile(person.membership_type, int(person.membership_id), (100,))
    sandbox.bungie.faults.add({"subsystem": "profile", "fault": "code", "code": 1618})
    for person in people:
        with pytest.raises(Unavailable):
            await client.get_profile(person.membership_type, int(person.membership_id), (100,))
    assert client.breaker("profile").open


@pytest.mark.parametrize(("key", "code"), [("wrong", 2101), ("", 2102)])
async def test_a_refused_key_is_said_so(sandbox: Sandbox, key: str, code: int) -> None:
    async with client_for(sandbox, key=key) as client:
        with pytest.raises(KeyRefused) as caught:
            await client.get_settings()
        assert caught.value.code == code


async def test_a_key_refused_later_pauses_everything_for_five_minutes(sandbox: Sandbox, pool: Pool) -> None:
    clock = ManualClock(datetime.now(UTC))
    group_id = int(sandbox.clan_ids[0])
    async with client_for(sandbox, pool=pool, clock=clock) as client:
        await client.get_group(group_id)
        sandbox.bungie.keys.clear()
        for ask in (client.get_settings, lambda: client.get_group(group_id), client.get_settings):
            with pytest.raises(KeyRefused):
                await ask()
        assert asked(sandbox) == 2
        async with pool.acquire() as conn:
            status = await select_bungie_status(conn, clock.now())
        assert status.state == "down"
        assert "api_key" in str(status.sentence)
        sandbox.bungie.keys.add(sandbox.api_key)
        clock.advance(299)
        assert client.breaker("profile").open
        clock.advance(1)
        await client.get_settings()
        await client.get_group(group_id)
        assert client.breaker("profile").row.state is BreakerState.CLOSED
        async with pool.acquire() as conn:
            assert (await select_bungie_status(conn, clock.now())).state == "up"


async def test_a_start_asks_even_when_the_key_was_refused_before(sandbox: Sandbox, pool: Pool) -> None:
    async with client_for(sandbox, pool=pool, key="wrong") as client:
        with pytest.raises(KeyRefused):
            await client.get_settings()
    async with client_for(sandbox, pool=pool) as client:
        await client.get_settings()
    assert asked(sandbox) == 2


@asynccontextmanager
async def recorder(answer: Callable[[web.Request], web.StreamResponse]) -> AsyncIterator[tuple[str, list[web.Request]]]:
    """A server that keeps what it is sent."""
    seen: list[web.Request] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return answer(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", seen
    finally:
        await runner.cleanup()


def settings_answer(request: web.Request) -> web.Response:
    body = gzip.compress(json.dumps({"Response": {}, "ErrorCode": 1}).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json", "Set-Cookie": "bungled=1; Path=/"}
    return web.Response(body=body, headers=headers)


@pytest.mark.parametrize(("contact", "agent"), [("a@b.example", "Hawthorne/1.2 (+a@b.example)"), ("", "Hawthorne/1.2")])
async def test_what_every_request_bears(contact: str, agent: str) -> None:
    async with recorder(settings_answer) as (url, seen):
        config = Bungie(api_key=Secret("the key"), url=url, contact=contact)
        async with BungieClient(config, pool=None, clock=ManualClock(datetime.now(UTC)), version="1.2") as client:
            await client.get_settings()
            await client.get_settings()
    for request in seen:
        assert request.headers["X-API-Key"] == "the key"
        assert request.headers["User-Agent"] == agent
        assert "gzip" in request.headers["Accept-Encoding"]
        assert "Origin" not in request.headers
        assert "Cookie" not in request.headers
        assert request.path.endswith("/")


async def test_a_redirect_is_not_followed() -> None:
    def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": f"{request.url.origin()}/elsewhere/"})

    async with recorder(elsewhere) as (url, seen):
        config = Bungie(api_key=Secret("k"), url=url)
        async with BungieClient(config, pool=None, clock=ManualClock(datetime.now(UTC))) as client:
            with pytest.raises(BungieError, match=r"bungie\.url"):
                await client.get_settings()
    assert [request.path for request in seen] == ["/Platform/Settings/"]
