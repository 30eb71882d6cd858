"""A roster as it was asked for: who is shown, in what order, from where on. Pure; page, CSV and API share it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.role import Role
from bot.domain.roster import RosterMember, RosterSort
from bot.presenters.roster import sort_members
from bot.presenters.roster_view import RosterShow, shown
from dashboard import asking, cursor, paging
from dashboard.paging import Part

PARAMETERS = ("sort", "order", "online", "at", "show", "role", "q", "limit", "cursor")


class Order(StrEnum):
    """Which way round."""

    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, slots=True)
class RosterQuery:
    """What was asked. `sort` None: name for programs, and for pages those online first, then by when they played."""

    sort: RosterSort | None
    order: Order
    online: bool | None
    at: datetime | None
    show: RosterShow
    role: Role | None
    q: str
    limit: int
    after: tuple[int, int] | None

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anyone out."""
        return self.show is not RosterShow.ALL or self.role is not None or bool(self.q) or self.online is not None


def read(asked: Mapping[str, str], now: datetime) -> RosterQuery:
    """Raises BadParameter for any value that isn't known."""
    return RosterQuery(
        sort=asking.word(asked, "sort", RosterSort),
        order=asking.word(asked, "order", Order) or Order.ASC,
        online=asking.boolean(asked, "online"),
        at=asking.moment(asked, "at", now),
        show=asking.word(asked, "show", RosterShow) or RosterShow.ALL,
        role=asking.word(asked, "role", Role),
        q=asking.text(asked, "q"),
        limit=asking.limit(asked),
        after=cursor.after_row(asked),
    )


def counts(members: Sequence[RosterMember], now: datetime) -> dict[RosterShow, int]:
    """How many of the whole roster each segment holds."""
    return {show: sum(shown(member, show, now) for member in members) for show in RosterShow}


def matching(members: Iterable[RosterMember], query: RosterQuery, now: datetime) -> list[RosterMember]:
    """Whoever fits everything that was asked; names fit in any case."""
    wanted = query.q.casefold()
    return [
        member
        for member in members
        if shown(member, query.show, query.at or now)
        and (query.role is None or member.role is query.role)
        and (query.online is None or member.online is query.online)
        and wanted in member.name.casefold()
    ]


def ordered(
    members: list[RosterMember], query: RosterQuery, default: Callable[[list[RosterMember]], list[RosterMember]]
) -> list[RosterMember]:
    """In the order that was asked for, else in `default`'s."""
    if query.sort is None:
        return default(members)
    return sort_members(members, query.sort, descending=query.order is Order.DESC)


def by_name(members: list[RosterMember], order: Order = Order.ASC) -> list[RosterMember]:
    """What programs get when they name no order."""
    return sort_members(members, RosterSort.NAME, descending=order is Order.DESC)


def part(members: Sequence[RosterMember], query: RosterQuery) -> Part[RosterMember]:
    """From behind the cursor on, at most `limit` rows."""
    return paging.part(members, lambda member: member.membership_id, query.after, query.limit)
