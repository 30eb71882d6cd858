"""Bungie.net's models into the domain's nouns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from bot.bungie.answer import decode
from bot.bungie.models import (
    CoreSettingsConfiguration,
    DestinyManifest,
    GetGroupsForMemberResponse,
    GroupMember,
    GroupResponse,
    SearchResultOfGroupMember,
    UserInfoCard,
)
from bot.domain.manifest import ManifestRead, SettingsRead
from bot.domain.membership import ClanRef, GroupDetail, MembersPoll, RosterEntry
from bot.domain.role import ROLE_BY_MEMBER_TYPE, Role
from bot.errors import Unavailable

_FIRST_YEAR = 2014  # Destiny's; earlier dates stand for "never" (0001-01-01, 1970-01-01)
_group = msgspec.json.Decoder(GroupResponse, strict=False)
_members = msgspec.json.Decoder(SearchResultOfGroupMember, strict=False)
_clans = msgspec.json.Decoder(GetGroupsForMemberResponse, strict=False)
_settings = msgspec.json.Decoder(CoreSettingsConfiguration, strict=False)
_manifest = msgspec.json.Decoder(DestinyManifest, strict=False)


def when(value: datetime | None) -> datetime | None:
    """A time of the wire, aware and in UTC; None for "never"."""
    if value is None or value.year < _FIRST_YEAR:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def bungie_name(card: UserInfoCard) -> str:
    """Name#0042: the code is padded to four digits. Accounts unused since 2021-08 have no global name."""
    name = storable(card.bungie_global_display_name)
    if name and card.bungie_global_display_name_code is not None:
        return f"{name}#{card.bungie_global_display_name_code:04d}"
    fallbacks = (name, storable(card.last_seen_display_name), storable(card.display_name))
    return next((text for text in fallbacks if text), "Guardian without a name")


def storable(text: str | None) -> str:
    """Without NUL, the one character that PostgreSQL's text can't hold, and without space around it."""
    return (text or "").replace("\0", "").strip()


def group_detail(raw: msgspec.Raw) -> GroupDetail:
    """GetGroup."""
    detail = decode(_group, raw).detail
    return GroupDetail(
        group_id=detail.group_id,
        group_type=detail.group_type,
        name=storable(detail.name),
        callsign=storable(detail.clan_info.clan_callsign if detail.clan_info else None),
        motto=storable(detail.motto),
        about=storable(detail.about),
        member_count=detail.member_count,
        created_at=when(detail.creation_date),
    )


def members_page(raw: msgspec.Raw) -> SearchResultOfGroupMember:
    """One page of GetMembersOfGroup."""
    return decode(_members, raw)


def members_poll(
    group_id: int, polled_at: datetime, pages: Sequence[SearchResultOfGroupMember], raw: Sequence[bytes]
) -> MembersPoll:
    """All pages of a walk as one poll; rows as sent."""
    rows = [row for page in pages for row in page.results]
    last = pages[-1]
    return MembersPoll(
        group_id=group_id,
        polled_at=polled_at,
        pages=len(pages),
        entries=tuple(_entry(row) for row in rows),
        total_results=last.total_results,
        use_total_results=last.use_total_results,
        ended=last.has_more is False,
        raw=tuple(raw),
        foreign=sum(1 for row in rows if row.group_id not in (None, group_id)),
    )


def _entry(row: GroupMember) -> RosterEntry:
    card, website = row.destiny_user_info, row.bungie_net_user_info
    joined_at = when(row.join_date)
    if joined_at is None:
        raise Unavailable(f"Bungie.net sent a member without a join date ({row.join_date:%Y-%m-%d}).", code=1)
    return RosterEntry(
        membership_id=card.membership_id,
        membership_type=card.membership_type,
        name=bungie_name(card),
        role=ROLE_BY_MEMBER_TYPE.get(row.member_type, Role.MEMBER),
        joined_at=joined_at,
        is_online=row.is_online,
        last_online_change=_epoch(row.last_online_status_change),
        bungie_net_id=website.membership_id if website else None,
    )


def _epoch(seconds: int | None) -> datetime | None:
    """lastOnlineStatusChange is epoch seconds in a string; out of range it is no time at all."""
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds < 2**32 else None


def clans_of(raw: msgspec.Raw) -> tuple[ClanRef, ...]:
    """GetGroupsForMember with groupType 1."""
    groups = [result.group for result in decode(_clans, raw).results]
    return tuple(ClanRef(group.group_id, storable(group.name)) for group in groups)


def settings_read(raw: msgspec.Raw) -> SettingsRead:
    """/Settings/."""
    settings = decode(_settings, raw)
    core, destiny = settings.destiny2_core_settings, settings.systems.get("Destiny2")
    return SettingsRead(
        active_seals_root=core.active_seals_root_node_hash,
        legacy_seals_root=core.legacy_seals_root_node_hash,
        destiny_enabled=destiny is None or destiny.enabled,
    )


def manifest_read(raw: msgspec.Raw, language: str) -> ManifestRead:
    """GetDestinyManifest, one language of it.

    Raises Unavailable when the manifest has no such language.
    """
    manifest = decode(_manifest, raw)
    paths = manifest.json_world_component_content_paths.get(language)
    if not paths:
        raise Unavailable(f"Bungie.net's manifest has no tables in {language!r}.", code=1)
    return ManifestRead(manifest.version, paths, language)
