"""Exotics, catalysts and seals read, as they were asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clan import Clan
from bot.domain.collection import (
    CatalystProgress,
    CatalystRow,
    ClanSeals,
    Collector,
    ExoticDetail,
    ExoticRow,
    MemberSeal,
    Ownership,
)
from bot.domain.member import Member
from bot.errors import UnknownThing
from dashboard.collections_query import CollectionQuery, matching
from dashboard.frame import Frame
from dashboard.happenings import member_id
from dashboard.people import clan_of, frame_of, identify
from dashboard.show.stale import collections_reason
from dashboard.weaponry import read_scope
from db.pool import Connection
from db.queries.collectors import select_as_of
from db.queries.exotics import select_exotic, select_ownership
from db.queries.seals import select_clan_seals
from db.queries.triumphs import select_member_catalysts, select_member_seals


@dataclass(frozen=True, slots=True)
class Collections:
    """What a clan's members own, and what was asked about: all of them, or `own`, which is one of them."""

    frame: Frame
    clans: tuple[Clan, ...]
    query: CollectionQuery
    clan: Ownership
    own: Ownership

    @property
    def exotics(self) -> list[ExoticRow]:
        return matching(self.own.exotics, self.clan.exotics, self.query.show)

    @property
    def you(self) -> Collector | None:
        """The member who was asked about, where they are in the clan."""
        return self.own.members[0] if self.query.member and self.own.members else None

    @property
    def catalysts(self) -> list[CatalystRow]:
        return matching(self.own.catalysts, self.clan.catalysts, self.query.show)


@dataclass(frozen=True, slots=True)
class Seals:
    """A clan's seals in their frame."""

    frame: Frame
    clans: tuple[Clan, ...]
    clan: ClanSeals


@dataclass(frozen=True, slots=True)
class OwnSeals:
    """One member's seals. `stale` is None for who is in no clan that is followed: nobody looks any more."""

    frame: Frame
    member: Member
    seals: tuple[MemberSeal, ...]
    stale: str | None

    @property
    def as_of(self) -> datetime | None:
        return self.member.records_read_at


async def read_collections(
    conn: Connection, group_id: int | None, query: CollectionQuery, now: datetime
) -> Collections:
    """`group_id` None: every tracked clan. Raises BadParameter and UnknownThing."""
    frame, clans = await read_scope(conn, group_id, now)
    clan = await select_ownership(conn, group_id, now)
    if not query.member:
        return Collections(frame, clans, query, clan, clan)
    own = await select_ownership(conn, group_id, now, membership_id=await member_id(conn, query.member))
    return Collections(frame, clans, query, clan, own)


@dataclass(frozen=True, slots=True)
class OneExotic:
    frame: Frame
    clans: tuple[Clan, ...]
    detail: ExoticDetail


@dataclass(frozen=True, slots=True)
class OwnCollection:
    """What one member has. `clan` is what their clan's members own, of nobody for who is in none that is followed."""

    frame: Frame
    member: Member
    own: Ownership
    clan: Ownership
    catalysts: tuple[CatalystProgress, ...]

    @property
    def you(self) -> Collector:
        return self.own.members[0]


async def read_exotic(conn: Connection, group_id: int | None, collectible_hash: int, now: datetime) -> OneExotic:
    """Raises UnknownThing for a hash that is no exotic's."""
    frame, clans = await read_scope(conn, group_id, now)
    detail = await select_exotic(conn, group_id, collectible_hash)
    if detail is None:
        raise UnknownThing(f"No exotic has the collectible hash {collectible_hash}: /exotics lists them.")
    return OneExotic(frame, clans, detail)


async def read_own_collection(conn: Connection, who: str, now: datetime) -> OwnCollection:
    """Beside what the clan's members have. `who` is a membership id, or a name in any case.

    Raises BadParameter and UnknownThing.
    """
    member = await identify(conn, who)
    found = await read_alone(conn, await frame_of(conn, member, now), member)
    here = clan_of(member)
    return replace(found, clan=await select_ownership(conn, here, now)) if here is not None else found


async def read_alone(conn: Connection, frame: Frame, member: Member) -> OwnCollection:
    """What they have, without the others."""
    own = await select_ownership(conn, None, frame.now, membership_id=member.membership_id)
    catalysts = await select_member_catalysts(conn, member.membership_id)
    return OwnCollection(frame, member, own, Ownership((), (), (), own.as_of), catalysts)


async def read_seals(conn: Connection, group_id: int | None, member: str, now: datetime) -> Seals:
    """`member` narrows it to one of them. Raises BadParameter and UnknownThing."""
    frame, clans = await read_scope(conn, group_id, now)
    asked = await member_id(conn, member) if member else None
    return Seals(frame, clans, await select_clan_seals(conn, group_id, now, membership_id=asked))


async def read_own_seals(conn: Connection, who: str, now: datetime, *, all_triumphs: bool = False) -> OwnSeals:
    """`who` is a membership id, or a name in any case. Raises BadParameter and UnknownThing."""
    member = await identify(conn, who)
    frame = await frame_of(conn, member, now)
    seals = await select_member_seals(conn, member.membership_id, all_triumphs=all_triumphs)
    followed = any(clan.group_id == clan_of(member) for clan in frame.readable)
    stale = collections_reason(frame, await select_as_of(conn)) if followed else None
    return OwnSeals(frame, member, seals, stale)
