"""Limits of embeds: each part's, and 6000 characters over all embeds of a message."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.sandbox.discord.validate.form import Form, Path, as_list
from bot.sandbox.discord.wire import Json

MOST_EMBEDS = 10
MOST_CHARACTERS = 6000
MOST_FIELDS = 25
_KEPT = (
    "title",
    "type",
    "description",
    "url",
    "timestamp",
    "color",
    "footer",
    "image",
    "thumbnail",
    "author",
    "fields",
)


def check_embeds(form: Form, value: Any, files: Collection[str]) -> list[Json]:
    """The embeds that Discord keeps of the request; `files` are the names that attachment:// may refer to."""
    embeds = as_list(form, ("embeds",), value)
    form.count(("embeds",), embeds, MOST_EMBEDS)
    for index, embed in enumerate(embeds):
        _check_embed(form, ("embeds", index), embed, files)
    if sum(map(characters, embeds)) > MOST_CHARACTERS:
        message = f"Embed size exceeds maximum size of {MOST_CHARACTERS}"
        form.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)
    return [{key: embed[key] for key in _KEPT if embed.get(key) is not None} for embed in embeds]


def characters(embed: Json) -> int:
    """What counts towards the 6000: title, description, fields, footer and author."""
    parts = [embed.get("title"), embed.get("description")]
    parts += [_part(embed, "footer").get("text"), _part(embed, "author").get("name")]
    for one in embed.get("fields") or []:
        parts += [one.get("name"), one.get("value")]
    return sum(len(part) for part in parts if isinstance(part, str))


def _part(embed: Json, name: str) -> Json:
    part = embed.get(name)
    return part if isinstance(part, dict) else {}


def _check_embed(form: Form, path: Path, embed: Json, files: Collection[str]) -> None:
    if not any(embed.get(key) for key in _KEPT if key not in ("type", "color", "timestamp")):
        form.required((*path, "description"))
    form.text((*path, "title"), embed.get("title"), 256)
    form.text((*path, "description"), embed.get("description"), 4096)
    if embed.get("url") is not None:
        form.url((*path, "url"), embed["url"])
    if embed.get("color") is not None:
        form.number((*path, "color"), embed["color"], 0, 0xFFFFFF)
    if embed.get("timestamp") is not None:
        _check_timestamp(form, (*path, "timestamp"), embed["timestamp"])
    _check_named(form, path, embed, "footer", "text", 2048)
    _check_named(form, path, embed, "author", "name", 256)
    for part in ("image", "thumbnail"):
        if embed.get(part) is not None:
            check_media(form, (*path, part, "url"), _part(embed, part).get("url"), files)
    _check_fields(form, (*path, "fields"), embed.get("fields"))


def _check_named(form: Form, path: Path, embed: Json, part: str, key: str, longest: int) -> None:
    if embed.get(part) is None:
        return
    value = _part(embed, part)
    form.text((*path, part, key), value.get(key), longest, 1)
    for link in ("icon_url", "url"):
        if value.get(link) is not None:
            form.url((*path, part, link), value[link])


def _check_fields(form: Form, path: Path, value: Any) -> None:
    fields = as_list(form, path, value)
    form.count(path, fields, MOST_FIELDS)
    for index, one in enumerate(fields):
        form.text((*path, index, "name"), _stripped(one.get("name")), 256, 1)
        form.text((*path, index, "value"), _stripped(one.get("value")), 1024, 1)


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _check_timestamp(form: Form, path: Path, value: Any) -> None:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        form.add(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


def check_media(form: Form, path: Path, value: Any, files: Collection[str]) -> None:
    """A web address, or attachment:// with a file of this message."""
    if isinstance(value, str) and value.startswith("attachment://"):
        if value.removeprefix("attachment://") not in files:
            message = f"The referenced attachment was not found: {value}"
            form.add(path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)
    else:
        form.url(path, value)
