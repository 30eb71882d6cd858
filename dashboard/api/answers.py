"""Whole answers of the lists that are also files: what the API says, and what `export` writes. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.roster import RosterMember
from bot.domain.weapon import WeaponRow
from dashboard.api import shapes, weapon_shapes
from dashboard.api.shapes import Shape
from dashboard.happenings import Events
from dashboard.paging import Part
from dashboard.rosters import Roster
from dashboard.show.stale import matches_reason, reason
from dashboard.weaponry import Weapons
from dashboard.weapons_query import WeaponQuery


def roster(read: Roster, rows: Iterable[RosterMember], next_cursor: str | None, *, past: bool = False) -> Shape:
    """`past`: the roster of an earlier time, which does not grow old."""
    return {
        "as_of": shapes.time(read.as_of),
        "stale": None if past else reason(read.frame, read.as_of),
        "members": [shapes.roster_member(member) for member in rows],
        "next_cursor": next_cursor,
    }


def events(found: Events) -> Shape:
    return {
        "as_of": shapes.time(found.as_of),
        "stale": reason(found.frame, found.as_of),
        "events": [shapes.event(event) for event in found.rows],
        "next_cursor": found.next_cursor,
    }


def weapons(found: Weapons, query: WeaponQuery, part: Part[WeaponRow]) -> Shape:
    """One part of the table; its totals are those of the whole."""
    coverage = found.table.coverage
    return {
        "as_of": shapes.time(coverage.as_of),
        "stale": matches_reason(found.frame, coverage),
        "weapons": [weapon_shapes.weapon(row, merge=query.merge) for row in part.rows],
        "totals": weapon_shapes.totals(found.table.totals),
        "histories": weapon_shapes.histories(coverage),
        "next_cursor": part.next_cursor,
    }
