"""/seals as answers in Discord: who holds what, what one member is nearest to, who is close to one seal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord

from bot.domain.collection import ClanSeals, Closest, Holder, MemberSeal, SealRow, Triumph
from bot.presenters.embeds import colours
from bot.presenters.embeds.answer import answer_embed
from bot.presenters.embeds.collections import Around, listed, more, people, person, thing, under, unread_line
from bot.presenters.seal_words import (
    held_line,
    holders_line,
    left_line,
    member_line,
    nearest,
    nearest_own,
    seal_line,
    takeaway,
    times,
    titles,
)
from bot.presenters.text import number, plural, stamp

LINES = 20
CLOSEST = 3
NEAR = 3
"""Triumphs: who is at most so many away is close."""
_MEMBERS = 100  # of a clan
_TRIUMPHS = 5
_ALL_TRIUMPHS = 30


@dataclass(frozen=True, slots=True)
class SealsStory:
    """A clan's seals. `row`: the one seal that is asked about."""

    clan: ClanSeals
    row: SealRow | None = None


@dataclass(frozen=True, slots=True)
class OwnSealsStory:
    """One member's seals. `readable`: whether their triumphs ever were; `seal`: the one that is asked about."""

    name: str
    seals: tuple[MemberSeal, ...]
    readable: bool
    private: bool
    seal: MemberSeal | None = None


def seals_embed(story: SealsStory, around: Around) -> discord.Embed:
    """A clan's seals of today with their holders, and who is closest to one."""
    clan, names = story.clan, titles(story.clan.rows)
    today = sorted((row for row in clan.rows if not row.legacy), key=lambda row: (-len(row.holders), row.position))
    lines = [f"◆ **{thing(names[row.record_hash])}** · {holders_line(row)}" for row in today]
    legacy = [row for row in clan.rows if row.legacy]
    blocks = [
        held_line(clan) if clan.last else "",
        listed(lines, LINES, around.url),
        under("Closest", _nearest_of(clan.rows, names)),
        _legacy(legacy),
        unread_line(clan.members - clan.readable, 0, "triumphs"),
    ]
    return _embed(blocks, takeaway(clan, thing), any(row.holders for row in clan.rows), around)


def _embed(blocks: Iterable[str], title: str, known: bool, around: Around, *, gilded: bool = False) -> discord.Embed:
    colour = colours.GILDED if gilded else colours.SEAL if known else colours.QUIET
    return answer_embed(blocks, colour, title=title, clan=around.clan, last_line=around.last_line, shown=around.shown)


def _nearest_of(rows: Sequence[SealRow], names: dict[int, str]) -> str:
    """Who has least left to do, and below them who has only to claim a title."""
    found = nearest(rows, len(rows) * _MEMBERS)
    lines = [_closest_line(row, each, names) for row, each in found if each.missing > 0][:CLOSEST]
    claims = [each.name for _, each in found if each.missing <= 0]
    told = f"-# All done, only to be claimed: {people(claims, None, CLOSEST)}" if claims else ""
    return "\n".join(filter(None, [*lines, told]))


def _closest_line(row: SealRow, each: Closest, names: dict[int, str]) -> str:
    """`Vesper · Kingslayer · 21 of 22`"""
    return f"{person(each.name)} · {thing(names[row.record_hash])} · {number(each.done)} of {number(each.of)}"


def _far_words(each: Closest) -> str:
    """ "21 of 22"; who has done all of it has only to claim the title."""
    return f"{number(each.done)} of {number(each.of)}" if each.missing > 0 else "all done, not claimed yet"


def _legacy(rows: Sequence[SealRow]) -> str:
    held = sum(bool(row.holders) for row in rows)
    return f"-# {number(held)} of {plural(len(rows), 'legacy seal')} held by someone" if rows else ""


def seal_embed(story: SealsStory, around: Around) -> discord.Embed:
    """Who holds one seal, and who is one to three triumphs away."""
    clan, row = story.clan, story.row
    assert row is not None
    name = titles(clan.rows)[row.record_hash]
    gilded = [holder for holder in row.holders if holder.gilded]
    plain = [holder.name for holder in row.holders if not holder.gilded]
    near = [each for each in row.closest if 0 < each.missing <= NEAR]
    blocks = [
        _about(row),
        under(f"Gilded by {number(len(gilded))}", _gilders(gilded, around.url)),
        under(f"Held by {number(len(plain))}{' more' if gilded else ''}", people(plain, around.url)),
        under(
            "All done, not claimed yet", people([each.name for each in row.closest if each.missing <= 0], around.url)
        ),
        under("One to three triumphs away", listed([_near_line(each) for each in near], LINES // 2, around.url)),
        _further(row, near),
        unread_line(clan.members - clan.readable, 0, "triumphs"),
    ]
    return _embed(
        blocks, seal_line(row, clan.members, thing(name), thing), bool(row.holders), around, gilded=bool(gilded)
    )


def _about(row: SealRow) -> str:
    """ "Last Wish · 14 triumphs · legacy"."""
    told = [thing(row.name) if row.name != row.title else "", plural(row.triumphs, "triumph")]
    told += ["legacy"] if row.legacy else []
    return " · ".join(filter(None, [*told, "can be gilded" if row.gildable else ""]))


def _gilders(holders: Sequence[Holder], url: str | None) -> str:
    """Most often first: `Vesper 3 times ✦, Quill once`; ✦ is this season."""
    ordered = sorted(holders, key=lambda holder: (-holder.gilded_times, holder.name.casefold()))
    told = [_gilder(holder) for holder in ordered[:LINES]]
    rest = len(ordered) - LINES
    line = ", ".join([*told, *([more(rest, url)] if rest > 0 else [])])
    return f"{line}\n-# ✦ this season" if any(holder.gilded_this_season for holder in ordered) else line


def _gilder(holder: Holder) -> str:
    return f"{person(holder.name)} {times(holder.gilded_times)}{' ✦' if holder.gilded_this_season else ''}"


def _near_line(each: Closest) -> str:
    """`Vesper · 21 of 22 · Left: A Thousand Wings`"""
    left = left_line([thing(name) for name in each.left], NEAR)
    return " · ".join(filter(None, [person(each.name), _far_words(each), left]))


def _further(row: SealRow, near: Sequence[Closest]) -> str:
    """Who is closest where nobody is close."""
    began = [each for each in row.closest if each.done and each.missing > NEAR]
    if near or not began:
        return ""
    return under("Closest", "\n".join(_near_line(each) for each in began[:CLOSEST]))


def own_seals_embed(story: OwnSealsStory, around: Around) -> discord.Embed:
    """What one member holds, and what they are nearest to, triumph by triumph."""
    if not story.readable:
        return _embed([_hidden(story)], f"{person(story.name)} has never shown triumphs", False, around)
    names = titles(story.seals)
    held = [seal for seal in story.seals if seal.held_since]
    lines = [_held_line(seal, names) for seal in sorted(held, key=lambda seal: (seal.gilded_times == 0, seal.position))]
    near = nearest_own(story.seals, CLOSEST)
    blocks = [
        listed(lines, LINES, around.url),
        *(_nearest(seal, names, around.url) for seal in near),
        _hidden(story) if story.private else "",
    ]
    gilded = any(seal.gilded_times for seal in held)
    return _embed(blocks, member_line(story.seals, story.name, thing), bool(held), around, gilded=gilded)


def _held_line(seal: MemberSeal, names: dict[int, str]) -> str:
    """`◆ Conqueror · gilded 3 times, this season`"""
    gilded = f"gilded {times(seal.gilded_times)}" if seal.gilded_times else ""
    season = "this season" if seal.gilded_this_season else ""
    told = ", ".join(filter(None, [gilded, season]))
    return f"◆ **{thing(names[seal.record_hash])}**{f' · {told}' if told else ''}"


def _nearest(seal: MemberSeal, names: dict[int, str], url: str | None) -> str:
    """One seal with what is left of it."""
    done, of = seal.done or 0, seal.of or 0
    far = f"{number(done)} of {number(of)}" if done < of else "all done, not claimed yet"
    heading = f"◇ **{thing(names[seal.record_hash])}** · {far}"
    return "\n".join(filter(None, [heading, _triumphs(seal.triumphs, _TRIUMPHS, url) if done < of else ""]))


def _triumphs(triumphs: Sequence[Triumph], limit: int, url: str | None) -> str:
    left = [_triumph(triumph) for triumph in triumphs if not triumph.complete]
    return listed(left, limit, url)


def _triumph(triumph: Triumph) -> str:
    """`▫ A Thousand Wings · 2 of 3`"""
    counted = triumph.of is not None and triumph.of > 1 and triumph.done is not None
    count = f" · {number(triumph.done or 0)} of {number(triumph.of or 0)}" if counted else ""
    return f"▫ {thing(triumph.name)}{count}"


def own_seal_embed(story: OwnSealsStory, around: Around) -> discord.Embed:
    """One seal of one member: held since when, or what is left of it, triumph by triumph."""
    seal = story.seal
    assert seal is not None
    if not story.readable:
        return _embed([_hidden(story)], f"{person(story.name)} has never shown triumphs", False, around)
    name = thing(titles(story.seals)[seal.record_hash])
    held = seal.held_since is not None
    title = f"{person(story.name)} {'holds' if held else 'does not hold'} {name}{'' if held else ' yet'}"
    blocks = [
        _since(seal) if held else _far(seal),
        "" if held else under("Left", _triumphs(seal.triumphs, _ALL_TRIUMPHS, around.url)),
        _hidden(story) if story.private else "",
    ]
    return _embed(blocks, title, held, around, gilded=seal.gilded_times > 0)


def _since(seal: MemberSeal) -> str:
    """Since when, where that was seen; how often gilded."""
    since = f"Earned {stamp(seal.held_since, 'D')}" if seal.held_since and not seal.quiet else ""
    gilded = f"Gilded {times(seal.gilded_times)}" if seal.gilded_times else ""
    season = "gilded this season" if seal.gilded_this_season else ""
    return " · ".join(filter(None, [since, gilded, season])) or "Held since before anyone looked."


def _far(seal: MemberSeal) -> str:
    if seal.done is None or seal.of is None:
        return "Nothing of it has been counted yet."
    if seal.done >= seal.of:
        return "All of it is done; the title is not claimed yet."
    return f"{number(seal.done)} of {plural(seal.of, 'triumph')} done"


def _hidden(story: OwnSealsStory) -> str:
    """Kindly: it is theirs to show or not."""
    who = person(story.name)
    if story.private and story.readable:
        return f"{who} keeps triumphs private now; this is what was known before."
    if story.private:
        return f"{who} keeps triumphs private, so nothing of theirs is counted."
    return "They keep them private, or nobody has looked yet."
