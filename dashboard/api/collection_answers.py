"""Whole answers of exotics, catalysts and seals: what the API says, and what `export` writes. Pure."""

from __future__ import annotations

from bot.domain.collection import CatalystRow, ExoticRow, SealRow
from bot.presenters.exotic_words import is_nobodys
from dashboard.api import collection_shapes as shapes
from dashboard.api.shapes import Shape, time
from dashboard.collecting import Collections, Seals
from dashboard.paging import Part
from dashboard.show.stale import collections_reason


def exotics(found: Collections, part: Part[ExoticRow]) -> Shape:
    """One part of the list; `nobody` is of the whole clan."""
    return {
        "as_of": time(found.clan.as_of),
        "stale": collections_reason(found.frame, found.clan.as_of),
        "exotics": [shapes.exotic(row) for row in part.rows],
        "nobody": [row.exotic.collectible_hash for row in found.clan.exotics if is_nobodys(row)],
        "next_cursor": part.next_cursor,
    }


def catalysts(found: Collections, part: Part[CatalystRow]) -> Shape:
    return {
        "as_of": time(found.clan.as_of),
        "stale": collections_reason(found.frame, found.clan.as_of),
        "catalysts": [shapes.catalyst(row) for row in part.rows],
        "nobody": [row.catalyst.record_hash for row in found.clan.catalysts if is_nobodys(row)],
        "next_cursor": part.next_cursor,
    }


def seals(found: Seals, part: Part[SealRow]) -> Shape:
    return {
        "as_of": time(found.clan.as_of),
        "stale": collections_reason(found.frame, found.clan.as_of),
        "seals": [shapes.seal(row) for row in part.rows],
        "next_cursor": part.next_cursor,
    }
