"""Events out of collections and seals: one for each clan that somebody is in. Quiet finds are no news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.domain.collecting import Acquired
from bot.domain.event import EventKind, NewEvent
from bot.domain.reading import Gilding, SealState, Subject


def exotic_events(
    subject: Subject, member_name: str, found: Iterable[Acquired], names: Mapping[int, str], now: datetime
) -> Iterator[NewEvent]:
    """exotic_acquired, told once a collectible (promises, "Events")."""
    for each in found:
        if not each.quiet:
            collectible = each.collectible_hash
            name = names.get(collectible) or f"Unknown ({collectible})"
            detail = {"collectible_hash": collectible, "name": name}
            yield from _in_each_clan(subject, EventKind.EXOTIC_ACQUIRED, str(collectible), member_name, detail, now)


def seal_events(
    subject: Subject,
    member_name: str,
    seals: Iterable[SealState],
    gildings: Iterable[Gilding],
    titles: Mapping[int, str],
    now: datetime,
) -> Iterator[NewEvent]:
    """seal_earned for what is first seen held now, seal_gilded for each new count."""
    for seal in seals:
        if seal.held_since == now and not seal.quiet:
            detail = _detail(seal.record_hash, titles)
            yield from _in_each_clan(subject, EventKind.SEAL_EARNED, str(seal.record_hash), member_name, detail, now)
    for gilding in gildings:
        if not gilding.quiet:
            detail = _detail(gilding.record_hash, titles) | {"times": gilding.times}
            about = f"{gilding.record_hash}:{gilding.times}"
            yield from _in_each_clan(subject, EventKind.SEAL_GILDED, about, member_name, detail, now)


def _detail(record_hash: int, titles: Mapping[int, str]) -> dict[str, object]:
    return {"record_hash": record_hash, "title": titles.get(record_hash) or f"Unknown ({record_hash})"}


def _in_each_clan(
    subject: Subject, kind: EventKind, about: str, name: str, detail: dict[str, object], now: datetime
) -> Iterator[NewEvent]:
    for group_id in sorted(subject.group_ids):
        yield NewEvent(kind, group_id, subject.membership_id, about, now, name=name, detail=detail)
