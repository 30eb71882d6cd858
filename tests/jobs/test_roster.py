"""The roster job over real sockets against the simulated Bungie.net."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from bot.domain.outcome import Verdict
from bot.domain.roster import RosterMember
from bot.jobs.roster import run
from bot.sandbox.world.rows import roster_row, stamp
from db.pool import Pool
from db.queries.roster import select_roster
from tests.jobs.roster_world import RosterWorld, poll, roster_world


@pytest_asyncio.fixture(loop_scope="session")
async def made(pool: Pool) -> AsyncIterator[RosterWorld]:
    async with roster_world(pool) as opened:
        yield opened


async def roster(made: RosterWorld) -> dict[str, RosterMember]:
    async with made.services.pool.acquire() as conn:
        members = await select_roster(conn, made.group_id, made.clock.now())
    return {str(member.membership_id): member for member in members}


def as_told(member: RosterMember) -> dict[str, Any]:
    """Our row in the words that the world uses for its own."""
    return {
        "membership_type": member.membership_type,
        "name": member.name,
        "role": member.role.value,
        "joined_at": stamp(member.joined_at),
        "online": member.online,
        "activity_mode": member.activity_mode,
        "activity_started_at": stamp(member.activity_started_at),
        "last_played_at": stamp(member.last_played_at),
        "power": member.power,
        "triumph_score": member.triumph_score,
        "triumph_score_active": member.triumph_score_active,
        "seals": {(s.record_hash, s.title, s.gilded, s.gilded_times) for s in member.seals},
        "title": member.title,
        "private": member.private,
    }


def as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    seals = {(s["record_hash"], s["title"], s["gilded"], s["gilded_times"]) for s in row["seals"]}
    told = {key: row[key] for key in ("membership_type", "name", "role", "joined_at", "online", "activity_mode")}
    more = (
        "activity_started_at",
        "last_played_at",
        "power",
        "triumph_score",
        "triumph_score_active",
        "title",
        "private",
    )
    return told | {key: row[key] for key in more} | {"seals": seals}


async def test_every_field_of_every_member_equals_the_world(made: RosterWorld) -> None:
    outcome = await run(made.services)
    assert (outcome.verdict, outcome.counts) == (Verdict.DONE, {"read": len(made.members()), "failed": 0})
    made.clock.advance(180)
    await run(made.services)  # private is said after two reads in a row
    found = await roster(made)
    for person in made.members():
        expected = as_it_is(roster_row(person, made.clock.now()))
        assert as_told(found[person.membership_id]) == expected
    assert sum(member.online or False for member in found.values()) > 0
    assert any(member.private for member in found.values())
