"""The roster as an answer in Discord: ten members a page, those online first, grouped by what they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import discord

from bot.domain.clan import Clan
from bot.domain.roster import RosterMember, RosterSort
from bot.presenters.embeds import colours
from bot.presenters.embeds.frame import PAGE_LIMIT, cut, embed
from bot.presenters.embeds.lines import CLAN_NAME_LIMIT
from bot.presenters.roster_view import SHOW_LABELS, RosterShow, activity_of
from bot.presenters.text import date_text, number, plain_name, plural, safe_name, span

PAGE_SIZE = 10
_ACTIVITY_LIMIT = 60


@dataclass(frozen=True, slots=True)
class RosterPage:
    """What one page shows. `members`: all that match, in order; `total` and `online`: of the whole clan.

    `page` counts from 1. `sort` None is the order by presence. `last_line`: the age of the data, and where it is from.
    """

    clan: Clan
    members: Sequence[RosterMember]
    total: int
    online: int
    page: int
    show: RosterShow
    sort: RosterSort | None
    last_line: str
    now: datetime

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.members) // PAGE_SIZE))


def roster_embed(view: RosterPage) -> discord.Embed:
    """One page, at most 3,200 characters long."""
    start = (view.page - 1) * PAGE_SIZE
    rows = view.members[start : start + PAGE_SIZE]
    lines = [*_heading(view), *(_grouped(rows, view.now) if view.sort is None else _flat(rows, view))]
    if not rows:
        lines.append(_empty(view))
    body = cut("\n".join(lines), PAGE_LIMIT - len(view.last_line) - 1)
    return embed(
        f"{body}\n{view.last_line}",
        colours.ONLINE if view.online else colours.QUIET,
        title=f"Roster · {view.online} of {view.total} online",
        author=_author(view.clan),
    )


def _author(clan: Clan) -> str:
    callsign = f" [{plain_name(clan.callsign)}]" if clan.callsign else ""
    return plain_name(clan.name, CLAN_NAME_LIMIT) + callsign


def _heading(view: RosterPage) -> list[str]:
    if view.show is RosterShow.ALL:
        return []
    return [f"{SHOW_LABELS[view.show]}: {plural(len(view.members), 'member')}"]


def _empty(view: RosterPage) -> str:
    if view.clan.as_of is None:
        return "The first list of members has not come yet; it takes about a minute. Run this again then."
    return "Nobody matches this. Run `/roster` without `show` for everyone."


def _grouped(rows: Sequence[RosterMember], now: datetime) -> list[str]:
    lines: list[str] = []
    for activity, group in groupby(rows, key=lambda member: activity_of(member) if member.online else None):
        if activity is not None:
            lines.append(f"**{safe_name(activity, _ACTIVITY_LIMIT)}**")
        lines += [row(member, now) for member in group]
    return lines


def _flat(rows: Sequence[RosterMember], view: RosterPage) -> list[str]:
    return [row(member, view.now) + _extra(member, view.sort) for member in rows]


def row(member: RosterMember, now: datetime) -> str:
    """`○ **Vesper#0042** · 2 h · 531 · ◆ 13`: since when, power, seals. An en dash where nothing is known."""
    since = member.activity_started_at if member.online else member.last_played_at
    seals = f"◆ {len(member.seals)}" if member.seals or member.read_at else "◆ –"
    parts = [
        f"{'●' if member.online else '○'} **{safe_name(member.name)}**",
        span(now - since) if since else "–",
        str(member.power) if member.power is not None else "–",
        seals,
    ]
    return " · ".join([*parts, "private"] if member.private else parts)


def _extra(member: RosterMember, sort: RosterSort | None) -> str:
    """The value that a list is sorted by, where the row does not show it anyway."""
    if sort is RosterSort.ROLE:
        return f" · {member.role.value.replace('_', ' ')}"
    if sort is RosterSort.JOINED_AT:
        return f" · joined {date_text(member.joined_at)}"
    if sort is RosterSort.ONLINE and member.online:
        return f" · {safe_name(activity_of(member), _ACTIVITY_LIMIT)}"
    scores = {
        RosterSort.TRIUMPH_SCORE: member.triumph_score,
        RosterSort.TRIUMPH_SCORE_ACTIVE: member.triumph_score_active,
    }
    score = scores.get(sort) if sort else None
    return f" · {number(score)}" if score is not None else ""
