"""Names in parts, roles in words, marks for what is absent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.role import Role

_CODE = re.compile(r"(?P<name>.+)(?P<code>#\d{4})", re.DOTALL)
ROLE_WORDS = {
    Role.FOUNDER: "Founder",
    Role.ACTING_FOUNDER: "Acting founder",
    Role.ADMIN: "Admin",
    Role.MEMBER: "Member",
    Role.BEGINNER: "Beginner",
}
PLATFORMS = {1: "Xbox", 2: "PlayStation", 3: "Steam", 4: "Blizzard", 5: "Stadia", 6: "Epic Games", 10: "Demon"}
CLASSES = {0: "Titan", 1: "Hunter", 2: "Warlock"}


@dataclass(frozen=True, slots=True)
class Name:
    """A member's name without its code, the code with its #, and the whole."""

    bare: str
    code: str
    whole: str


def name_parts(whole: str) -> Name:
    found = _CODE.fullmatch(whole)
    return Name(found["name"], found["code"], whole) if found else Name(whole, "", whole)


def role_tag(role: Role) -> str:
    """The tag beside a name; nothing for an ordinary member."""
    return "" if role is Role.MEMBER else ROLE_WORDS[role]


def platform(membership_type: int) -> str:
    return PLATFORMS.get(membership_type, f"platform {membership_type}")
