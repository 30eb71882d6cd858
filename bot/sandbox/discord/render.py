"""Payloads of channels and messages, as REST and the gateway send them. Pure."""

import mimetypes
from urllib.parse import quote

from bot.sandbox.discord import cast
from bot.sandbox.discord.model import Attachment, Channel, Message
from bot.sandbox.discord.wire import Json

_SCHEME = "attachment://"


def channel_payload(channel: Channel, last_message_id: str | None) -> Json:
    return {
        "id": channel.id,
        "type": 0,
        "guild_id": cast.GUILD_ID,
        "name": channel.name,
        "topic": channel.topic,
        "position": channel.position,
        "permission_overwrites": channel.overwrites,
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": last_message_id,
        "flags": 0,
    }


def attachment_url(message: Message, attachment: Attachment, origin: str) -> str:
    name = quote(attachment.filename, safe="")
    return f"{origin}/attachments/{message.channel_id}/{attachment.id}/{name}"


def attachment_payload(message: Message, attachment: Attachment, origin: str) -> Json:
    url = attachment_url(message, attachment, origin)
    payload: Json = {
        "id": attachment.id,
        "filename": attachment.filename,
        "size": attachment.size,
        "content_type": content_type(attachment),
        "url": url,
        "proxy_url": url,
    }
    if attachment.description:
        payload["description"] = attachment.description
    if attachment.width and attachment.height:
        payload |= {"width": attachment.width, "height": attachment.height}
    return payload


def content_type(attachment: Attachment) -> str:
    """By the name, as bots send everything as application/octet-stream."""
    if attachment.content_type != "application/octet-stream":
        return attachment.content_type
    return mimetypes.guess_type(attachment.filename)[0] or attachment.content_type


def message_payload(message: Message, origin: str) -> Json:
    """A file that an embed shows stands in the embed (its alt text as `description`) and not among the attachments."""
    author = cast.USERS[message.author_id]
    shown = {name for embed in message.embeds for name in _shown_files(embed)}
    payload: Json = {
        "id": message.id,
        "type": 20 if message.interaction and message.interaction["type"] == 2 else 0,
        "channel_id": message.channel_id,
        "author": cast.user_payload(author),
        "content": message.content,
        "embeds": [embed_payload(message, embed, origin) for embed in message.embeds],
        "components": message.components,
        "attachments": [
            attachment_payload(message, one, origin) for one in message.attachments if one.filename not in shown
        ],
        "mentions": [cast.user_payload(cast.USERS[one]) for one in message.pings],
        "mention_roles": message.role_pings,
        "mention_everyone": message.pings_everyone,
        "timestamp": message.created_at,
        "edited_timestamp": message.edited_at,
        "flags": message.flags,
        "pinned": False,
        "tts": False,
    }
    return payload | _extras(message)


def _extras(message: Message) -> Json:
    extras: Json = {}
    if message.nonce is not None:
        extras["nonce"] = message.nonce
    if cast.USERS[message.author_id].bot:
        extras["application_id"] = cast.APPLICATION_ID
    if message.interaction and message.interaction["type"] == 2:
        user = cast.user_payload(cast.USERS[message.interaction["user_id"]])
        named = {key: message.interaction[key] for key in ("id", "type", "name")}
        extras["interaction"] = named | {"user": user}
    if message.interaction:
        extras |= {"webhook_id": cast.APPLICATION_ID, "interaction_metadata": _metadata(message.interaction)}
    return extras


def _metadata(interaction: Json) -> Json:
    metadata: Json = {
        "id": interaction["id"],
        "type": interaction["type"],
        "user": cast.user_payload(cast.USERS[interaction["user_id"]]),
        "authorizing_integration_owners": {"0": cast.GUILD_ID},
    }
    if "original" in interaction:
        metadata["original_response_message_id"] = interaction["original"]
    if interaction["type"] == 2:
        return metadata
    return metadata | {"interacted_message_id": interaction["message_id"]}


def embed_payload(message: Message, embed: Json, origin: str) -> Json:
    payload: Json = {"type": "rich"} | {key: value for key, value in embed.items() if value is not None}
    for part in ("image", "thumbnail"):
        if part in payload:
            payload[part] = _media(message, payload[part], origin)
    return payload


def _media(message: Message, media: Json, origin: str) -> Json:
    name = media["url"].removeprefix(_SCHEME)
    for attachment in message.attachments:
        if attachment.filename == name and media["url"].startswith(_SCHEME):
            file = attachment_payload(message, attachment, origin)
            kept = ("url", "proxy_url", "width", "height", "content_type", "description")
            return {key: file[key] for key in kept if key in file}
    return {"url": media["url"], "proxy_url": media["url"]}


def _shown_files(embed: Json) -> list[str]:
    urls = [(embed.get(part) or {}).get("url", "") for part in ("image", "thumbnail")]
    return [url.removeprefix(_SCHEME) for url in urls if url.startswith(_SCHEME)]
