"""Whether a clan's isOnline can be believed. Bungie says that it lags and is only sure for one's own clan (#962)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.reading import OnlineCheck, Subject

WINDOW = timedelta(hours=1)
_ENOUGH = 10


def compare(read: Iterable[tuple[Subject, bool]], now: datetime) -> list[OnlineCheck]:
    """One line for each clan: how often the roster's isOnline and the profile just read (True: playing) agreed.

    Two that both say offline tell nothing: most members are offline at any hour, and would outvote a roster that
    never calls anyone online.
    """
    agreed: Counter[int] = Counter()
    contradicted: Counter[int] = Counter()
    for subject, playing in read:
        if subject.is_online or playing:
            (agreed if subject.is_online == playing else contradicted).update(subject.group_ids)
    groups = sorted(agreed.keys() | contradicted.keys())
    return [OnlineCheck(group, now, agreed[group], contradicted[group]) for group in groups]


def distrusted(checks: Iterable[OnlineCheck], first_at: datetime | None, now: datetime) -> bool:
    """Whether most readings of the last hour contradict isOnline. One clan's checks; `first_at` is its very first.

    Nothing is said before an hour has been watched, or of fewer than 10 readings that can tell.
    """
    if first_at is None or now - first_at < WINDOW:
        return False
    last_hour = [check for check in checks if now - check.at <= WINDOW]
    agreed = sum(check.agreed for check in last_hour)
    contradicted = sum(check.contradicted for check in last_hour)
    return agreed + contradicted >= _ENOUGH and contradicted > agreed
