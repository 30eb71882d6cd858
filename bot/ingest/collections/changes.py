"""What one answer adds to a member's collections. What is absent is not zero, and nothing known is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.collecting import Acquired, Catalog, CatalystState, CollectionReading, TriumphState
from bot.domain.profile import Profile, RecordState
from bot.domain.reading import SealTerms
from bot.ingest.roster.stamps import judge

_CONFIRMS = 2
_UNREAD_FOR = timedelta(days=7)


def absorb(seen: CollectionReading, profile: Profile, now: datetime) -> CollectionReading:
    """The reading after an answer to a request for component 800; it was believed if read_at is `now`."""
    if profile.collectibles is None:
        hidden = seen.hidden_reads + 1
        return replace(seen, tried_at=now, hidden_reads=hidden, private=hidden >= _CONFIRMS, failures=0, reads_since=0)
    believed, stamp = judge(seen.stamp, profile.secondary_minted_at, now)
    after = replace(seen, tried_at=now, stamp=stamp, hidden_reads=0, private=False, failures=0, reads_since=0)
    if not believed:
        return after
    return replace(after, read_at=now, played_at=profile.date_last_played or seen.played_at)


def fail(seen: CollectionReading, now: datetime) -> CollectionReading:
    """The reading after a request that brought nothing."""
    return replace(seen, tried_at=now, failures=seen.failures + 1)


def passed_by(seen: CollectionReading, *, playing: bool) -> CollectionReading:
    """The reading after a read of the profile that did not ask for collections."""
    return replace(seen, reads_since=seen.reads_since + 1) if playing else seen


def is_baseline(seen: CollectionReading, now: datetime) -> bool:
    """Nothing is news: it is the member's first readable answer, the first after they were private, or in 7 days."""
    return seen.read_at is None or seen.private or now - seen.read_at > _UNREAD_FOR


def acquired(
    owned: Collection[int], stored: Collection[int], catalog: Catalog, seen: CollectionReading, now: datetime
) -> tuple[Acquired, ...]:
    """The exotics that are new; `seen` is the reading before this one.

    One that a manifest brought after that reading is quiet: nobody can tell since when it is owned.
    """
    baseline = is_baseline(seen, now)
    return tuple(
        Acquired(found, quiet=baseline or _is_just_introduced(catalog.exotics[found], seen))
        for found in sorted(set(owned) & catalog.exotics.keys() - set(stored))
    )


def _is_just_introduced(introduced: datetime | None, seen: CollectionReading) -> bool:
    return introduced is not None and (seen.read_at is None or introduced > seen.read_at)


def catalyst_changes(
    records: Mapping[int, RecordState],
    stored: Mapping[int, CatalystState],
    catalysts: Iterable[int],
    now: datetime,
    *,
    baseline: bool,
) -> tuple[CatalystState, ...]:
    """The catalysts that differ from the stored ones. A catalyst once done stays done."""
    changed = []
    for record in catalysts:
        if record not in records:
            continue
        before = stored.get(record, CatalystState(record))
        after = _catalyst(before, records[record], now, quiet=baseline or record not in stored)
        if after != before or record not in stored:
            changed.append(after)
    return tuple(changed)


def _catalyst(before: CatalystState, state: RecordState, now: datetime, *, quiet: bool) -> CatalystState:
    done, of = _progress(state)
    newly = before.done_at is None and state.complete
    return replace(
        before,
        done_at=now if newly else before.done_at,
        quiet=quiet if newly else before.quiet,
        done=before.done if done is None else done,
        of=before.of if of is None else of,
    )


def triumph_changes(
    records: Mapping[int, RecordState], stored: Mapping[int, TriumphState], terms: Iterable[SealTerms]
) -> tuple[TriumphState, ...]:
    """The seals' triumphs that differ from the stored ones; complete once is complete for good."""
    wanted = dict.fromkeys(record for term in terms for record in term.triumphs)
    found = []
    for record in wanted:
        if record in records:
            before = stored.get(record)
            done, of = _progress(records[record])
            complete = records[record].complete or (before is not None and before.complete)
            after = TriumphState(record, complete, done, of)
            if after != before:
                found.append(after)
    return tuple(found)


def _progress(state: RecordState) -> tuple[int | None, int | None]:
    """Objectives may count on past their goal (Bungie-net/api#1203: 102 of 1)."""
    if state.done is None or not state.of:
        return None, None
    return min(state.done, state.of), state.of
