"""GroupV2: the group, its members page by page, and the groups of a member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.cards import group_card, website_card
from bot.sandbox.world.model import Clan, Person
from bot.sandbox.world.rows import stamp

PAGE = 50
_LEVELS = {584850370: 6, 1273404180: 1, 3381682691: 1, 3759191272: 1}
_BANNER = {
    "decalId": 4142223388,
    "decalColorId": 3379387803,
    "decalBackgroundColorId": 3585526349,
    "gonfalonId": 1473910866,
    "gonfalonColorId": 2157636322,
    "gonfalonDetailId": 1698031298,
    "gonfalonDetailColorId": 4078567632,
}
_FEATURES = {
    "maximumMembers": 100,
    "maximumMembershipsOfGroupType": 1,
    "capabilities": 31,
    "membershipTypes": [1, 2, 3, 6],
    "invitePermissionOverride": True,
    "updateCulturePermissionOverride": False,
    "hostGuidedGamePermissionOverride": 1,
    "updateBannerPermissionOverride": False,
    "joinLevel": 1,
}


def group_response(clan: Clan, members: Sequence[Person]) -> Json:
    """GroupsV2.GroupResponse as an anonymous caller sees it."""
    founder = next((person for person in members if person.role == 5), None)
    body: Json = {"detail": group_detail(clan, members)}
    if founder:
        body["founder"] = member_row(founder)
    return body | {
        "alliedIds": [],
        "allianceStatus": 0,
        "groupJoinInviteCount": 0,
        "currentUserMembershipsInactiveForDestiny": False,
        "currentUserMemberMap": {},
        "currentUserPotentialMemberMap": {},
    }


def group_detail(clan: Clan, members: Sequence[Person]) -> Json:
    """GroupsV2.GroupV2; only clans have features of a clan and clanInfo."""
    founder = next((person for person in members if person.role == 5), None)
    detail: Json = {
        "groupId": clan.group_id,
        "name": clan.name,
        "groupType": clan.group_type,
        "membershipIdCreated": founder.bungie_net_id if founder and founder.bungie_net_id else "4000001",
        "creationDate": stamp(clan.created_at),
        "modificationDate": stamp(clan.created_at + timedelta(days=400, milliseconds=836)),
        "about": clan.about,
        "tags": [],
        "memberCount": len(members),
        "isPublic": True,
        "isPublicTopicAdminOnly": False,
        "motto": clan.motto,
        "allowChat": True,
        "isDefaultPostPublic": False,
        "chatSecurity": 0,
        "locale": "en",
        "avatarImageIndex": 0,
        "homepage": 0,
        "membershipOption": 0,
        "defaultPublicity": 2,
        "theme": "Group_Community1",
        "bannerPath": "/img/Themes/Group_Community1/struct_images/group_top_banner.jpg",
        "avatarPath": "/img/profile/avatars/group/defaultGroup.png",
        "conversationId": clan.conversation_id,
        "enableInvitationMessagingForAdmins": False,
        "banExpireDate": "2001-01-01T00:00:00Z",
        "features": _FEATURES if clan.group_type == 1 else _FEATURES | {"maximumMembers": 50000},
    }
    return detail | ({"clanInfo": _clan_info(clan)} if clan.group_type == 1 else {})


def _clan_info(clan: Clan) -> Json:
    return {
        "d2ClanProgressions": {str(hash_): _progression(hash_, level) for hash_, level in _LEVELS.items()},
        "clanCallsign": clan.callsign,
        "clanBannerData": _BANNER,
    }


def _progression(hash_: int, level: int) -> Json:
    return {
        "progressionHash": hash_,
        "dailyProgress": 0,
        "dailyLimit": 0,
        "weeklyProgress": 0,
        "weeklyLimit": 0,
        "currentProgress": 600000 if level == 6 else 0,
        "level": level,
        "levelCap": 6,
        "stepIndex": level,
        "progressToNextLevel": 0,
        "nextLevelAt": 0 if level == 6 else 1,
    }


def member_row(person: Person) -> Json:
    """GroupsV2.GroupMember; lastOnlineStatusChange is epoch seconds in a string."""
    row: Json = {
        "memberType": person.role,
        "isOnline": person.online,
        "lastOnlineStatusChange": str(int(person.status_changed.timestamp())),
        "groupId": person.group_id,
        "destinyUserInfo": group_card(person),
    }
    if (card := website_card(person)) is not None:
        row["bungieNetUserInfo"] = card
    return row | {"joinDate": stamp(person.joined_at)}


def members_page(rows: Sequence[Json], page: int) -> Json:
    """SearchResultOfGroupMember: the page numbered from 1."""
    part = list(rows[(page - 1) * PAGE : page * PAGE])
    return {
        "results": part,
        "totalResults": len(rows),
        "hasMore": page * PAGE < len(rows),
        "query": {"itemsPerPage": PAGE, "currentPage": page},
        "useTotalResults": True,
    }


def groups_for_member(person: Person, clan: Clan | None, members: Sequence[Person], now: datetime) -> Json:
    """GroupsV2.GetGroupsForMemberResponse: at most the one clan that a membership can be in."""
    results = [{"member": member_row(person), "group": group_detail(clan, members)}] if clan else []
    inactive = {clan.group_id: now - person.last_played > timedelta(days=365)} if clan else {}
    return {
        "areAllMembershipsInactive": inactive,
        "results": results,
        "totalResults": len(results),
        "hasMore": False,
        "query": {"itemsPerPage": 10, "currentPage": 1},
        "useTotalResults": True,
    }
