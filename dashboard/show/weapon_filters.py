"""The filter bar of weapons: every choice is a link, all of it is the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Season, Slot, Tier
from bot.presenters.text import plain_name
from dashboard import links
from dashboard.show.names import name_parts
from dashboard.show.roster import Choice
from dashboard.weapons_query import RANGE_PARAMETERS, WeaponQuery

USUAL_DAYS = 30
_DAYS = ((1, "1 d"), (3, "3 d"), (7, "7 d"), (30, "30 d"), (90, "90 d"), (0, "All"))
_OTHER_SPANS = dict.fromkeys((*RANGE_PARAMETERS, "cursor"))


@dataclass(frozen=True, slots=True)
class Menu:
    """One select: its name, what it is set to, its links. `set`: it is not as it usually is."""

    label: str
    value: str
    choices: list[Choice]
    set: bool


def segments(path: str, asked: Mapping[str, str], days: int | None, usual: int = USUAL_DAYS) -> list[Choice]:
    """The spans that are asked for most; none is current where dates or a season are."""
    return [
        Choice(
            words,
            links.link(path, asked, **{**_OTHER_SPANS, "days": None if each == usual else each}),
            each == days,
        )
        for each, words in _DAYS
    ]


def mode_menu(path: str, asked: Mapping[str, str], current: Mode, usual: Mode = Mode.CRUCIBLE) -> Menu:
    choices = [
        Choice(mode.label, links.link(path, asked, mode=None if mode is usual else mode), mode is current)
        for mode in Mode
    ]
    return Menu("Mode", current.label, choices, current is not usual)


def season_menu(path: str, asked: Mapping[str, str], seasons: Sequence[Season], current: int | None) -> Menu:
    """The newest first."""
    choices = [
        Choice(
            f"{season.number} {season.name}".strip(),
            links.link(path, asked, **{**_OTHER_SPANS, "season": season.number}),
            season.number == current,
        )
        for season in sorted(seasons, key=lambda season: -season.number)
    ]
    value = "any" if current is None else str(current)
    return Menu("Season", value, [_anything(path, asked, "season", current is None), *choices], current is not None)


def kind_menus(path: str, asked: Mapping[str, str], query: WeaponQuery, types: Sequence[str]) -> list[Menu]:
    return [
        _type_menu(path, asked, query.type, types),
        _word_menu(path, asked, "slot", Slot, query.slot),
        _word_menu(path, asked, "damage", Damage, query.damage),
        _word_menu(path, asked, "tier", Tier, query.tier),
    ]


def _type_menu(path: str, asked: Mapping[str, str], current: str, types: Sequence[str]) -> Menu:
    choices = [Choice(each, links.link(path, asked, type=each), each == current) for each in types]
    return Menu("Type", current or "any", [_anything(path, asked, "type", not current), *choices], bool(current))


def _word_menu(path: str, asked: Mapping[str, str], name: str, words: type[StrEnum], current: StrEnum | None) -> Menu:
    choices = [Choice(word.capitalize(), links.link(path, asked, **{name: word}), word == current) for word in words]
    value = current.capitalize() if current else "any"
    return Menu(
        name.capitalize(), value, [_anything(path, asked, name, current is None), *choices], current is not None
    )


def member_menu(
    path: str, asked: Mapping[str, str], people: Sequence[tuple[int, str]], current: int | None, name: str
) -> Menu:
    """`people`: id and name of everyone who may be chosen; `name`: the one who is."""
    choices = [
        Choice(plain_name(name_parts(each).bare), links.link(path, asked, member=key), key == current)
        for key, each in people
    ]
    value = plain_name(name_parts(name).bare) if current else "any"
    return Menu("Member", value, [_anything(path, asked, "member", current is None), *choices], current is not None)


def _anything(path: str, asked: Mapping[str, str], name: str, current: bool) -> Choice:
    return Choice("any", links.link(path, asked, **{name: None}), current)
