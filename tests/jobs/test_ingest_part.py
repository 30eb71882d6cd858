"""The ingest part as it starts, and as it starts again within the same process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from bot.clock import SystemClock
from bot.config import Bungie, Config, Secret
from bot.errors import ConfigError
from bot.runtime.context import Context
from bot.runtime.parts import run_ingest
from db.pool import Pool


@pytest_asyncio.fixture(loop_scope="session")
async def refusing() -> AsyncIterator[str]:
    """The address of a Bungie.net that refuses the key."""

    async def refuse(_: web.Request) -> web.Response:
        return web.json_response({"ErrorCode": 2101, "ErrorStatus": "ApiInvalidOrExpiredKey"})

    app = web.Application()
    app.router.add_get("/{path:.*}", refuse)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_refused_key_ends_the_process_at_its_start_only(pool: Pool, dsn: str, refusing: str) -> None:
    config = Config(bungie=Bungie(api_key=Secret("k"), url=refusing))
    context = Context(config, SystemClock(), frozenset({"ingest"}), dsn, pool)
    with pytest.raises(ConfigError, match="copy it again"):
        await run_ingest(context)
    unreachable = Config(bungie=Bungie(api_key=Secret("k"), url="http://127.0.0.1:9"))
    for context.config in (unreachable, config):  # at the start it can't be asked, later it refuses
        part = asyncio.create_task(run_ingest(context))
        async with asyncio.timeout(15):
            while context.leader is None or not context.leader.leads:
                assert not part.done()
                await asyncio.sleep(0.02)
        part.cancel()
        await asyncio.gather(part, return_exceptions=True)
