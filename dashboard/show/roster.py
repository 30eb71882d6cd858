"""The roster's rows and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.roster import RosterMember, RosterSort, SealColumn
from bot.presenters.roster_view import IDLE_FROM, RosterShow, activity_of
from bot.presenters.text import number, plural
from dashboard import links
from dashboard.roster_query import Order, RosterQuery
from dashboard.show import times
from dashboard.show.names import Name, name_parts, role_tag
from dashboard.show.seals import Strip, strip

SORT_WORDS = {
    RosterSort.NAME: "Name",
    RosterSort.ROLE: "Rank",
    RosterSort.JOINED_AT: "Joined",
    RosterSort.LAST_PLAYED_AT: "Last seen",
    RosterSort.POWER: "Power",
    RosterSort.TRIUMPH_SCORE: "Triumphs",
    RosterSort.TRIUMPH_SCORE_ACTIVE: "Active triumphs",
    RosterSort.SEALS: "Seals",
    RosterSort.ONLINE: "Online",
}
_SEGMENT_WORDS = {
    RosterShow.ALL: "All",
    RosterShow.ONLINE: "Online",
    RosterShow.NEW: "New, 30 d",
    RosterShow.IDLE: "Idle 30 d+",
    RosterShow.PRIVATE: "Private",
}
_RISING_FIRST = {RosterSort.NAME}
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """One member. `since` is how long they have been in their activity, `seen` when they last played."""

    href: str
    membership_id: str
    name: Name
    role: str
    online: bool | None
    activity: str | None
    mode: str | None
    since: times.When | None
    seen: times.When | None
    idle: bool
    private: bool
    power: int | None
    triumphs: str
    active: str
    title: str | None
    title_gilded: bool
    seals: int
    gilded: int
    strip: Strip
    joined: times.When


def row(member: RosterMember, columns: Sequence[SealColumn], now: datetime) -> Row:
    gilded = {held.title for held in member.seals if held.gilded}
    played = member.last_played_at
    return Row(
        href=links.member(member.membership_id),
        membership_id=str(member.membership_id),
        name=name_parts(member.name),
        role=role_tag(member.role),
        online=member.online,
        activity=activity_of(member) if member.online else None,
        mode=member.activity_mode,
        since=times.age(member.activity_started_at, now) if member.activity_started_at else None,
        seen=times.ago(played, now) if played else None,
        idle=played is not None and now - played >= IDLE_FROM,
        private=member.private,
        power=member.power,
        triumphs=_figure(member.triumph_score),
        active=_figure(member.triumph_score_active),
        title=member.title,
        title_gilded=member.title in gilded,
        seals=len(member.seals),
        gilded=len(gilded),
        strip=strip(columns, member.seals),
        joined=times.in_month(member.joined_at),
    )


def _figure(value: int | None) -> str:
    return "" if value is None else number(value)


def takeaway(members: Sequence[RosterMember], counts: Mapping[RosterShow, int], now: datetime) -> tuple[str, str]:
    """ "9 of 62 online" and ", 46 seen this week. 10 have not played for 30 days." """
    week = sum(member.online is True or _seen_within_week(member, now) for member in members)
    lead = f"{number(counts[RosterShow.ONLINE])} of {number(len(members))} online"
    idle = counts[RosterShow.IDLE]
    tail = f" {number(idle)} {'has' if idle == 1 else 'have'} not played for 30 days." if idle else ""
    return lead, f", {number(week)} seen this week.{tail}"


def past_takeaway(members: Sequence[RosterMember]) -> tuple[str, str]:
    """The same for a roster of the past, of which no one knows who was online."""
    return plural(len(members), "member"), " were in the clan then."


def _seen_within_week(member: RosterMember, now: datetime) -> bool:
    return member.last_played_at is not None and now - member.last_played_at < _WEEK


@dataclass(frozen=True, slots=True)
class Choice:
    """One link among several; `current` marks the one that holds."""

    text: str
    href: str
    current: bool
    count: int | None = None


def segments(path: str, asked: Mapping[str, str], query: RosterQuery, counts: Mapping[RosterShow, int]) -> list[Choice]:
    return [
        Choice(
            words,
            links.link(path, asked, show=None if show is RosterShow.ALL else show),
            show is query.show,
            counts[show],
        )
        for show, words in _SEGMENT_WORDS.items()
    ]


def sorts(path: str, asked: Mapping[str, str], query: RosterQuery) -> list[Choice]:
    """All nine sorts, for the menu; the first choice is the order that nobody asked for."""
    usual = Choice("Who is on", links.link(path, asked, sort=None, order=None), query.sort is None)
    return [
        usual,
        *(Choice(words, sort_link(path, asked, query, sort), query.sort is sort) for sort, words in SORT_WORDS.items()),
    ]


def sort_link(path: str, asked: Mapping[str, str], query: RosterQuery, sort: RosterSort) -> str:
    """Sorts by it, the telling end first; a second time the other way round."""
    first = Order.ASC if sort in _RISING_FIRST else Order.DESC
    again = query.sort is sort and query.order is first
    order = (Order.DESC if first is Order.ASC else Order.ASC) if again else first
    return links.link(path, asked, sort=sort, order=None if order is Order.ASC else order)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: `aria` is its aria-sort, empty where the rows don't follow it."""

    text: str
    href: str | None
    css: str
    aria: str


_HEADS: tuple[tuple[str, RosterSort | None, str], ...] = (
    ("Member", RosterSort.NAME, "c-name"),
    ("Last seen", RosterSort.LAST_PLAYED_AT, "c-seen"),
    ("Power", RosterSort.POWER, "c-power num"),
    ("Triumphs", RosterSort.TRIUMPH_SCORE, "c-score num"),
    ("Active", RosterSort.TRIUMPH_SCORE_ACTIVE, "c-active num"),
    ("Title", None, "c-title"),
    ("Seals", RosterSort.SEALS, "c-seals"),
    ("Joined", RosterSort.JOINED_AT, "c-joined num"),
)


def heads(path: str, asked: Mapping[str, str], query: RosterQuery) -> list[Head]:
    return [_head(path, asked, query, *head) for head in _HEADS]


def _head(
    path: str, asked: Mapping[str, str], query: RosterQuery, text: str, sort: RosterSort | None, css: str
) -> Head:
    if sort is None:
        return Head(text, None, css, "")
    return Head(text, sort_link(path, asked, query, sort), css, _aria(query, sort))


def _aria(query: RosterQuery, sort: RosterSort) -> str:
    if query.sort is None and sort is RosterSort.LAST_PLAYED_AT:
        return "descending"
    if query.sort is not sort:
        return ""
    return "descending" if query.order is Order.DESC else "ascending"
