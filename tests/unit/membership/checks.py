"""What must be so of all that was announced, compared with the true world."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.domain.event import EventKind
from bot.domain.watch import Decision, Whereabouts
from bot.ingest.membership.events import stamp
from tests.unit.membership.memory import Memory, Stint, key_of
from tests.unit.membership.truth import Truth

DAY, QUARTER = timedelta(hours=24), timedelta(minutes=15)


def openings(memory: Memory) -> Counter[tuple[int | None, int | None, str]]:
    """How often each stay (clan, membership, join date) was said to begin."""
    kinds = (EventKind.JOINED, EventKind.CLAN_SWITCHED)
    return Counter((event.group_id, event.membership_id, event.about) for event in memory.events(*kinds))


def each_stay_opens_once(memory: Memory) -> None:
    assert all(times == 1 for times in openings(memory).values())


def silent_stints_were_seen_whole(memory: Memory, decision: Decision) -> None:
    """A stint may end without a word only when no poll had shown its member to be absent."""
    watch = memory.watches[decision.watch.group_id]
    for ended in decision.ended:
        if ended.told is None:
            assert ended.membership_id not in watch.absences
            assert ended.membership_id in decision.watch.members


def nobody_left_who_is_said_to_be_here(memory: Memory, truth: Truth, decision: Decision) -> None:
    """Whom Bungie.net still names in the clan has left only after a day in which it could not be asked."""
    watch = memory.watches[decision.watch.group_id]
    for ended in decision.ended:
        lasts = truth.stints[watch.group_id, ended.membership_id, ended.joined_at] is None
        if lasts and not truth.hidden.get(ended.membership_id):
            absence = watch.absences[ended.membership_id]
            assert absence.answer is Whereabouts.GONE or truth.now - absence.since >= DAY


def switches_are_not_told_in_halves(memory: Memory, decision: Decision) -> None:
    """No join is told of someone whom another clan still counts, but after 15 minutes; no leave whose join waits."""
    group_id = decision.watch.group_id
    others = [watch for key, watch in memory.watches.items() if key != group_id]
    for told in decision.told:
        who = told.event.membership_id or 0
        if told.event.kind is EventKind.JOINED and any(who in other.members for other in others):
            since = memory.watches[group_id].arrivals.get(who)
            ended = any(ended.membership_id == who for ended in decision.ended)
            assert ended or (since is not None and (decision.watch.accepted_at or since) - since >= QUARTER)
        if told.event.kind is EventKind.LEFT:
            assert all(who not in other.arrivals for other in others)


def only_the_hidden_come_back(decision: Decision, ever_hidden: set[int]) -> None:
    """One stale answer takes nothing back."""
    assert {former.membership_id for former in decision.reopened} <= ever_hidden


def rosters_are_true(memory: Memory, truth: Truth) -> None:
    for group_id, rows in truth.clans.items():
        stored = memory.load(group_id).members
        assert stored.keys() == rows.keys()
        for key, row in rows.items():
            stay = stored[key]
            assert (stay.joined_at, stay.name, stay.role) == (row.joined_at, row.name, row.role)


def announcements_are_true(memory: Memory, truth: Truth, baseline: set[Stint]) -> None:
    said = openings(memory)
    moved_in = {event.membership_id for event in memory.events(EventKind.PLATFORM_MOVED)}
    silent = {(stint[0], stint[1]) for stint, event in memory.endings.items() if event is None}
    for group_id, membership_id, about in said:
        assert any((s[0], s[1], stamp(s[2])) == (group_id, membership_id, about) for s in truth.stints)
        assert not any((s[0], s[1], stamp(s[2])) == (group_id, membership_id, about) for s in baseline)
    for stint, ended_at in truth.stints.items():
        opened = bool(said[stint[0], stint[1], stamp(stint[2])]) or stint in baseline
        known = opened or stint[1] in moved_in or stint[:2] in silent
        if ended_at is None:
            assert known, f"{stint} was never announced"
            assert stint not in memory.endings, f"{stint} was ended, but it lasts"
        elif opened:
            _ended_once(memory, stint)
    _endings_are_true(memory, truth)


def _ended_once(memory: Memory, stint: Stint) -> None:
    assert stint in memory.endings, f"{stint} ended unsaid"
    event = memory.endings[stint]
    assert event is None or key_of(event) in memory.told


def _endings_are_true(memory: Memory, truth: Truth) -> None:
    """What says that someone is gone stands for a stay that is over, and for one only.

    Two quick moves of one person end two stays by the same event.
    """
    for stint in memory.endings:
        assert truth.stints[stint] is not None, f"{stint} was said to be over"
    ends = [event for event in memory.endings.values() if event is not None]
    tellers = [key_of(event) for event in ends if event.kind is not EventKind.PLATFORM_MOVED]
    assert len(tellers) == len(set(tellers))
    lefts = {key_of(event) for event in memory.events(EventKind.LEFT)}
    assert lefts <= set(tellers)


def a_purge_is_no_flood(memory: Memory, purged: set[Stint], absent_before: int) -> None:
    """Of those who left together only those whom polls had lacked before may have a post of their own."""
    events = [memory.endings[stint] for stint in purged if stint in memory.endings]
    told = [memory.told[key_of(event)] for event in events if event is not None and event.kind is EventKind.LEFT]
    assert sum(each.digest_of is None for each in told) <= absent_before


def changes_are_true(memory: Memory, truth: Truth) -> None:
    """Names, roles and clan names are said to change into what they truly were, each going on from the last."""
    for event in memory.events(EventKind.RENAMED):
        assert event.membership_id is not None
        assert {event.detail["from"], event.detail["to"]} <= set(truth.names[event.membership_id])
    for who, names in truth.names.items():
        said = [event.detail["to"] for event in memory.events(EventKind.RENAMED) if event.membership_id == who]
        assert _is_part_of(said, names), f"{who} is said to have been called {said}, and was {names}"
        if any(who in members for members in truth.clans.values()):
            assert [memory.first_names[who], *said][-1] == names[-1], f"{who} was never said to be called {names[-1]}"
    for event in memory.events(EventKind.ROLE_CHANGED):
        assert {event.detail["from"], event.detail["to"]} <= truth.roles_of(event.group_id, event.membership_id)
    chains: dict[tuple[object, ...], str] = {}
    for event in memory.events(EventKind.RENAMED, EventKind.CLAN_CHANGED):
        chain = (event.kind, event.group_id, event.membership_id)
        assert event.detail["from"] == chains.get(chain, event.detail["from"]) != event.detail["to"]
        chains[chain] = event.detail["to"]
    for group_id, names in truth.clan_names.items():
        assert chains.get((EventKind.CLAN_CHANGED, group_id, None), names[-1]) == names[-1]


def _is_part_of(said: list[str], names: list[str]) -> bool:
    """Whether the names that were told came in this order, others left out."""
    rest = iter(names)
    return all(name in rest for name in said)
