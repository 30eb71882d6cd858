"""Seals: a clan's with their holders, one with who is close, and those of one member triumph by triumph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.collection import ClanSeals, Closest, Holder, MemberSeal, SealRow, Triumph
from bot.presenters import seal_words as words
from bot.presenters.text import number, plural
from dashboard import links
from dashboard.show import times
from dashboard.show.matrix import Grid, Strip, strip
from dashboard.show.names import name_parts

STRIP = 620
"""Pixels of a strip of holders."""
_OPEN = 3
_UNCLAIMED = "All done; the title is still to be claimed."


@dataclass(frozen=True, slots=True)
class Near:
    """Someone on the way to a seal. `left`: the triumphs that are left, as far as they are known by name."""

    href: str
    name: str
    progress: str
    bar: str
    left: str
    title: str = ""
    seal_href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One seal of a clan."""

    href: str
    title: str
    name: str
    held: str
    told: str
    gilded: str
    bar: str
    strip: Strip
    closest: Near | None


def lines(rows: Sequence[SealRow], clan: ClanSeals, base: str, grid: Grid) -> list[Line]:
    """`base`: where the pages of single seals begin."""
    names = words.titles(clan.rows)
    return [_line(row, names[row.record_hash], clan.members, base, grid) for row in rows]


def _line(row: SealRow, title: str, members: int, base: str, grid: Grid) -> Line:
    gilded = [holder.membership_id for holder in row.holders if holder.gilded]
    nearest = row.closest[0] if row.closest and row.closest[0].done else None
    return Line(
        href=f"{base}/{row.record_hash}",
        title=title,
        name="" if row.name == row.title or row.name in title else row.name,
        held=number(len(row.holders)),
        told=f"of {number(members)} hold it",
        gilded=number(len(gilded)) if gilded else "",
        bar=f"{100 * len(row.holders) / max(members, 1):.0f}%",
        strip=strip(grid, (holder.membership_id for holder in row.holders), gilded),
        closest=near(nearest) if nearest else None,
    )


def near(row: Closest, title: str = "", seal_href: str = "") -> Near:
    return Near(
        href=links.member(row.membership_id),
        name=name_parts(row.name).bare,
        progress=f"{number(row.done)} of {number(row.of)}",
        bar=f"{100 * row.done / row.of:.0f}%",
        left=words.left_line(row.left) if row.missing else _UNCLAIMED,
        title=title,
        seal_href=seal_href,
    )


def closest_of_all(clan: ClanSeals, base: str, limit: int) -> list[Near]:
    """Who is closest to any seal, each with the one that is nearest."""
    names = words.titles(clan.rows)
    return [
        near(each, names[row.record_hash], f"{base}/{row.record_hash}") for row, each in words.nearest(clan.rows, limit)
    ]


def sentence(clan: ClanSeals) -> tuple[str, str]:
    held = words.held_line(clan)
    return f"{words.takeaway(clan)}.", f" {held}." if held else ""


@dataclass(frozen=True, slots=True)
class HolderLine:
    """One holder. `since` None: held before we looked."""

    href: str
    name: str
    gilded: str
    this_season: bool
    since: times.When | None


def holders(row: SealRow, now: datetime) -> list[HolderLine]:
    """The most gilded first, then the newest."""

    def place(each: Holder) -> tuple[int, float, str]:
        seen = 0.0 if each.quiet else each.held_since.timestamp()
        return -each.gilded_times, -seen, each.name.casefold()

    return [_holder(each, now) for each in sorted(row.holders, key=place)]


def _holder(row: Holder, now: datetime) -> HolderLine:
    return HolderLine(
        href=links.member(row.membership_id),
        name=name_parts(row.name).bare,
        gilded=words.times(row.gilded_times) if row.gilded else "",
        this_season=row.gilded_this_season,
        since=None if row.quiet else times.ago(row.held_since, now),
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """One triumph."""

    name: str
    description: str
    done: bool
    progress: str


@dataclass(frozen=True, slots=True)
class Own:
    """One seal of one member. `otherwise`: what to say where no deed is listed."""

    href: str
    title: str
    progress: str
    bar: str
    held: bool
    gilded: bool
    told: str
    deeds: list[Deed]
    otherwise: str


def own(seals: Sequence[MemberSeal], base: str, now: datetime) -> dict[int, Own]:
    """By completion record, in their order."""
    names = words.titles(seals)
    return {seal.record_hash: _own(seal, names[seal.record_hash], base, now) for seal in seals}


def _own(seal: MemberSeal, title: str, base: str, now: datetime) -> Own:
    counted = seal.done is not None and bool(seal.of)
    return Own(
        href=f"{base}/{seal.record_hash}",
        title=title,
        progress=f"{number(seal.done or 0)} of {number(seal.of or 0)}" if counted else "not begun",
        bar=f"{100 * (seal.done or 0) / (seal.of or 1):.0f}%" if counted else "0%",
        held=seal.held_since is not None,
        gilded=seal.gilded_times > 0,
        told=_told(seal, now),
        deeds=[_deed(triumph) for triumph in seal.triumphs],
        otherwise=_UNCLAIMED
        if counted and seal.done == seal.of and not seal.held_since
        else "Its triumphs are not known.",
    )


def _told(seal: MemberSeal, now: datetime) -> str:
    """What is to be said of a seal that is held: gilded how often, earned when if we saw it."""
    said = []
    if seal.gilded_times:
        said.append(f"gilded {words.times(seal.gilded_times)}{', this season too' if seal.gilded_this_season else ''}")
    if seal.held_since and not seal.quiet:
        said.append(f"earned {times.ago(seal.held_since, now).text}")
    return " · ".join(said)


def _deed(row: Triumph) -> Deed:
    counts = row.of is not None and row.of > 1 and not row.complete
    progress = f"{number(row.done or 0)} of {number(row.of or 0)}" if counts else ""
    return Deed(row.name, row.description, row.complete, progress)


def nearest(seals: Sequence[MemberSeal]) -> list[int]:
    """The seals of today that are nearest, by completion record."""
    return [seal.record_hash for seal in words.nearest_own(seals, _OPEN)]


def nearest_lines(seals: Sequence[MemberSeal]) -> list[Near]:
    """The same as they stand on a member's page."""
    names = words.titles(seals)
    return [_own_near(seal, names[seal.record_hash]) for seal in words.nearest_own(seals, _OPEN)]


def _own_near(seal: MemberSeal, title: str) -> Near:
    done, of = seal.done or 0, seal.of or 1
    left = words.left_line([triumph.name for triumph in seal.triumphs]) if done < of else _UNCLAIMED
    return Near("", "", f"{number(done)} of {number(of)}", f"{100 * done / of:.0f}%", left, title)


def further(seals: Sequence[MemberSeal]) -> list[MemberSeal]:
    """Those not held, least left first; not begun last."""
    begun = words.nearest_own(seals, len(seals))
    return [*begun, *(seal for seal in seals if not seal.held_since and seal not in begun)]


def own_sentence(seals: Sequence[MemberSeal], name: str) -> tuple[str, str]:
    """What is held; what is nearest, by how much."""
    near = words.nearest_own(seals, 1)
    if not near:
        return f"{words.member_line(seals, name)}.", ""
    seal = near[0]
    left = (seal.of or 0) - (seal.done or 0)
    title = words.titles(seals)[seal.record_hash]
    rest = f"{title} is nearest: {plural(left, 'triumph')} left" if left else f"{title} is done, but not claimed yet"
    return f"{words.member_line(seals, name)}.", f" {rest}."
