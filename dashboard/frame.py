"""What stands around every page: the clans to switch between, the age of the data, the state of Bungie.net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.clan import Clan, ClanState
from bot.domain.status import BungieStatus, LoopStatus
from bot.errors import UnknownThing
from bot.presenters.freshness import loop_is_late
from dashboard.asking import ALL
from dashboard.show.times import When, age
from db.pool import Connection
from db.queries.bungie import select_bungie_status
from db.queries.clan import select_clans
from db.queries.loop import select_loops

_LABELS = {"membership": "Members", "roster": "Roster", "matches": "Matches", "collections": "Collections"}
_USUAL_SECONDS = {"matches": 300, "collections": 1800}


@dataclass(frozen=True, slots=True)
class Fresh:
    """One loop's age for the end of the navigation; `age` None: it never succeeded."""

    label: str
    age: When | None
    late: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """`clan` is the one that the page is about; `group` stands for it in addresses, `all` for all of them together."""

    now: datetime
    clans: tuple[Clan, ...] = ()
    clan: Clan | None = None
    group: str = ALL
    fresh: tuple[Fresh, ...] = ()
    loops: tuple[LoopStatus, ...] = field(default=())
    bungie: BungieStatus = field(default_factory=lambda: BungieStatus("up", None, 0.0))

    @property
    def base(self) -> str:
        """Where the pages of this clan begin."""
        return f"/clans/{self.group}"

    @property
    def readable(self) -> tuple[Clan, ...]:
        """The clans that have a roster, or will have one."""
        return readable(self.clans)

    def loop(self, name: str) -> LoopStatus | None:
        return next((loop for loop in self.loops if loop.name == name), None)

    def interval(self, name: str) -> int:
        """Seconds between two runs of a loop; the default's where it never ran."""
        loop = self.loop(name)
        return loop.interval_seconds if loop else _USUAL_SECONDS.get(name, 180)


async def read_frame(conn: Connection, now: datetime, group_id: int | None = None) -> Frame:
    """The frame of a page about one clan, or about none. Raises UnknownThing when that clan isn't stored."""
    clans = tuple(clan for clan in await select_clans(conn, now) if clan.state is not ClanState.DROPPED)
    loops = await select_loops(conn)
    clan = clan_among(clans, group_id) if group_id is not None else _only(clans)
    return Frame(
        now=now,
        clans=clans,
        clan=clan,
        group=str(clan.group_id) if clan else ALL,
        fresh=freshness(loops, now),
        loops=loops,
        bungie=await select_bungie_status(conn, now),
    )


def clan_among(clans: Sequence[Clan], group_id: int) -> Clan:
    """Raises UnknownThing when none of them has that id."""
    for clan in clans:
        if clan.group_id == group_id:
            return clan
    raise UnknownThing(f"No clan with the id {group_id} is tracked here: {_known(clans)}.")


def _known(clans: Sequence[Clan]) -> str:
    return ", ".join(f"{clan.group_id} is {clan.name}" for clan in readable(clans)[:5]) or "none is, so far"


def _only(clans: Sequence[Clan]) -> Clan | None:
    """Where there is just one clan, every page is about it."""
    shown = readable(clans)
    return shown[0] if len(shown) == 1 else None


def readable(clans: Sequence[Clan]) -> tuple[Clan, ...]:
    """The clans that have a roster, or will have one: not those that Bungie.net refused."""
    return tuple(clan for clan in clans if clan.state is not ClanState.REFUSED)


def freshness(loops: Sequence[LoopStatus], now: datetime) -> tuple[Fresh, ...]:
    """The ages that the navigation ends with."""
    return tuple(_fresh(loop, now) for loop in loops if loop.name in _LABELS)


def _fresh(loop: LoopStatus, now: datetime) -> Fresh:
    good = loop.good_at
    return Fresh(_LABELS[loop.name], age(good, now) if good else None, loop_is_late(loop, now))
