"""Seals out of records: held, gilded, and how far along. They only grow (promises, "Bungie.net")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain.profile import RecordState
from bot.domain.reading import Gilding, Reading, SealState, SealTerms

_UNREAD_FOR = timedelta(days=7)


def wanted_records(terms: Iterable[SealTerms]) -> frozenset[int]:
    """All records that seals are told by."""
    return frozenset(
        record
        for term in terms
        for record in (term.record_hash, term.gilding_record_hash, *term.triumphs)
        if record is not None
    )


def is_baseline(reading: Reading, now: datetime) -> bool:
    """Nothing that these records show is news: they are the member's first readable ones, or the first in 7 days."""
    return reading.records_read_at is None or now - reading.records_read_at > _UNREAD_FOR


def seal_changes(
    terms: Iterable[SealTerms],
    records: Mapping[int, RecordState],
    stored: Mapping[int, SealState],
    now: datetime,
    *,
    baseline: bool,
) -> tuple[list[SealState], list[Gilding]]:
    """The seals that differ from the stored ones, and the gildings seen for the first time.

    A seal without a stored row is one that the manifest has only just introduced (or a baseline): quiet. One whose
    completion record the answer lacks stays as it was.
    """
    changed, gildings = [], []
    for term in terms:
        if term.record_hash not in records:
            continue
        before = stored.get(term.record_hash, SealState(term.record_hash))
        quiet = baseline or term.record_hash not in stored
        after = _seal(term, records, before, now, quiet=quiet)
        if after != before or term.record_hash not in stored:
            changed.append(after)
        if after.gilded_times > before.gilded_times:
            gildings.append(Gilding(term.record_hash, after.gilded_times, now, quiet))
    return changed, gildings


def _seal(
    term: SealTerms, records: Mapping[int, RecordState], before: SealState, now: datetime, *, quiet: bool
) -> SealState:
    gilding = records.get(term.gilding_record_hash) if term.gilding_record_hash is not None else None
    newly = before.held_since is None and records[term.record_hash].held
    done, of = _progress(term, records) or (before.done, before.of)
    return SealState(
        record_hash=term.record_hash,
        held_since=now if newly else before.held_since,
        quiet=quiet if newly else before.quiet,
        gilded_times=max(before.gilded_times, (gilding and gilding.completed_count) or 0),
        gilded_this_season=gilding is not None and gilding.complete,
        done=done,
        of=of,
    )


def _progress(term: SealTerms, records: Mapping[int, RecordState]) -> tuple[int, int] | None:
    """The completion record's own objective where it has one, else its triumphs counted; None: not in the answer.

    Objectives may count on past their goal (Bungie-net/api#1203: 102 of 1).
    """
    completion = records[term.record_hash]
    if completion.done is not None and completion.of:
        return min(completion.done, completion.of), completion.of
    read = [records[record] for record in term.triumphs if record in records]
    return (sum(state.complete for state in read), len(term.triumphs)) if read else None
