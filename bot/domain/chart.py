"""What a chart shows: its words and figures, ready to be drawn.

A chart's input is complete: drawing it looks nothing up, so equal inputs give equal pictures. Only plain values stand
in it (it crosses to the render worker). A name comes with `code`, which is drawn where the charts' font lacks one of
the name's letters: the `#0042` of a player, "Unknown (hash)" of a weapon.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.weapon import Damage


@dataclass(frozen=True, slots=True)
class Frame:
    """What every chart has around it.

    `title` is the takeaway, at most 46 characters to stand in full size; `title_code` says the same without anyone's
    name. `foot_left` is whose figures they are, `foot_right` how old.
    """

    title: str
    subtitle: str
    foot_left: str
    foot_right: str
    title_code: str = ""


@dataclass(frozen=True, slots=True)
class WeaponBar:
    """One weapon. `value` is what the bars compare: kills, or what the table is sorted by.

    `share` is of all that are counted, 0 to 1; `change` in points of share on the span before. None: not told.
    """

    name: str
    code: str
    damage: Damage | None
    exotic: bool
    value: int
    share: float | None = None
    change: float | None = None


@dataclass(frozen=True, slots=True)
class WeaponBars:
    """Weapons in the order in which they are drawn; `highlight` is the row that the title speaks of.

    `unit` stands over the bars where the title does not say what they count ("precision kills").
    """

    frame: Frame
    rows: tuple[WeaponBar, ...]
    highlight: int | None = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PlayerBar:
    """One member with a weapon; `precision` is the share of kills that were precision kills, 0 to 1."""

    name: str
    code: str
    kills: int
    precision: float | None = None
    matches: int | None = None


@dataclass(frozen=True, slots=True)
class PlayerBars:
    """Who is best with a weapon."""

    frame: Frame
    rows: tuple[PlayerBar, ...]
    highlight: int | None = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One day, or a week or month of a long span; `before` is the same of the span before, drawn as a white line."""

    label: str
    value: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """A time series, oldest first; `highlight` is the column that the title speaks of."""

    frame: Frame
    columns: tuple[Column, ...]
    highlight: int | None = None


@dataclass(frozen=True, slots=True)
class ClassPart:
    """What one class contributes."""

    name: str
    kills: int


@dataclass(frozen=True, slots=True)
class WeaponSheet:
    """One weapon in one picture: who is best with it, how it went by day, and which classes carry it."""

    frame: Frame
    players: tuple[PlayerBar, ...]
    columns: tuple[Column, ...]
    classes: tuple[ClassPart, ...]
    columns_title: str = "By day"
    highlight: int | None = 0


@dataclass(frozen=True, slots=True)
class OwnerBar:
    """One exotic and how many own it; `share` is of those whose collections are known, 0 to 1."""

    name: str
    owned: int
    share: float | None = None


@dataclass(frozen=True, slots=True)
class OwnerBars:
    """Exotics in the order in which they are drawn; `highlight` is the row that the title speaks of."""

    frame: Frame
    rows: tuple[OwnerBar, ...]
    highlight: int | None = None


@dataclass(frozen=True, slots=True)
class SealBar:
    """One seal, how many hold it, and how many of these have gilded it."""

    name: str
    holders: int
    gilded: int


@dataclass(frozen=True, slots=True)
class SealBars:
    """Seals in the order in which they are drawn; `highlight` is the row that the title speaks of."""

    frame: Frame
    rows: tuple[SealBar, ...]
    highlight: int | None = None


Chart = WeaponBars | PlayerBars | Columns | WeaponSheet | OwnerBars | SealBars
