"""Who and what stands in the simulated server: fixed ids, users, roles, and the payloads they make."""

import base64
from dataclasses import dataclass

from bot.sandbox.discord.permissions import BOT_DEFAULT, EVERYONE_DEFAULT
from bot.sandbox.discord.wire import Json

GUILD_ID = "1187000000000000001"
APPLICATION_ID = "1187000000000000002"
OWNER_ID = "1187000000000000003"
PLAIN_ID = "1187000000000000004"
OTHER_PLAIN_ID = "1187000000000000005"
BOT_ROLE_ID = "1187000000000000006"
ANNOUNCE_CHANNEL_ID = "1187000000000000011"
GENERAL_CHANNEL_ID = "1187000000000000012"
SPAM_CHANNEL_ID = "1187000000000000013"

GUILD_NAME = "Tower Annex"
LOCALE = "en-US"
JOINED_AT = "2023-12-21T00:00:00+00:00"

# Shaped like a bot token (its first part is the application's id), so that code which reads ids from it works.
TOKEN = base64.b64encode(APPLICATION_ID.encode()).decode().rstrip("=") + ".sandbox.not-a-secret"


@dataclass(frozen=True)
class User:
    id: str
    username: str
    global_name: str | None
    bot: bool = False
    roles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.global_name or self.username


BOT = User(APPLICATION_ID, "Hawthorne", None, bot=True, roles=(BOT_ROLE_ID,))
OWNER = User(OWNER_ID, "devrim", "Devrim Kay")
PLAIN = User(PLAIN_ID, "amanda", "Amanda")
OTHER_PLAIN = User(OTHER_PLAIN_ID, "louis", "Louis")
USERS = {user.id: user for user in (BOT, OWNER, PLAIN, OTHER_PLAIN)}


def user_payload(user: User) -> Json:
    payload: Json = {
        "id": user.id,
        "username": user.username,
        "global_name": user.global_name,
        "discriminator": "0042" if user.bot else "0",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    return payload | {"bot": True} if user.bot else payload


def member_payload(user: User) -> Json:
    return {
        "user": user_payload(user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": list(user.roles),
        "joined_at": JOINED_AT,
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }


def roles_payload() -> list[Json]:
    everyone = _role(GUILD_ID, "@everyone", EVERYONE_DEFAULT, position=0, managed=False)
    ours = _role(BOT_ROLE_ID, BOT.username, BOT_DEFAULT, position=1, managed=True)
    return [everyone, ours | {"tags": {"bot_id": APPLICATION_ID}}]


def _role(role_id: str, name: str, permissions: int, position: int, managed: bool) -> Json:
    return {
        "id": role_id,
        "name": name,
        "description": None,
        "permissions": str(permissions),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": managed,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def application_payload() -> Json:
    return {
        "id": APPLICATION_ID,
        "name": BOT.username,
        "icon": None,
        "description": "The bot under test.",
        "type": None,
        "bot": user_payload(BOT),
        "owner": user_payload(OWNER),
        "team": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "flags_new": "0",
        "eligible_oauth2_scopes": [],
    }


def guild_payload() -> Json:
    """The guild without its channels and members, which the gateway and REST add differently."""
    return {
        "id": GUILD_ID,
        "name": GUILD_NAME,
        "owner_id": OWNER_ID,
        "roles": roles_payload(),
        "preferred_locale": LOCALE,
        "features": [],
        "emojis": [],
        "stickers": [],
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw": False,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_id": GENERAL_CHANNEL_ID,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        **dict.fromkeys(_ABSENT),
    }


_ABSENT = (
    "icon",
    "banner",
    "home_header",
    "splash",
    "discovery_splash",
    "description",
    "application_id",
    "region",
    "afk_channel_id",
    "widget_channel_id",
    "rules_channel_id",
    "public_updates_channel_id",
    "safety_alerts_channel_id",
    "vanity_url_code",
    "max_presences",
)
