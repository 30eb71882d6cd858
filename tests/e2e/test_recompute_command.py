"""`recompute weapons` as people run it."""

from __future__ import annotations

import sys
from pathlib import Path

from db.pool import Pool
from db.queries.clan_follow import follow_members
from db.queries.report import store_reports
from tests.db.match_make import NOON, fetched, player
from tests.db.roster_rows import add_clan, add_member
from tests.e2e.test_commands import clean, run


async def test_it_says_what_differed(pool: Pool, dsn: str, tmp_path: Path) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await add_clan(conn)
        await add_member(conn, 1)
        await follow_members(conn)
        await store_reports(conn, [fetched(10, player(1, {100: 5}))], NOON)
    env = {**clean(), "HAWTHORNE_DATABASE__URL": dsn, "HAWTHORNE_DATA_DIR": str(tmp_path)}
    again = (sys.executable, "-m", "bot", "recompute", "weapons")
    said = await run(*again, env=env, cwd=tmp_path)
    assert (said.code, said.out) == (0, "Nothing differed.\n"), said
    await pool.execute("delete from member_stat where level = 0 and mode = 0")
    await pool.execute("update clan_weapon set kills = 1 where level = 2")
    said = await run(*again, env=env, cwd=tmp_path)
    assert (said.code, said.out) == (0, "Put right: 1 row of members and 4 rows of weapons.\n"), said
    assert (await run(*again, "leaderboards", env=env, cwd=tmp_path)).code == 2
