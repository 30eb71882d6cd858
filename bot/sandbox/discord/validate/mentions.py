"""Whom a message pings: what its content mentions and its `allowed_mentions` let through. Embeds never ping."""

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.discord.validate.form import Form
from bot.sandbox.discord.wire import Json

ALL_KINDS = ("users", "roles", "everyone")
_PATTERNS = {"users": re.compile(r"<@!?(\d+)>"), "roles": re.compile(r"<@&(\d+)>")}
_EVERYONE = re.compile(r"@(everyone|here)\b")
_MOST_IDS = 100


@dataclass(frozen=True)
class Pings:
    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    everyone: bool = False


NOBODY = Pings()


def check_mentions(form: Form, allowed: Any) -> Json:
    """`allowed_mentions` as sent; naming a kind in `parse` and ids of it too is refused, as Discord does."""
    named: Json = allowed if isinstance(allowed, dict) else {}
    parse = named.get("parse") or []
    for index, kind in enumerate(parse):
        if kind not in ALL_KINDS:
            message = f"Value must be one of {{{', '.join(ALL_KINDS)}}}."
            form.add(("allowed_mentions", "parse", index), "BASE_TYPE_CHOICES", message)
    for kind in ("users", "roles"):
        form.count(("allowed_mentions", kind), named.get(kind) or [], _MOST_IDS)
        if kind in parse and named.get(kind):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.add(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return named


def pings(content: str, allowed: Json | None) -> Pings:
    """`allowed` None: everything that is mentioned is pinged."""
    return Pings(
        _chosen("users", content, allowed),
        _chosen("roles", content, allowed),
        bool(_EVERYONE.search(content)) and (allowed is None or "everyone" in (allowed.get("parse") or [])),
    )


def _chosen(kind: str, content: str, allowed: Json | None) -> tuple[str, ...]:
    found = dict.fromkeys(_PATTERNS[kind].findall(content))
    if allowed is None or kind in (allowed.get("parse") or []):
        return tuple(found)
    named = {str(one) for one in allowed.get(kind) or []}
    return tuple(one for one in found if one in named)
