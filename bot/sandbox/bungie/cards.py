"""The cards by which Bungie.net names a person: the platform's, the website's, the clan's."""

from __future__ import annotations

from bot.sandbox.bungie.answers import Json
from bot.sandbox.world.matches.passers import Passer
from bot.sandbox.world.model import Person

_ICONS = {
    1: "/img/theme/bungienet/icons/xboxLiveLogo.png",
    2: "/img/theme/bungienet/icons/psnLogo.png",
    3: "/img/theme/bungienet/icons/steamLogo.png",
    6: "/img/theme/bungienet/icons/egs-logo-16.png",
}
_WEBSITE = 254


def user_card(person: Person) -> Json:
    """User.UserInfoCard of the Destiny membership. Accounts without a global name lack both of its keys."""
    return {
        "iconPath": _ICONS[person.membership_type],
        "crossSaveOverride": person.membership_type if len(person.applicable) > 1 else 0,
        "applicableMembershipTypes": person.applicable,
        "isPublic": False,
        "membershipType": person.membership_type,
        "membershipId": person.membership_id,
        "displayName": person.platform_name,
        **_global_name(person),
    }


def passer_card(passer: Passer) -> Json:
    """User.UserInfoCard of someone whom this world knows from matches alone."""
    return {
        "iconPath": _ICONS[passer.membership_type],
        "crossSaveOverride": 0,
        "applicableMembershipTypes": [passer.membership_type],
        "isPublic": True,
        "membershipType": passer.membership_type,
        "membershipId": passer.seat.membership_id,
        "displayName": passer.platform_name,
        **_global_name(passer),
    }


def group_card(person: Person) -> Json:
    """GroupsV2.GroupUserInfoCard: the same, with the name that the clan server last saw."""
    seen = {"LastSeenDisplayName": person.platform_name, "LastSeenDisplayNameType": person.membership_type}
    return seen | user_card(person)


def website_card(person: Person) -> Json | None:
    """The bungie.net account, which not everyone has."""
    if person.bungie_net_id is None:
        return None
    return {
        "supplementalDisplayName": person.name,
        "iconPath": f"/img/profile/avatars/cc{int(person.bungie_net_id) % 60:05d}.jpg",
        "crossSaveOverride": 0,
        "isPublic": False,
        "membershipType": _WEBSITE,
        "membershipId": person.bungie_net_id,
        "displayName": person.global_name or person.platform_name,
        **_global_name(person),
    }


def _global_name(person: Person | Passer) -> Json:
    if person.global_name is None or person.code is None:
        return {}
    return {"bungieGlobalDisplayName": person.global_name, "bungieGlobalDisplayNameCode": person.code}
