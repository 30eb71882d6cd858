"""Ranks in a clan."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A member's rank, lowest first; the words of the API."""

    BEGINNER = "beginner"
    MEMBER = "member"
    ADMIN = "admin"
    ACTING_FOUNDER = "acting_founder"
    FOUNDER = "founder"

    @property
    def rank(self) -> int:
        """1 (beginner) to 5 (founder): Bungie's RuntimeGroupMemberType."""
        return _RANK[self]


_RANK = {role: number for number, role in enumerate(Role, start=1)}
ROLE_BY_MEMBER_TYPE = {number: role for role, number in _RANK.items()}
