"""How the clan is right now, and what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.event import EventKind
from bot.domain.roster import RosterMember
from bot.domain.tally import EventTally
from bot.presenters.roster_view import activity_of
from bot.presenters.text import number
from dashboard import links
from dashboard.play import Week
from dashboard.show import times
from dashboard.show.clans import ROOM
from dashboard.show.names import name_parts

MONTH = timedelta(days=30)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bit:
    """Part of a tile's context; css up or dn for a gain or a loss."""

    text: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, what it is out of, and one line of context. `word`: the figure is a name, which needs more room."""

    label: str
    figure: str
    of: str
    context: tuple[Bit, ...]
    word: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Members in one activity. Bungie.net does not say who plays with whom, so neither do we."""

    activity: str
    mode: str
    since: times.When | None
    people: list[tuple[str, str]]


def tiles(members: Sequence[RosterMember], tally: Iterable[EventTally], week: Week, now: datetime) -> tuple[Tile, ...]:
    """`tally`: the events of the last 30 days. Seals stand where no match is known yet."""
    counts, coverage = list(tally), week.table.coverage
    last = _matches(week) if coverage.stored else _seals(members)
    return _online(members, now), _members(members, counts, now), _week(members, now), last


def _online(members: Sequence[RosterMember], now: datetime) -> Tile:
    playing = Counter(activity_of(member) for member in members if member.online)
    return Tile("Online now", number(playing.total()), "", _busiest(playing) if playing else _last_seen(members, now))


def _busiest(playing: Counter[str]) -> tuple[Bit, ...]:
    activity, count = min(playing.items(), key=lambda item: (-item[1], item[0]))
    return Bit(number(count), "b"), Bit(f" in {activity}")


def _last_seen(members: Sequence[RosterMember], now: datetime) -> tuple[Bit, ...]:
    seen = [(member.last_played_at, member.name) for member in members if member.last_played_at]
    if not seen:
        return (Bit("nobody has been seen yet"),)
    last, name = max(seen)
    return Bit(name_parts(name).bare, "b"), Bit(f" was the last, {times.ago(last, now).text}")


def _members(members: Sequence[RosterMember], counts: Sequence[EventTally], now: datetime) -> Tile:
    """New by their join dates, which reach back behind our first reading; those who left are the ones we saw leave."""
    new = sum(now - member.joined_at <= MONTH for member in members)
    left = _count(counts, EventKind.LEFT) + _count(counts, EventKind.CLAN_SWITCHED, away=True)
    changes = [Bit(f"{number(new)} new", "up")] if new else [Bit("nobody new")]
    changes += [Bit(", "), Bit(f"{number(left)} left", "dn")] if left else []
    return Tile("Members", number(len(members)), f"of {ROOM}", (*changes, Bit(" in 30 days")))


def _week(members: Sequence[RosterMember], now: datetime) -> Tile:
    seen = sum(
        member.online is True or (member.last_played_at is not None and now - member.last_played_at < _WEEK)
        for member in members
    )
    share = f"{round(100 * seen / len(members))} %" if members else "nobody"
    return Tile("Played this week", number(seen), "", (Bit(share, "b"), Bit(" of the members")))


def _matches(week: Week) -> Tile:
    """One for each member and match, as everywhere. No comparison while the week before still fills up."""
    played = week.table.totals
    figure = number(played.matches)
    if not week.before.matches or week.growing:
        return Tile("Matches this week", figure, "", (Bit(number(played.kills), "b"), Bit(" kills")))
    change = round(100 * (played.matches / week.before.matches - 1))
    css = "up" if change > 0 else "dn" if change < 0 else "b"
    words = f"{change:+d} %".replace("-", "\N{MINUS SIGN}") if change else "as many"
    return Tile("Matches this week", figure, "", (Bit(words, css), Bit(" on last week" if change else " as last week")))


def _seals(members: Sequence[RosterMember]) -> Tile:
    held = [seal for member in members for seal in member.seals]
    gilded = sum(seal.gilded for seal in held)
    return Tile("Seals held", number(len(held)), "", (Bit(f"{number(gilded)} gilded", "gilded"), Bit(" among them")))


def _count(counts: Iterable[EventTally], kind: EventKind, *, away: bool = False) -> int:
    return sum(each.count for each in counts if each.kind is kind and each.away is away)


def together(members: Iterable[RosterMember], now: datetime) -> list[Together]:
    """Who is on, by activity: the fullest first, then the one that began last."""
    groups: dict[str, list[RosterMember]] = defaultdict(list)
    for member in members:
        if member.online:
            groups[activity_of(member)].append(member)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_together(activity, people, now) for activity, people in ordered]


def _together(activity: str, people: list[RosterMember], now: datetime) -> Together:
    started = [member.activity_started_at for member in people if member.activity_started_at]
    mode = next((member.activity_mode for member in people if member.activity_mode), "") or ""
    people = sorted(people, key=lambda member: member.name.casefold())
    return Together(
        activity=activity,
        mode="Not in an activity" if activity == "Orbit" else "" if mode in activity else mode,
        since=times.age(min(started), now) if started else None,
        people=[(name_parts(member.name).bare, links.member(member.membership_id)) for member in people],
    )


def lately(members: Iterable[RosterMember], now: datetime) -> list[tuple[str, str, times.When]]:
    """Who is not on but was within a day, the last one first: name, address, when."""
    seen = [
        (member.last_played_at, member)
        for member in members
        if not member.online and member.last_played_at and now - member.last_played_at < _DAY
    ]
    ordered = sorted(seen, key=lambda pair: (-pair[0].timestamp(), pair[1].membership_id))
    return [
        (name_parts(each.name).bare, links.member(each.membership_id), times.ago(played, now))
        for played, each in ordered
    ]
