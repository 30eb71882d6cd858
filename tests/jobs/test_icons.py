"""`icons`: pictures over real sockets into a folder, whatever happens on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest_asyncio
from aiohttp import web

from bot.bungie.client import BungieClient
from bot.cli.icons import summary
from bot.clock import SystemClock
from bot.config import Bungie, Config, Secret
from bot.jobs.icons import fetch_icons
from bot.sandbox.bungie.pictures import picture
from bot.services import Services
from db.pool import Pool

ICONS = tuple(f"/common/destiny2_content/icons/{n:02}.png" for n in range(8))


@dataclass
class Gallery:
    """Pictures by path, at `url`; tests say which are missing, no pictures, or away with the whole site."""

    missing: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)
    away: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._show)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _show(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.away:
            return web.Response(status=503, text="<html>maintenance</html>", content_type="text/html")
        if request.path in self.missing:
            return web.Response(status=404, text="<html>nothing</html>", content_type="text/html")
        if request.path in self.strange:
            return web.Response(text="<html>a page</html>", content_type="text/html")
        return web.Response(body=picture(request.path), content_type="image/png")


@pytest_asyncio.fixture(loop_scope="session")
async def gallery() -> AsyncIterator[Gallery]:
    async with Gallery() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def services(pool: Pool, gallery: Gallery) -> AsyncIterator[Services]:
    async with pool.acquire() as conn:
        await conn.executemany(
            """
            insert into weapon (hash, name, position, family, icon) values ($1, 'Rose', 1, $1, $2)
            """,
            list(enumerate(ICONS)),
        )
        await conn.execute(
            "insert into weapon (hash, name, position, family, icon) values (98, 'x', 1, 98, '/../x.png')"
        )
        await conn.execute("insert into weapon (hash, name, position, family, icon) values (99, 'x', 1, 99, '')")
    config = Config(bungie=Bungie(api_key=Secret("key"), url=gallery.url, requests_per_second=25))
    async with BungieClient(config.bungie, pool=pool, clock=SystemClock(), intervals=config.schedule) as bungie:
        yield Services(pool, bungie, SystemClock(), config)


def files(folder: Path) -> dict[str, bytes]:
    return {f"/{path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_every_picture_once_and_nothing_beside(services: Services, gallery: Gallery, tmp_path: Path) -> None:
    first = await fetch_icons(services, tmp_path)
    assert (first.named, first.saved, first.whole) == (8, 8, True)
    assert files(tmp_path) == {path: picture(path) for path in ICONS}
    assert summary(first) == "8 icons saved, 0 were there."
    gallery.asked.clear()
    again = await fetch_icons(services, tmp_path)
    assert (again.kept, again.saved, gallery.asked) == (8, 0, [])


async def test_it_goes_on_where_it_was(services: Services, gallery: Gallery, tmp_path: Path) -> None:
    """A part that a kill left behind is no picture."""
    folder = (tmp_path / ICONS[0][1:]).parent
    folder.mkdir(parents=True)
    (folder / "03.png").write_bytes(b"\x89PNG kept")
    (folder / ".04.png.part").write_bytes(b"\x89PNG ha")
    fetched = await fetch_icons(services, tmp_path)
    assert (fetched.kept, fetched.saved) == (1, 7)
    assert ICONS[3] not in gallery.asked
    assert files(tmp_path) == {path: picture(path) for path in ICONS} | {ICONS[3]: b"\x89PNG kept"}


async def test_what_is_missing_or_no_picture_is_named(services: Services, gallery: Gallery, tmp_path: Path) -> None:
    gallery.missing, gallery.strange = {ICONS[0], ICONS[1], ICONS[2], ICONS[3]}, {ICONS[4]}
    fetched = await fetch_icons(services, tmp_path)
    assert (fetched.saved, set(fetched.failed), fetched.whole, fetched.stopped) == (3, set(ICONS[:5]), False, "")
    assert set(files(tmp_path)) == set(ICONS[5:])
    assert "3 icons saved, 0 were there. 5 could not be had, such as" in summary(fetched)


async def test_an_outage_ends_it_soon(services: Services, gallery: Gallery, tmp_path: Path) -> None:
    gallery.away = True
    fetched = await fetch_icons(services, tmp_path)
    assert not fetched.whole
    assert "stopped answering" in summary(fetched)
    assert files(tmp_path) == {}


async def test_a_folder_that_takes_nothing_is_named(services: Services, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    fetched = await fetch_icons(services, tmp_path / "file")
    assert "can't be written" in summary(fetched)
