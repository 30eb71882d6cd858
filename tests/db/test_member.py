from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.member import MemberCharacter, MemberStint
from bot.domain.profile import Character
from bot.domain.reading import Portrait, Reading
from bot.domain.role import Role
from db.pool import Pool
from db.queries.member import select_member
from db.queries.reading import upsert_characters
from tests.db.roster_rows import (
    CLAN,
    LONG_AGO,
    NOON,
    OTHER,
    RIVENSBANE,
    add_clan,
    add_manifest,
    add_member,
    add_reading,
)

ID = 4611686018400000001
READ = Reading(portrait=Portrait(NOON, 541, 9000, 5000, RIVENSBANE), tried_at=NOON, read_at=NOON, records_read_at=NOON)
TITAN = Character(11, 0, 541, NOON, RIVENSBANE)
OLD = Character(12, 7, 400, NOON - timedelta(days=90), None)


@pytest.mark.parametrize("asked", [ID, str(ID), f" {ID} ", "Élan#0042", "élan#0042", "ÉLAN#0042"])
async def test_a_member_is_found_by_id_or_name_in_any_case(pool: Pool, asked: int | str) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, ID, "Élan#0042")
        found = await select_member(conn, asked)
    assert found is not None
    assert found.membership_id == ID


@pytest.mark.parametrize("asked", ["", "Élan", "Élan#42", "%", "9" * 30, "-1", "٣", str(ID + 1)])
async def test_nobody_is_nobody(pool: Pool, asked: str) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, ID, "Élan#0042")
        assert await select_member(conn, asked) is None


async def test_a_name_of_digits_is_found_where_no_id_is(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, ID, "12345")
        found = await select_member(conn, "12345")
    assert found is not None
    assert found.membership_id == ID


async def test_the_member_comes_with_characters_and_stints(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_manifest(conn)
        await add_clan(conn)
        await add_clan(conn, OTHER)
        await add_member(conn, ID, group_id=OTHER, left_at=NOON - timedelta(days=9), role="beginner")
        await add_member(conn, ID, joined_at=NOON - timedelta(days=5))
        await add_reading(conn, ID, READ)
        await upsert_characters(conn, ID, [OLD, TITAN], NOON)
        await upsert_characters(conn, ID, [TITAN], NOON + timedelta(days=1))
        found = await select_member(conn, ID)
    assert found is not None
    assert (found.power, found.triumph_score, found.title, found.read_at) == (541, 9000, "Rivensbane", NOON)
    assert found.characters == (
        MemberCharacter(11, "Titan", 541, NOON, "Rivensbane", None),
        MemberCharacter(12, "Unknown (7)", 400, OLD.date_last_played, None, NOON + timedelta(days=1)),
    )
    assert found.stints == (
        MemberStint(CLAN, f"Clan {CLAN}", Role.MEMBER, NOON - timedelta(days=5), None),
        MemberStint(OTHER, f"Clan {OTHER}", Role.BEGINNER, LONG_AGO, NOON - timedelta(days=9)),
    )


async def test_a_character_that_returns_is_no_longer_gone(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, ID)
        for seen in ([OLD, TITAN], [TITAN], [OLD, replace(TITAN, light=542)]):
            await upsert_characters(conn, ID, seen, NOON)
        found = await select_member(conn, ID)
    assert found is not None
    assert [(c.power, c.gone_at) for c in found.characters] == [(542, None), (400, None)]


async def test_who_moved_platform_is_answered_with_the_current_id_and_all_stints(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, ID, "Petrel#0042", left_at=NOON)
        await add_member(conn, ID + 1, "Petrel#0042", joined_at=NOON)
        await conn.execute("update member set moved_to = $1 where membership_id = $2", ID + 1, ID)
        by_old, by_name = await select_member(conn, ID), await select_member(conn, "petrel#0042")
    assert by_old is not None
    assert by_old == by_name
    assert by_old.membership_id == ID + 1
    assert [stint.joined_at for stint in by_old.stints] == [NOON, LONG_AGO]


async def test_of_two_with_one_name_the_member_of_today_is_meant(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, ID, "Petrel#0042")
        await add_member(conn, ID + 1, "Petrel#0042", joined_at=NOON - timedelta(days=9), left_at=NOON)
        found = await select_member(conn, "Petrel#0042")
    assert found is not None
    assert found.membership_id == ID
