"""The simulated Discord as one aiohttp application: REST at /api/v10, the gateway at /gateway, the page at /."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.sandbox.discord import cast
from bot.sandbox.discord.client import ClientRoutes
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.interactions import Interactions
from bot.sandbox.discord.keep import Keeper
from bot.sandbox.discord.page import PageRoutes
from bot.sandbox.discord.ratelimit import RateLimiter
from bot.sandbox.discord.requestlog import RequestLog
from bot.sandbox.discord.rest.application import ApplicationRoutes
from bot.sandbox.discord.rest.callbacks import CallbackRoutes
from bot.sandbox.discord.rest.channels import ChannelRoutes
from bot.sandbox.discord.rest.guilds import GuildRoutes
from bot.sandbox.discord.rest.middleware import PREFIX, api_middleware
from bot.sandbox.discord.store import Store
from bot.sandbox.discord.wire import MAX_REQUEST_BYTES


class DiscordServer:
    """`app` is served by whoever made this; it starts and ends with it.

    `data_dir`: where channels, messages and commands are kept; None: nowhere. `extra_routes`: mounted beside ours.
    `window_scale` shrinks the rate limits' windows.
    """

    token = cast.TOKEN
    guild_id = cast.GUILD_ID
    channel_id = cast.ANNOUNCE_CHANNEL_ID
    application_id = cast.APPLICATION_ID
    owner_id = cast.OWNER_ID
    plain_ids = (cast.PLAIN_ID, cast.OTHER_PLAIN_ID)

    def __init__(
        self,
        data_dir: Path | None,
        now: Callable[[], datetime],
        extra_routes: Iterable[web.RouteDef] = (),
        window_scale: float = 1.0,
    ) -> None:
        self.store = Store(now)
        self.core = Core(self.store, self.token, RateLimiter(window_scale))
        self.interactions = Interactions(self.core)
        self._data_dir = data_dir
        self.app = self._make_app(extra_routes)

    @property
    def requests(self) -> RequestLog:
        """The bot's last requests, oldest first."""
        return self.core.requests

    def _make_app(self, extra_routes: Iterable[web.RouteDef]) -> web.Application:
        app = web.Application(middlewares=[api_middleware(self.core)], client_max_size=MAX_REQUEST_BYTES)
        app.add_routes([_under(PREFIX, route) for route in self._api_routes()])
        app.add_routes([web.get("/gateway", self.core.gateway.handle)])
        app.add_routes(ClientRoutes(self.core, self.interactions).routes())
        app.add_routes(PageRoutes(self.core).routes())
        app.add_routes(extra_routes)
        app.cleanup_ctx.append(self._kept)
        app.on_shutdown.append(self._end_streams)
        return app

    def _api_routes(self) -> list[web.RouteDef]:
        return [
            *ApplicationRoutes(self.core).routes(),
            *ChannelRoutes(self.core).routes(),
            *GuildRoutes(self.core).routes(),
            *CallbackRoutes(self.core, self.interactions).routes(),
        ]

    async def _kept(self, app: web.Application) -> AsyncIterator[None]:
        if self._data_dir is None:
            yield
            return
        keeper = Keeper(self.store, self._data_dir)
        keeper.load()
        keeper.start()
        yield
        await keeper.stop()

    async def _end_streams(self, app: web.Application) -> None:
        self.core.feed.close()
        self.core.gateway.close()


def _under(prefix: str, route: web.RouteDef) -> web.RouteDef:
    return web.RouteDef(route.method, prefix + route.path, route.handler, route.kwargs)
