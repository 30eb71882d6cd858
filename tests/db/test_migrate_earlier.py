"""A database whose 0008 and 0011 are of an earlier text is brought to what they say now."""

from __future__ import annotations

import pytest

from db.migrate import EARLIER, migrate
from db.pool import Pool

_WON = "completion_reason"
_OLD = """
create or replace view member_match as
select p.instance_id, p.membership_id, word.mode::smallint as mode, (p.period at time zone 'UTC')::date as day,
  date_trunc('month', p.period at time zone 'UTC')::date as month, p.seconds, p.kills, p.deaths, p.assists,
  (p.completed and p.standing = 0 and m.teams <> '[]') is true as won, p.completed, p.weapon_kills, p.precision_kills,
  p.grenade_kills, p.melee_kills, p.super_kills
from match_player p join match m using (instance_id)
join generate_series(0, 10) as word (mode) on (p.mode_bits >> word.mode) & 1 = 1
where p.tracked
"""


@pytest.mark.parametrize("earlier", [True, False])
async def test_views_and_sums_follow(pool: Pool, earlier: bool) -> None:
    async with pool.acquire() as conn:
        await conn.execute("delete from schema_migration where number = 14; delete from match_chore")
        if earlier:
            await conn.execute(_OLD)
            for number, checksum in EARLIER.items():
                await conn.execute("update schema_migration set checksum = $2 where number = $1", number, checksum)
        assert [each.number for each in await migrate(conn)] == [14]
        assert _WON in await conn.fetchval("select pg_get_viewdef('member_match'::regclass)")
        wanted = await conn.fetchval("select wanted from match_chore where name = 'weapons'")
    assert wanted is (True if earlier else None), "only those sums are rebuilt that may be wrong"
