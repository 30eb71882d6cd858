"""A small true world and the ways in which Bungie.net tells it wrongly."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.membership import GroupDetail, MembersPoll, RosterEntry
from bot.domain.role import Role
from bot.domain.watch import Answer, Question, Whereabouts
from tests.unit.membership.memory import Stint

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLD = datetime(2023, 4, 1, tzinfo=UTC)
A, B = 881, 882
INTERVAL = timedelta(minutes=3)


def entry(
    membership_id: int,
    joined_at: datetime = OLD,
    name: str | None = None,
    role: Role = Role.MEMBER,
    person: int | None = None,
) -> RosterEntry:
    """One row as Bungie.net sends it."""
    return RosterEntry(
        membership_id=membership_id,
        membership_type=3,
        name=name or f"Guardian{membership_id}#0042",
        role=role,
        joined_at=joined_at,
        is_online=False,
        last_online_change=None,
        bungie_net_id=person,
    )


def poll_of(group_id: int, rows: list[RosterEntry], now: datetime, total: int | None = None) -> MembersPoll:
    """A whole poll that shows these rows."""
    return MembersPoll(
        group_id=group_id,
        polled_at=now,
        pages=1,
        entries=tuple(rows),
        total_results=len(rows) if total is None else total,
        use_total_results=True,
        ended=True,
    )


def group_of(group_id: int, members: int, name: str = "Eyes Up") -> GroupDetail:
    return GroupDetail(group_id, 1, name, "EYES", "Eyes up, Guardian", "", members, OLD)


@dataclass
class Truth:
    """Who is where; `stints` is every stay that ever was, with the time of its end (None: it lasts)."""

    now: datetime = START
    clans: dict[int, dict[int, RosterEntry]] = field(default_factory=lambda: {A: {}, B: {}})
    stints: dict[Stint, datetime | None] = field(default_factory=dict)
    names: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    roles: dict[Stint, list[Role]] = field(default_factory=lambda: defaultdict(list))
    clan_names: dict[int, list[str]] = field(default_factory=lambda: {A: ["Eyes Up"], B: ["Hands Down"]})
    past: dict[int, list[list[RosterEntry]]] = field(default_factory=lambda: {A: [], B: []})
    hidden: dict[int, bool] = field(default_factory=dict)  # membership -> whether GetGroupsForMember hides them too
    last_id: int = 1000

    def fill(self, group_id: int, count: int) -> None:
        for _ in range(count):
            self.last_id += 1
            self._enter(group_id, entry(self.last_id, OLD + timedelta(hours=self.last_id), person=self.last_id + 10**6))

    def _enter(self, group_id: int, row: RosterEntry) -> None:
        self.clans[group_id][row.membership_id] = row
        stint = (group_id, row.membership_id, row.joined_at)
        self.stints[stint] = None
        if row.name not in self.names[row.membership_id]:
            self.names[row.membership_id].append(row.name)
        self.roles[stint].append(row.role)

    def join(self, group_id: int, row: RosterEntry | None = None) -> int:
        """A stranger, or the account of `row`, joins now."""
        self.remember(group_id)
        if row is None:
            self.last_id += 1
            row = entry(self.last_id, person=self.last_id + 10**6)
        self._enter(group_id, replace(row, joined_at=self.now, role=Role.BEGINNER))
        return row.membership_id

    def leave(self, group_id: int, membership_id: int) -> RosterEntry:
        self.remember(group_id)
        row = self.clans[group_id].pop(membership_id)
        self.stints[group_id, membership_id, row.joined_at] = self.now
        self.hidden.pop(membership_id, None)
        return row

    def switch(self, group_id: int, membership_id: int, to: int) -> None:
        self.join(to, self.leave(group_id, membership_id))

    def rename(self, group_id: int, membership_id: int, name: str) -> None:
        self.remember(group_id)
        self.clans[group_id][membership_id] = replace(self.clans[group_id][membership_id], name=name)
        self.names[membership_id].append(name)

    def promote(self, group_id: int, membership_id: int, role: Role) -> None:
        self.remember(group_id)
        row = replace(self.clans[group_id][membership_id], role=role)
        self.clans[group_id][membership_id] = row
        self.roles[group_id, membership_id, row.joined_at].append(role)

    def move(self, group_id: int, membership_id: int) -> int:
        """The same person plays on under another account, with the old join date."""
        old = self.leave(group_id, membership_id)
        self.last_id += 1
        self._enter(group_id, replace(old, membership_id=self.last_id))
        return self.last_id

    def roles_of(self, group_id: int | None, membership_id: int | None) -> set[str]:
        """Every role that someone has had in any of their stays."""
        held = (roles for stint, roles in self.roles.items() if stint[:2] == (group_id, membership_id))
        return {role.value for roles in held for role in roles}

    def remember(self, group_id: int) -> None:
        """Keep the roster as it is: what a stale answer may still show."""
        self.past[group_id] = [*self.past[group_id][-3:], list(self.clans[group_id].values())]

    def rows(self, group_id: int) -> list[RosterEntry]:
        """What the member list shows."""
        return [row for key, row in self.clans[group_id].items() if key not in self.hidden]

    def poll(self, group_id: int) -> MembersPoll:
        return poll_of(group_id, self.rows(group_id), self.now)

    def group(self, group_id: int) -> GroupDetail:
        shown = len(self.rows(group_id))
        return group_of(group_id, shown, self.clan_names[group_id][-1])

    def answer(self, group_id: int, question: Question) -> Answer:
        """GetGroupsForMember, as it is read for one clan."""
        if not self.hidden.get(question.membership_id):
            for each, members in self.clans.items():
                if question.membership_id in members:
                    gone = each != group_id
                    return Answer(Whereabouts.GONE, each, "there") if gone else Answer(Whereabouts.HERE)
        return Answer(Whereabouts.GONE)
