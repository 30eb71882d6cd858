"""One page of /roster: what was asked, the one look into the database, and the embed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import discord

from bot.client import HawthorneBot
from bot.domain.clan import Clan
from bot.domain.roster import RosterMember, RosterSort
from bot.domain.status import BungieStatus
from bot.presenters.embeds.roster import RosterPage, roster_embed
from bot.presenters.freshness import last_line, roster_as_of
from bot.presenters.roster import sort_members
from bot.presenters.roster_view import RosterShow, by_presence, shown
from bot.presenters.text import bare_address, plural
from cogs.clans import choose
from cogs.reading import reading
from db.queries.bungie import select_bungie_status
from db.queries.clan import select_clans
from db.queries.loop import select_loops
from db.queries.roster import select_roster

PRESENCE = "presence"
SORT_LABELS = {
    PRESENCE: "Online first",
    RosterSort.NAME.value: "Name",
    RosterSort.ROLE.value: "Role",
    RosterSort.JOINED_AT.value: "Joined, newest first",
    RosterSort.LAST_PLAYED_AT.value: "Last played",
    RosterSort.POWER.value: "Power",
    RosterSort.TRIUMPH_SCORE.value: "Triumph score",
    RosterSort.TRIUMPH_SCORE_ACTIVE.value: "Active triumph score",
    RosterSort.SEALS.value: "Seals",
    RosterSort.ONLINE.value: "Online",
}
_SORTS = "|".join(SORT_LABELS)
_SHOWS = "|".join(RosterShow)


@dataclass(frozen=True, slots=True)
class RosterAsked:
    """What a list shows, as it stands in the ids of its buttons. group_id 0: not chosen yet."""

    group_id: int
    sort: RosterSort | None
    show: RosterShow
    page: int
    user_id: int

    @staticmethod
    def template(kind: str) -> str:
        """The pattern of the ids of one kind of control."""
        return (
            rf"r:{kind}(?P<place>\w?):(?P<group>\d{{1,19}}):(?P<sort>{_SORTS}):(?P<show>{_SHOWS})"
            r":(?P<page>\d{1,4}):(?P<user>\d{1,20})"
        )

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        sort = None if match["sort"] == PRESENCE else RosterSort(match["sort"])
        return cls(int(match["group"]), sort, RosterShow(match["show"]), int(match["page"]), int(match["user"]))

    @property
    def sort_word(self) -> str:
        return self.sort.value if self.sort else PRESENCE

    def custom_id(self, kind: str) -> str:
        """At most 76 of the 100 characters that Discord allows."""
        return f"r:{kind}:{self.group_id}:{self.sort_word}:{self.show}:{self.page}:{self.user_id}"

    def on_page(self, page: int) -> Self:
        return replace(self, page=page)

    def sorted_by(self, word: str) -> Self:
        return replace(self, sort=None if word == PRESENCE else RosterSort(word), page=1)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page ready to be sent; `asked` has the clan and the page that it came to be."""

    asked: RosterAsked
    embed: discord.Embed
    pages: int
    url: str | None


async def render(bot: HawthorneBot, asked: RosterAsked, clan_text: str | None = None) -> Rendered:
    """Read a clan's roster and lay out one page. Raises UnknownThing for a clan that isn't here, DatabaseAway."""
    async with reading(bot) as (conn, now):
        known = await select_clans(conn, now)
        wanted = str(asked.group_id) if asked.group_id else clan_text
        clan = choose(known, wanted, bot.config.clans.ids)
        members = await select_roster(conn, clan.group_id, now)
        bungie = await select_bungie_status(conn, now)
        profiles = next((loop for loop in await select_loops(conn) if loop.name == "roster"), None)
    clan = replace(clan, as_of=roster_as_of(clan.as_of, profiles, now))
    asked = replace(asked, group_id=clan.group_id)
    return _lay_out(bot, asked, clan, members, bungie, now)


def _lay_out(
    bot: HawthorneBot,
    asked: RosterAsked,
    clan: Clan,
    members: Sequence[RosterMember],
    bungie: BungieStatus,
    now: datetime,
) -> Rendered:
    matching = in_order([member for member in members if shown(member, asked.show, now)], asked.sort)
    public = bot.config.dashboard.public_url
    url = f"{public}/clans/{clan.group_id}/roster" if public else None
    view = RosterPage(
        clan=clan,
        members=matching,
        total=len(members),
        online=sum(bool(member.online) for member in members),
        page=asked.page,
        show=asked.show,
        sort=asked.sort,
        last_line=_last_line(bot, clan, members, bungie, now, url),
        now=now,
    )
    view = replace(view, page=max(1, min(asked.page, view.pages)))
    return Rendered(asked.on_page(view.page), roster_embed(view), view.pages, url)


def _last_line(
    bot: HawthorneBot,
    clan: Clan,
    members: Sequence[RosterMember],
    bungie: BungieStatus,
    now: datetime,
    url: str | None,
) -> str:
    rest = [plural(len(members), "member"), _still_growing(members), bare_address(url)]
    return last_line("Roster", clan.as_of, bot.config.schedule.membership_seconds, bungie, now, *rest)


def _still_growing(members: Sequence[RosterMember]) -> str:
    read = sum(member.read_at is not None for member in members)
    return f"{read} of {len(members)} profiles read" if read < len(members) else ""


def in_order(members: Sequence[RosterMember], sort: RosterSort | None) -> list[RosterMember]:
    """Names from A; everything else with the most, the newest, the highest first."""
    if sort is None:
        return by_presence(members)
    return sort_members(members, sort, descending=sort is not RosterSort.NAME)
