"""Counting weapons over all single kills of the small world, without any sums: what the queries must agree with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bot.domain.weapon import Season, WeaponFilter, WeaponRow, WeaponSpan
from bot.presenters.spans import span_of
from tests.db.weapon_world import CLAN, NOW, OTHER, STAYS, WEAPONS, World, in_mode, person

SPRING = Season(27, "Spring", datetime(2026, 3, 3, 17, tzinfo=UTC), datetime(2026, 5, 9, 17, tzinfo=UTC))
SPANS = (
    *(span_of(NOW, days=days) for days in (0, 1, 3, 7, 30, 90, 365)),
    span_of(NOW, since=date(2026, 5, 1), until=date(2026, 5, 9)),
    span_of(NOW, since=date(2026, 5, 9), until=date(2026, 5, 9)),
    span_of(NOW, since=date(2026, 3, 30)),
    span_of(NOW, until=date(2026, 4, 30)),
    span_of(NOW, since=date(2025, 3, 11), until=date(2025, 3, 20)),
    span_of(NOW, since=date(2024, 2, 10), until=date(2026, 2, 20)),
    span_of(NOW, since=date(2023, 8, 20)),
    span_of(NOW, until=date(2025, 12, 31)),
    span_of(NOW, season=Season(19, "Of years", datetime(2023, 12, 6, 17, tzinfo=UTC), SPRING.starts_at)),
    span_of(NOW, season=SPRING),
    span_of(NOW, season=Season(28, "Summer", SPRING.ends_at or NOW, None)),
    WeaponSpan(NOW - timedelta(hours=3), NOW - timedelta(hours=1), "within a day"),
    WeaponSpan(NOW, NOW, "nothing"),
)
Figures = dict[int, tuple[int, int, int, int]]


def counts(asked: WeaponFilter) -> Callable[[int], bool]:
    """Whether a membership's matches count."""

    def inside(clan: int, member: int) -> bool:
        return clan in STAYS[person(member)][0]

    def was(clan: int, member: int) -> bool:
        mine = [one for one in STAYS if person(one) == person(member)]
        return any(clan in (*STAYS[one][0], *STAYS[one][1]) for one in mine)

    def counts_one(member: int) -> bool:
        if asked.membership_id is not None and person(member) != person(asked.membership_id):
            return False
        if asked.membership_id is not None and asked.group_id is None:
            return True
        clans = (CLAN, OTHER) if asked.group_id is None else (asked.group_id,)
        return any(inside(clan, member) or (asked.former and was(clan, member)) for clan in clans)

    return counts_one


def within(span: WeaponSpan, when: datetime) -> bool:
    return (span.since is None or when >= span.since) and (span.until is None or when < span.until)


def figures(world: World, asked: WeaponFilter) -> Figures:
    """hash -> kills, precision kills, matches, players."""
    counted = counts(asked)
    kills: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    matches, players = defaultdict(set), defaultdict(set)
    for kill in world.kills:
        if not (counted(kill.membership_id) and within(asked.span, kill.period) and in_mode(kill.bits, asked.mode)):
            continue
        told = WEAPONS.get(kill.weapon_hash)
        key = told[5] if told and asked.merge else kill.weapon_hash
        kills[key][0] += kill.kills
        kills[key][1] += kill.precision_kills
        matches[key].add((kill.instance_id, person(kill.membership_id)))
        players[key].add(person(kill.membership_id))
    return {
        key: (made, precise, len(matches[key]), len(players[key])) for key, (made, precise) in kills.items() if made > 0
    }


def said(rows: tuple[WeaponRow, ...]) -> Figures:
    return {row.weapon.weapon_hash: (row.kills, row.precision_kills, row.matches, row.players) for row in rows}
