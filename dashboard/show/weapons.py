"""The table of weapons: its rows and heads, and the sentence above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.weapon import Coverage, WeaponRow, WeaponSort
from bot.presenters.backlog import percent as percent_done
from bot.presenters.text import number, plural
from bot.presenters.weapon_figures import NOISE, WeaponStory, changes, kills_in, percent, points, shares
from bot.presenters.weapon_words import growing, takeaway
from dashboard import links
from dashboard.show.glyphs import Glyph, glyph, kind
from dashboard.show.roster import Head
from dashboard.show.stale import Banner

_MOST_OF_ALL = 0.2


@dataclass(frozen=True, slots=True)
class Change:
    """Points of share on the span before; css up, dn, or faint where it is noise."""

    text: str
    css: str


@dataclass(frozen=True, slots=True)
class Row:
    """One weapon. `bar` is a length in per cent; `versions` lists the reissues where several were joined."""

    rank: int
    href: str
    name: str
    glyph: Glyph
    kind: str
    versions: str
    kills: str
    bar: str
    share: str
    change: Change | None
    precise: str
    precision: str
    matches: str
    players: str


def rows(story: WeaponStory, part: Sequence[WeaponRow], start: int, base: str, asked: Mapping[str, str]) -> list[Row]:
    """`base`: where the pages of single weapons begin. Bars are scaled to the most kills of the whole table."""
    share, change = shares(story.table), changes(story)
    most = max((row.kills for row in story.table.rows), default=1)
    return [
        _row(row, rank, most, share[row.weapon.weapon_hash], change.get(row.weapon.weapon_hash), base, asked)
        for rank, row in enumerate(part, start=start + 1)
    ]


def _row(
    row: WeaponRow, rank: int, most: int, share: float, change: float | None, base: str, asked: Mapping[str, str]
) -> Row:
    weapon = row.weapon
    return Row(
        rank=rank,
        href=links.link(f"{base}/{weapon.weapon_hash}", kept(asked)),
        name=weapon.name,
        glyph=glyph(weapon),
        kind=kind(weapon),
        versions=versions(row),
        kills=number(row.kills),
        bar=f"{100 * row.kills / most:.1f}%",
        share=percent(share),
        change=None if change is None else told(change),
        precise=number(row.precision_kills),
        precision=f"{100 * row.precision_kills / row.kills:.0f} %",
        matches=number(row.matches),
        players=number(row.players),
    )


def kept(asked: Mapping[str, str]) -> dict[str, str]:
    """What one weapon's page takes over from the table's."""
    return {
        name: asked[name]
        for name in ("mode", "days", "since", "until", "season", "member", "former", "merge")
        if name in asked
    }


def versions(row: WeaponRow) -> str:
    """ "2 versions: 6,000 and 412"; "" for a weapon that was never reissued, or only one version of which is used."""
    if len(row.versions) < 2:
        return ""
    ordered = sorted((each.kills for each in row.versions), reverse=True)
    return f"{len(ordered)} versions: {', '.join(map(number, ordered[:-1]))} and {number(ordered[-1])}"


def told(change: float) -> Change:
    text = points(change)
    if abs(round(change, 1)) < NOISE:
        return Change(text, "faint")
    return Change(text, "up" if change > 0 else "dn")


_HEADS: tuple[tuple[str, WeaponSort | None, str], ...] = (
    ("Weapon", None, "c-name"),
    ("Kills", WeaponSort.KILLS, "c-kills"),
    ("Share", None, "c-share num"),
    ("Change", None, "c-change num"),
    ("Precision", WeaponSort.PRECISION, "c-precise num"),
    ("Matches", WeaponSort.MATCHES, "c-matches num"),
    ("Members", WeaponSort.PLAYERS, "c-players num"),
)


def heads(path: str, asked: Mapping[str, str], sort: WeaponSort, *, compared: bool) -> list[Head]:
    """Every order is descending, so a second click changes nothing."""
    return [
        Head(
            text,
            links.link(path, asked, sort=None if each is WeaponSort.KILLS else each) if each else None,
            css,
            "descending" if each is sort else "",
        )
        for text, each, css in _HEADS
        if compared or text != "Change"
    ]


def sentence(story: WeaponStory, earlier: str) -> tuple[str, str]:
    """The takeaway in two clauses: who leads; how that moved, and which type most kills are made with.

    `earlier`: the span before in words, "the 30 days before".
    """
    return takeaway(story), f"{_moved(story, earlier)}. {_type(story)}".rstrip()


def _moved(story: WeaponStory, earlier: str) -> str:
    if story.asked.sort is not WeaponSort.KILLS or not story.table.rows:
        return ""
    change = changes(story).get(story.table.rows[0].weapon.weapon_hash)
    if change is None:
        return ""
    if abs(round(change, 1)) < NOISE:
        return f", about as much as in {earlier}"
    return f", {'up' if change > 0 else 'down'} {abs(change):.1f} points on {earlier}"


def _type(story: WeaponStory) -> str:
    """ "Hand cannons are 38 % of everything." Nothing where one type was asked for, or none stands out."""
    kills = Counter[str]()
    for row in story.table.rows:
        kills[row.weapon.type] += row.kills
    if story.asked.type or story.asked.sort is not WeaponSort.KILLS or len(kills) < 2:
        return ""
    (name, most), whole = kills.most_common(1)[0], kills_in(story.table)
    return (
        f"{name.capitalize()}s are {100 * most / whole:.0f} % of everything."
        if name and most / whole >= _MOST_OF_ALL
        else ""
    )


def rising(coverage: Coverage) -> Banner | None:
    """The banner while histories are being read."""
    words = growing(coverage)
    if not words:
        return None
    stored = f"{percent_done(coverage.stored, coverage.known)} of {number(coverage.known)} known reports are in."
    return Banner(f"{words[0].upper()}{words[1:]}.", stored if coverage.stored < coverage.known else "")


def footing(coverage: Coverage) -> list[str]:
    """What the figures stand on, once histories are read: since when they are whole, who is not counted."""
    found = []
    if coverage.since and not coverage.growing:
        found.append(f"Complete since {coverage.since:%Y-%m-%d}.")
    if coverage.private:
        keep = "keeps" if coverage.private == 1 else "keep"
        found.append(f"{plural(coverage.private, 'member')} {keep} match history private.")
    return found
