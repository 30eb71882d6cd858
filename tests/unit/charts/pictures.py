"""Charts to draw, and what a picture shows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from bot.domain.chart import (
    Chart,
    ClassPart,
    Column,
    Columns,
    Frame,
    OwnerBar,
    OwnerBars,
    PlayerBar,
    PlayerBars,
    SealBar,
    SealBars,
    WeaponBar,
    WeaponBars,
)
from bot.domain.chart import WeaponSheet as Sheet
from bot.domain.weapon import Damage

FRAME = Frame(
    "Rose leads Crucible with 11 % of weapon kills",
    "Top 15 weapons of 58,240 weapon kills · last 30 days · 47 members",
    "Quiet Orbit",
    "as of 18 Nov 2026, 18:42 UTC · change in points on the 30 days before",
)
ROSE = WeaponBar("Rose", "Unknown (1)", Damage.KINETIC, False, 6412, 0.11, 2.1)

Pixels = npt.NDArray[np.uint8]


def weapon(name: str = "Rose", value: int = 100, damage: Damage | None = Damage.KINETIC, **more: object) -> WeaponBar:
    return replace(ROSE, name=name, value=value, damage=damage, **more)  # type: ignore[arg-type]


def weapons(*rows: WeaponBar, frame: Frame = FRAME, highlight: int | None = 0) -> WeaponBars:
    return WeaponBars(frame, rows, highlight)


def players(number: int = 8) -> tuple[PlayerBar, ...]:
    return tuple(PlayerBar(f"Member {n}", f"#000{n}", 1200 - 90 * n, 0.6 - n / 30, 300 - n) for n in range(number))


def days(number: int = 30) -> tuple[Column, ...]:
    return tuple(Column(f"{n + 1} Nov", (n * 37) % 211) for n in range(number))


def sheet(number: int = 30) -> Sheet:
    return Sheet(FRAME, players(), days(number), (ClassPart("Hunter", 3102), ClassPart("Titan", 1308)))


def owners(number: int = 15) -> OwnerBars:
    return OwnerBars(FRAME, tuple(OwnerBar(f"Exotic {n}", n * n, n * n / 250) for n in range(number)), 0)


def seals(number: int = 15) -> SealBars:
    return SealBars(FRAME, tuple(SealBar(f"Seal {n}", 60 - 4 * n, (60 - 4 * n) // 2 * (n % 2)) for n in range(number)))


def every_kind() -> dict[str, Chart]:
    """One believable chart of each kind."""
    return {
        "weapons": weapons(*(weapon(f"Weapon {n}", 900 - n, list(Damage)[n % 6], exotic=n % 2 > 0) for n in range(15))),
        "players": PlayerBars(FRAME, players()),
        "columns": Columns(FRAME, tuple(replace(day, before=100) for day in days(7)), 3),
        "sheet": sheet(),
        "owners": owners(),
        "seals": seals(),
    }


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def pixels(png: bytes) -> Pixels:
    """Rows of pixels of three channels."""
    return np.asarray(opened(png).convert("RGB"))


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def painted(picture: Pixels, colour: str) -> npt.NDArray[np.bool_]:
    """Where exactly this colour is."""
    return (picture == np.array(rgb(colour), dtype=np.uint8)).all(axis=2)


def widest(picture: Pixels, colour: str) -> int:
    """The most pixels of the colour in one row: the length of its longest bar."""
    return int(painted(picture, colour).sum(axis=1).max())


def extent(where: npt.NDArray[np.bool_]) -> Sequence[int]:
    """First and last column with anything."""
    columns = np.flatnonzero(where.any(axis=0))
    return int(columns[0]), int(columns[-1])
