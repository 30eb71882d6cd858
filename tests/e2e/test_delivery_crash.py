"""The process dies at each step of an announcement's way; started again, it tells every event exactly once."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import failpoints
from db.pool import Pool
from tests.e2e.telling import Desk, desk, eventually


@asynccontextmanager
async def process(at: Desk, home: Path, failpoint: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    """The Discord part as a process of its own."""
    config = at.config()
    env = {
        **{key: value for key, value in os.environ.items() if not key.startswith("HAWTHORNE_")},
        "HAWTHORNE_DISCORD__TOKEN": config.discord.token.reveal(),
        "HAWTHORNE_DISCORD__API_URL": config.discord.api_url,
        "HAWTHORNE_DISCORD__GATEWAY_URL": config.discord.gateway_url,
        "HAWTHORNE_DISCORD__ANNOUNCE_CHANNEL_ID": at.channel_id,
        "HAWTHORNE_DATABASE__URL": at.dsn,
        "HAWTHORNE_DATA_DIR": str(home),
        **({"HAWTHORNE_FAILPOINT": failpoint} if failpoint else {}),
    }
    with (home / "log").open("ab") as log:
        made = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--only", "discord"), env=env, stdout=log, stderr=log
        )
    try:
        yield made
    finally:
        if made.returncode is None:
            made.terminate()
        await asyncio.wait_for(made.wait(), 15)


@pytest.mark.parametrize("failpoint", failpoints.POSTS)
async def test_a_crash_at_each_step_neither_loses_nor_repeats(
    pool: Pool, dsn: str, tmp_path: Path, failpoint: str
) -> None:
    async with desk(pool, dsn) as at:
        at.clock.advance(seconds=-60)  # the process has the machine's clock: what is written now is due for it at once
        await at.write_many("A#1", "B#1", "C#1")
        at.clock.advance(seconds=60)
        async with process(at, tmp_path, f"{failpoint}:2") as dying:
            status = await asyncio.wait_for(dying.wait(), 60)
            assert status == failpoints.EXIT_STATUS, (tmp_path / "log").read_text()
        seen = 1 if failpoint in ("outbox_written", "sending_committed") else 2
        assert len(await at.posts()) == seen

        async with process(at, tmp_path):
            await eventually(lambda: at.pool.fetchval("select count(*) = 3 from outbox where state = 'sent'"), 60)
        await at.until_posts(3)
        assert [post.split(" ")[0] for post in await at.posts()] == ["**A#1**", "**B#1**", "**C#1**"]
