"""What Bungie.net says about a clan: its detail, and one poll of its members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.role import Role


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One row of GetMembersOfGroup.

    `name` is the whole name (Name#0042); `last_online_change` lags and is never the truth about play;
    `bungie_net_id` names the person behind the account and may be absent.
    """

    membership_id: int
    membership_type: int
    name: str
    role: Role
    joined_at: datetime
    is_online: bool
    last_online_change: datetime | None
    bungie_net_id: int | None


@dataclass(frozen=True, slots=True)
class MembersPoll:
    """All pages of one walk, with rows as sent: duplicates are kept, nothing is guessed.

    `group_id` is the one asked for; `foreign` counts rows that name another. `ended` is True only when a page said
    hasMore false. `total_results` is the last page's, meaningful when `use_total_results`. `raw` holds the bodies.
    """

    group_id: int
    polled_at: datetime
    pages: int
    entries: tuple[RosterEntry, ...]
    total_results: int
    use_total_results: bool
    ended: bool
    raw: tuple[bytes, ...] = ()
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """GetGroup's detail. A group is a clan only when `group_type` is 1."""

    group_id: int
    group_type: int
    name: str
    callsign: str
    motto: str
    about: str
    member_count: int
    created_at: datetime | None

    @property
    def is_clan(self) -> bool:
        """Bungie's GroupType: 0 General, 1 Clan."""
        return self.group_type == 1


@dataclass(frozen=True, slots=True)
class ClanRef:
    """A clan that GetGroupsForMember names."""

    group_id: int
    name: str
