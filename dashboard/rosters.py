"""Rosters read: one clan's, or all clans' together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clan import Clan, ClanState
from bot.domain.roster import RosterMember
from bot.errors import UnknownThing
from dashboard.frame import Frame, clan_among, read_frame, readable
from db.pool import Connection
from db.queries.roster import select_roster


@dataclass(frozen=True, slots=True)
class Roster:
    """Members as stored (or as they were at a time), and when that was last read; None before the first reading."""

    frame: Frame
    clans: tuple[Clan, ...]
    members: list[RosterMember]
    as_of: datetime | None


async def read_roster(conn: Connection, group_id: int | None, now: datetime, at: datetime | None) -> Roster:
    """`group_id` None: every tracked clan. Raises UnknownThing for a clan that isn't here, or was refused."""
    frame = await read_frame(conn, now, group_id)
    clans = (clan_among(readable_or_why(frame), group_id),) if group_id is not None else readable(frame.clans)
    found: dict[int, RosterMember] = {}
    for clan in clans:
        for member in await select_roster(conn, clan.group_id, now, at):
            found.setdefault(member.membership_id, member)
    return Roster(frame, clans, list(found.values()), at or oldest(clans))


def readable_or_why(frame: Frame) -> Sequence[Clan]:
    """The clans with a roster. Raises UnknownThing with Bungie.net's reason when the page's own clan was refused."""
    if frame.clan and frame.clan.state is ClanState.REFUSED:
        raise UnknownThing(f"Clan {frame.clan.group_id} is not tracked: {frame.clan.reason}")
    return readable(frame.clans)


def oldest(clans: Sequence[Clan]) -> datetime | None:
    """When the clan that was read longest ago was read; None while one of them never was."""
    times = [clan.as_of for clan in clans]
    read = [time for time in times if time is not None]
    return min(read) if read and len(read) == len(times) else None
