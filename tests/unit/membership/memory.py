"""What the database does with a decision, in plain dictionaries: the protocol's state is only what was stored here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.event import EventKind, NewEvent
from bot.domain.membership import GroupDetail, MembersPoll
from bot.domain.watch import Answer, Decision, Elsewhere, Ended, Fact, Former, Rules, Told, Watch
from bot.ingest.membership import decide

RULES = Rules(timedelta(minutes=3), 2)
Stint = tuple[int, int, datetime]  # group, membership, join date
Key = tuple[int | None, int | None, EventKind, str]


def key_of(event: NewEvent) -> Key:
    return event.group_id, event.membership_id, event.kind, event.about


@dataclass
class Memory:
    """`told` are the events that stand, by their unique key; `withdrawn` those that were taken back.

    `names` are people's, whatever clan they are in; `first_names` those under which they were first stored.
    """

    watches: dict[int, Watch] = field(default_factory=dict)
    formers: dict[int, dict[int, Former]] = field(default_factory=dict)
    told: dict[Key, Told] = field(default_factory=dict)
    withdrawn: list[NewEvent] = field(default_factory=list)
    endings: dict[Stint, NewEvent | None] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    names: dict[int, Fact] = field(default_factory=dict)
    first_names: dict[int, str] = field(default_factory=dict)
    rules: Rules = RULES

    def track(self, *group_ids: int) -> None:
        for group_id in group_ids:
            self.watches[group_id] = Watch(group_id)
            self.formers[group_id] = {}

    def load(self, group_id: int) -> Watch:
        elsewhere: dict[int, tuple[Elsewhere, ...]] = {}
        for other_id, other in self.watches.items():
            for stay in other.members.values() if other_id != group_id else ():
                here = Elsewhere(other_id, stay.joined_at, other.arrivals.get(stay.membership_id))
                elsewhere[stay.membership_id] = (*elsewhere.get(stay.membership_id, ()), here)
        stays = self.watches[group_id].members
        called = {who: (self.names[who].value, self.names[who].since) for who in stays}
        return replace(
            self.watches[group_id],
            members={who: replace(stay, name=called[who][0], name_since=called[who][1]) for who, stay in stays.items()},
            names=self.names,
            elsewhere=elsewhere,
            formers=dict(self.formers[group_id]),
            tracked=frozenset(self.watches),
        )

    def decide(
        self,
        poll: MembersPoll,
        group: GroupDetail | None,
        answers: Mapping[int, Answer | None],
        now: datetime,
    ) -> Decision:
        return decide(self.load(poll.group_id), poll, group, answers, now, self.rules)

    def store(self, decision: Decision) -> None:
        group_id = decision.watch.group_id
        before = self.watches[group_id].members
        for who, stay in decision.watch.members.items():
            if before.get(who) != stay:
                self.names[who] = Fact(stay.name, stay.name_since)
                self.first_names.setdefault(who, stay.name)
        for told in decision.told:
            self.told.setdefault(key_of(told.event), told)
        for ended in decision.ended:
            self._end(group_id, ended)
        for former in decision.reopened:
            self._reopen(group_id, former)
        self.watches[group_id] = decision.watch
        for other_id, membership_id in decision.settled:
            other = self.watches[other_id]
            waiting = {key: since for key, since in other.arrivals.items() if key != membership_id}
            self.watches[other_id] = replace(other, arrivals=waiting)
        self.notices += [notice.kind for notice in decision.notices]

    def _end(self, group_id: int, ended: Ended) -> None:
        stay = self.watches[group_id].members.get(ended.membership_id)
        reopened = stay.reopened if stay else 0
        former = Former(ended.membership_id, ended.joined_at, ended.left_at, reopened)
        self.formers[group_id][ended.membership_id] = former
        self.endings[group_id, ended.membership_id, ended.joined_at] = ended.told

    def _reopen(self, group_id: int, former: Former) -> None:
        del self.formers[group_id][former.membership_id]
        event = self.endings.pop((group_id, former.membership_id, former.joined_at))
        if event is not None and key_of(event) in self.told:
            del self.told[key_of(event)]
            self.withdrawn.append(event)
            if event.kind is EventKind.CLAN_SWITCHED and event.group_id is not None:
                self._tell_anew(event.group_id, former.membership_id)

    def _tell_anew(self, group_id: int, membership_id: int) -> None:
        other = self.watches[group_id]
        if membership_id in other.members and other.accepted_at:
            self.watches[group_id] = replace(other, arrivals={**other.arrivals, membership_id: other.accepted_at})

    def events(self, *kinds: EventKind) -> list[NewEvent]:
        return [told.event for told in self.told.values() if not kinds or told.event.kind in kinds]
