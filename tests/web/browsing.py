"""What a real browser looks at: a served dashboard with all that can be wrong in it, and pages that report faults."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from hypercorn.asyncio import serve
from hypercorn.config import Config as HypercornConfig
from quart import Quart

from tests.web import seed
from tests.web.conftest import NOW, Writer

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


async def trouble(writer: Writer) -> None:
    long = "W" * 60
    await writer.execute("update member set name = $2 where membership_id = $1", seed.FIRST_MEMBER + 1, f"{long}#0001")
    await writer.execute("update match_player set name = $1, clan_tag = 'WWWW' where team = 1", f"{long}#0001")
    await writer.execute(
        "insert into clan (group_id, state, reason, always, added_at) values (77, 'refused', $1, true, $2)", long, NOW
    )
    await seed.clan(writer, NOW, seed.NIGHT_LEDGER, "", "", "", read=False)
    await writer.execute("insert into channel values (1, null, 'broken', 3, $1, 'Missing Permissions')", NOW)
    await writer.execute("insert into held_batch (group_id, since) values ($1, $2)", seed.QUIET_ORBIT, NOW)
    await writer.execute("insert into member_character values (9, $1, 1, 540, $2, 1, null)", seed.FIRST_MEMBER + 4, NOW)
    await writer.execute(
        "update loop set last_verdict = 'failed', last_error = $1, last_ok_at = null where name = 'roster'", long * 3
    )
    await seed.event(
        writer, "clan_changed", seed.QUIET_ORBIT, None, "", NOW, {"field": "motto", "from": long, "to": long}
    )


@contextlib.asynccontextmanager
async def served(app: Quart) -> AsyncIterator[str]:
    """The application on a free port of this machine."""
    sock = socket.create_server(("127.0.0.1", 0))
    settings = HypercornConfig()
    port = sock.getsockname()[1]
    settings.bind = [f"fd://{sock.detach()}"]  # hypercorn closes it
    settings.errorlog = None
    stop = asyncio.Event()
    task = asyncio.create_task(serve(app, settings, shutdown_trigger=stop.wait))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        await task


@contextlib.asynccontextmanager
async def opened(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A page that fails the test when it reports an error or a breach of the content policy."""
    context = await browser.new_context(**options)
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    try:
        yield page
        assert not faults
    finally:
        await context.close()
