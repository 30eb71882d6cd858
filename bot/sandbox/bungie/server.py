"""The simulated Bungie.net: two hosts over one world, with its faults and its memory of what it was asked."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from bot.sandbox.bungie.faults import Faults
from bot.sandbox.bungie.guard import guard
from bot.sandbox.bungie.handlers import stats_routes, www_routes
from bot.sandbox.bungie.manifest import Manifest
from bot.sandbox.bungie.match_desk import MatchDesk
from bot.sandbox.bungie.novelties import novelties
from bot.sandbox.bungie.requestlog import Exchange, RateWatch, RequestLog
from bot.sandbox.world import Person, World

DEFAULT_KEY = "5aa1b0c5d00d4e5fa11ce0ffee0ddba1"
_REMEMBERED = 4


class BungieServer:
    """`keys` are those accepted; `disabled` names systems that /Settings/ calls switched off.

    `profile_cache` is how long one reading of a profile is given out again, as the real one does for up to a minute.
    `listener` is given every exchange in full.
    """

    def __init__(self, world: World, api_key: str = DEFAULT_KEY) -> None:
        self.world = world
        self.now = world.now
        self.api_key = api_key
        self.keys = {api_key}
        self.disabled: set[str] = set()
        self.profile_cache = timedelta(0)
        self.faults = Faults(time.monotonic)
        self.rate = RateWatch()
        self.log = RequestLog()
        self.listener: Callable[[Exchange], None] | None = None
        self.manifest = Manifest(world.seasons(), world.state.edition, self._manifest_released)
        self.matches = MatchDesk(self)
        self.bungie_url = self.stats_url = ""
        self._minted: dict[str, deque[tuple[datetime, bytes]]] = {}

    def www(self) -> web.Application:
        """The API, the manifest's files and the images."""
        app = web.Application(middlewares=[guard(self, "www")])
        app.add_routes(www_routes(self))
        return app

    def stats(self) -> web.Application:
        """The host of post-game carnage reports."""
        app = web.Application(middlewares=[guard(self, "stats")])
        app.add_routes(stats_routes(self))
        return app

    def _manifest_released(self, manifest: Manifest) -> None:
        """What a new version describes can be earned and found from now on."""
        self.world.learn(novelties(manifest.tables, self.world.catalogue))
        self.world.state.edition = manifest.edition()

    def mint(self, person: Person, back: int | None = None) -> tuple[Person, datetime]:
        """A reading of this person and when it was taken; `back` asks for one from so many readings ago."""
        readings = self._minted.setdefault(person.membership_id, deque(maxlen=_REMEMBERED))
        if back is not None and readings:
            minted, raw = readings[-min(back + 1, len(readings))]
            return msgspec.json.decode(raw, type=Person), minted
        now = self.now()
        if readings and now - readings[-1][0] < self.profile_cache:
            minted, raw = readings[-1]
            return msgspec.json.decode(raw, type=Person), minted
        readings.append((now, msgspec.json.encode(person)))
        return person, now
