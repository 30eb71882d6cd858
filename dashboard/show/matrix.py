"""The ownership matrix: a strip of cells for each row, one column a member, as two SVG paths. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.collection import Collector
from bot.presenters.text import plain_name
from dashboard.show.names import name_parts

WIDTH, HEIGHT = 804, 18
_NAME_PITCH = 11
"""Pixels that a name standing upright needs; where cells are narrower, not every column is named."""
_NAME_LETTERS = 14
_Drawn = Callable[[int, int], str]
_Cells = tuple[tuple[int, str], ...]
_EVERYONE = 40
"""Cells are at least so many to a row's width, so that few members don't become bars."""


@dataclass(frozen=True, slots=True)
class Label:
    """A member's name above their column. `x` is where its baseline stands."""

    x: float
    text: str
    you: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns of `cell` pixels, in the members' order.

    `solid` draws the cell of each member, `empty` of those who don't hide, `slash` of those who do.
    """

    columns: dict[int, int]
    cell: int
    ink: int
    you: int | None
    solid: _Cells
    empty: _Cells
    slash: _Cells
    labels: tuple[Label, ...]

    @property
    def width(self) -> int:
        return self.cell * len(self.columns)

    @property
    def band(self) -> int | None:
        """Where the chosen member's column begins."""
        return None if self.you is None else self.columns[self.you] * self.cell


@dataclass(frozen=True, slots=True)
class Strip:
    """Paths of one row: who has it, who does not, whose is not known. `gilded`: of those who have it, in gold."""

    owned: str
    rest: str
    hidden: str
    gilded: str = ""


def grid(members: Sequence[Collector], you: int | None = None, width: int = WIDTH) -> Grid:
    """One column a member in their order; `width` pixels are shared among them. Cells are strokes of width `ink`."""
    return _grid(members, you, width, _bar, _bar)


def gems(members: Sequence[Collector], you: int | None = None, width: int = WIDTH) -> Grid:
    """The same with filled diamonds, and specks where nothing is."""
    return _grid(members, you, width, _gem, _speck)


def _bar(left: int, ink: int) -> str:
    return f"M{left + ink / 2:g} 1v16"


def _gem(left: int, ink: int) -> str:
    half = max(ink, 2) / 2
    return f"M{left + half:g} 2l{half:g} 7-{half:g} 7-{half:g}-7z"


def _speck(left: int, ink: int) -> str:
    side = min(max(ink - 2, 1), 3)
    return f"M{left + (ink - side) / 2:g} 7.5h{side}v3h-{side}z"


def _grid(members: Sequence[Collector], you: int | None, width: int, full: _Drawn, empty: _Drawn) -> Grid:
    cell = max(1, width // max(len(members), _EVERYONE))
    ink = _ink(cell)
    places = [(member, place * cell) for place, member in enumerate(members)]
    columns = {member.membership_id: place for place, member in enumerate(members)}
    return Grid(
        columns=columns,
        cell=cell,
        ink=ink,
        you=you if you in columns else None,
        solid=tuple((member.membership_id, full(left, ink)) for member, left in places),
        empty=tuple((member.membership_id, empty(left, ink)) for member, left in places if not _hides(member)),
        slash=tuple((member.membership_id, _slash(left, ink)) for member, left in places if _hides(member)),
        labels=_labels(members, you, cell),
    )


def _hides(member: Collector) -> bool:
    return member.private or member.read_at is None


def _slash(left: int, ink: int) -> str:
    return f"M{left + 1} 16l{max(ink - 2, 1)}-14"


def _ink(cell: int) -> int:
    """How wide a cell is drawn: the rest is the gap."""
    return cell - (2 if cell > 5 else 1 if cell > 2 else 0)


def _labels(members: Sequence[Collector], you: int | None, cell: int) -> tuple[Label, ...]:
    """Every name where there is room, else every second or third; the chosen member's always, its neighbours not."""
    step = -(-_NAME_PITCH // cell)
    chosen = next((place for place, member in enumerate(members) if member.membership_id == you), None)
    named = [
        place
        for place in range(len(members))
        if place == chosen or (place % step == 0 and (chosen is None or abs(place - chosen) >= step))
    ]
    return tuple(
        Label(
            place * cell + cell / 2 + 3.5,
            plain_name(name_parts(members[place].name).bare, _NAME_LETTERS),
            place == chosen,
        )
        for place in named
    )


def strip(grid: Grid, owners: Iterable[int], gilded: Iterable[int] = ()) -> Strip:
    """Who is known to have it keeps a full cell while hiding; others who hide are slashed."""
    having, golden = set(owners), set(gilded)
    plain = having - golden
    return Strip(
        owned="".join([cell for member, cell in grid.solid if member in plain]),
        rest="".join([cell for member, cell in grid.empty if member not in having]),
        hidden="".join([cell for member, cell in grid.slash if member not in having]),
        gilded="".join([cell for member, cell in grid.solid if member in golden]) if golden else "",
    )
