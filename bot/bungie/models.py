"""Bungie.net's types in the parts that are used, named as in its API document.

Every field that may be absent has a default: privacy, "none" and "not applicable" all drop the key. int64 come as
strings and are read as int (decoders are not strict); enums are int, since new numbers appear without notice.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class Model(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Base: camelCase on the wire, fields that are not named are skipped unread."""


class UserInfoCard(Model, frozen=True):
    """User.UserInfoCard and GroupsV2.GroupUserInfoCard."""

    membership_id: int
    membership_type: int = 0
    display_name: str | None = None
    bungie_global_display_name: str | None = None
    bungie_global_display_name_code: int | None = None
    last_seen_display_name: str | None = msgspec.field(name="LastSeenDisplayName", default=None)


class WebsiteCard(Model, frozen=True):
    """User.UserInfoCard of the website account behind a member, of which only the id is used."""

    membership_id: int | None = None


class GroupMember(Model, frozen=True):
    """GroupsV2.GroupMember."""

    destiny_user_info: UserInfoCard
    join_date: datetime
    member_type: int = 0
    is_online: bool = False
    last_online_status_change: int | None = None
    group_id: int | None = None
    bungie_net_user_info: WebsiteCard | None = None


class SearchResultOfGroupMember(Model, frozen=True):
    """GroupsV2's page of members. hasMore absent is not false: it is None."""

    results: list[GroupMember]
    total_results: int = 0
    has_more: bool | None = None
    use_total_results: bool = False


class ClanInfo(Model, frozen=True):
    """GroupsV2.GroupV2ClanInfoAndInvestment."""

    clan_callsign: str | None = None


class GroupV2(Model, frozen=True):
    """GroupsV2.GroupV2."""

    group_id: int
    name: str | None = None
    group_type: int = 0
    motto: str | None = None
    about: str | None = None
    member_count: int = 0
    creation_date: datetime | None = None
    clan_info: ClanInfo | None = None


class GroupResponse(Model, frozen=True):
    """GroupsV2.GroupResponse."""

    detail: GroupV2


class GroupMembership(Model, frozen=True):
    """GroupsV2.GroupMembership."""

    group: GroupV2


class GetGroupsForMemberResponse(Model, frozen=True):
    """GroupsV2.GetGroupsForMemberResponse. `results` absent is an answer we don't understand, not an empty list."""

    results: list[GroupMembership]


class CoreSettings(Model, frozen=True):
    """Common.Models.Destiny2CoreSettings."""

    active_seals_root_node_hash: int | None = None
    legacy_seals_root_node_hash: int | None = None


class CoreSystem(Model, frozen=True):
    """Common.Models.CoreSystem."""

    enabled: bool = True


class CoreSettingsConfiguration(Model, frozen=True):
    """Common.Models.CoreSettingsConfiguration."""

    destiny2_core_settings: CoreSettings = CoreSettings()
    systems: dict[str, CoreSystem] = msgspec.field(default_factory=dict)


class DestinyManifest(Model, frozen=True):
    """Destiny.Config.DestinyManifest: language -> table -> path."""

    version: str
    json_world_component_content_paths: dict[str, dict[str, str]]
