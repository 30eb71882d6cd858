"""One member read: what is stored of them, what they do now, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.event import Event
from bot.domain.member import Member
from bot.domain.roster import HeldSeal, RosterMember
from dashboard.frame import Frame, read_frame
from dashboard.happenings import checked_member, no_member
from db.pool import Connection
from db.queries.dashboard import select_held_seals, select_member_events
from db.queries.member import select_member
from db.queries.roster import select_roster


@dataclass(frozen=True, slots=True)
class Person:
    """`row` is their row in the roster of the clan they are in now, None for who is in none."""

    frame: Frame
    member: Member
    row: RosterMember | None
    seals: tuple[HeldSeal, ...]
    events: tuple[Event, ...]

    @property
    def as_of(self) -> datetime | None:
        return self.member.read_at


async def identify(conn: Connection, who: str) -> Member:
    """`who` is a membership id, or a name in any case. Raises BadParameter and UnknownThing."""
    member = await select_member(conn, checked_member(who))
    if member is None:
        raise no_member(who)
    return member


def clan_of(member: Member) -> int | None:
    """The clan that they are in now."""
    return next((stint.group_id for stint in member.stints if stint.left_at is None), None)


async def frame_of(conn: Connection, member: Member, now: datetime) -> Frame:
    """The frame of a page about that member: that of the clan they are in, where it is tracked."""
    here, frame = clan_of(member), await read_frame(conn, now)
    tracked = any(clan.group_id == here for clan in frame.clans)
    return await read_frame(conn, now, here) if tracked else frame


async def read_person(conn: Connection, who: str, now: datetime, events: int = 0) -> Person:
    """`who` is a membership id, or a name in any case. Raises BadParameter and UnknownThing."""
    member = await identify(conn, who)
    here = clan_of(member)
    rows = await select_roster(conn, here, now) if here is not None else ()
    return Person(
        frame=await frame_of(conn, member, now),
        member=member,
        row=next((row for row in rows if row.membership_id == member.membership_id), None),
        seals=await select_held_seals(conn, member.membership_id),
        events=await select_member_events(conn, member.membership_id, events) if events else (),
    )
