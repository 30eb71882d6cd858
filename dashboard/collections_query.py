"""Exotics, catalysts and seals as they were asked for: whose, which of them, from where on. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.domain.collection import CatalystRow, ExoticKind, ExoticRow, ExoticShow
from bot.presenters.exotic_words import shown
from dashboard import asking, cursor, paging
from dashboard.paging import Part

SEAL_PARAMETERS = ("member", "limit", "cursor")
PARAMETERS = ("show", *SEAL_PARAMETERS)
CATALYST_PAGE_PARAMETERS = ("order", *PARAMETERS)
PAGE_PARAMETERS = ("kind", *CATALYST_PAGE_PARAMETERS)
_OF_THE_CLAN = (ExoticShow.NOBODY, ExoticShow.RARE)


class ExoticTab(StrEnum):
    """Which exotics a page shows at once."""

    WEAPONS = "weapons"
    TITAN = "titan"
    HUNTER = "hunter"
    WARLOCK = "warlock"

    def holds(self, row: ExoticRow) -> bool:
        if row.exotic.kind is ExoticKind.WEAPON:
            return self is ExoticTab.WEAPONS
        return row.exotic.guardian == self.value


class ExoticOrder(StrEnum):
    """slot: by slot, the most owned first. expansion: in order of release. owned: the most owned first."""

    SLOT = "slot"
    EXPANSION = "expansion"
    OWNED = "owned"


Row = TypeVar("Row", ExoticRow, CatalystRow)


@dataclass(frozen=True, slots=True)
class CollectionQuery:
    """What was asked. `member` is an id or a name, as it was written; "" for the whole clan."""

    member: str
    show: ExoticShow
    limit: int
    after: tuple[int, int] | None


def read(asked: Mapping[str, str], limit: int = asking.LIMIT) -> CollectionQuery:
    """Raises BadParameter for any value that isn't known."""
    return CollectionQuery(
        member=asking.text(asked, "member"),
        show=asking.word(asked, "show", ExoticShow) or ExoticShow.ALL,
        limit=asking.limit(asked, limit),
        after=cursor.after_row(asked),
    )


def matching(rows: Iterable[Row], clan: Iterable[Row], show: ExoticShow) -> list[Row]:
    """Those of `rows` that fit. `rows` may count one member only: what nobody has or is rare is told by the clan."""
    judged = clan if show in _OF_THE_CLAN else rows
    return [row for row, judge in zip(rows, judged, strict=True) if shown(judge, show)]


def part(rows: Sequence[Row], query: CollectionQuery, key: Callable[[Row], int]) -> Part[Row]:
    """From behind the cursor on, at most `limit` rows."""
    return paging.part(rows, key, query.after, query.limit)
