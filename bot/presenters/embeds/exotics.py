"""/exotics as answers in Discord: what nobody owns, what one member lacks, who has one exotic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.domain.collection import Collector, ExoticDetail, ExoticKind, ExoticRow, ExoticShow, Ownership
from bot.presenters.embeds import colours
from bot.presenters.embeds.answer import answer_embed
from bot.presenters.embeds.collections import Around, listed, more, people, person, thing, under, unread_line
from bot.presenters.exotic_words import (
    SLOT_WORDS,
    by_slot,
    exotic_line,
    is_few,
    lacking,
    member_line,
    names_of,
    noun,
    owners_line,
    private_line,
    rare,
    shown,
    takeaway,
)
from bot.presenters.text import number, plain_name, safe_name, stamp

LINES = 10
LONG = 20
NAMES = 24
_OWNERS = 2
_SLOTS_OF_ARMOR = {"helmet": "helmet", "gauntlets": "gauntlets", "chest": "chest armor", "legs": "leg armor",
                   "class_item": "class item"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExoticsStory:
    """A clan's exotics as they were asked for. `member`: the one person who is asked about."""

    ownership: Ownership
    show: ExoticShow
    member: Collector | None = None

    @property
    def rows(self) -> tuple[ExoticRow, ...]:
        """Those that were asked for, in their place. What is rare or nobody's, is so in the clan."""
        return tuple(row for row in self.ownership.exotics if self._fits(row))

    def _fits(self, row: ExoticRow) -> bool:
        if self.member is None:
            return shown(row, self.show)
        owns = self.member.membership_id in row.owners
        if self.show is ExoticShow.RARE:
            return owns and is_few(row.owned)
        show = ExoticShow.MISSING if self.show is ExoticShow.ALL else self.show
        return shown(row, show, self.member.membership_id, readable=self.member.read_at is not None)


def exotics_title(story: ExoticsStory, *, plain: bool = False) -> str:
    """The takeaway. `plain`: without markdown, for the chart."""
    name = plain_name if plain else thing
    rows, count = story.ownership.exotics, len(story.rows)
    if not rows or not any(member.read_at for member in story.ownership.members):
        return takeaway(rows, story.ownership.members, name)
    if story.member is not None and story.show is not ExoticShow.NOBODY:
        return _member_title(story, count)
    what = noun((row.exotic for row in rows), count)
    if story.show is ExoticShow.RARE:
        return f"{number(count)} {what} {'is' if count == 1 else 'are'} held by fewer than ten"
    if story.show is ExoticShow.OWNED:
        return f"{number(count)} of {number(len(rows))} {noun(row.exotic for row in rows)} are owned by someone"
    if story.show is ExoticShow.MISSING:
        return f"{number(count)} of {number(len(rows))} {noun(row.exotic for row in rows)} are lacked by someone"
    if story.show is ExoticShow.NOBODY and not count:
        return "Each exotic is owned by someone"
    return takeaway(rows, story.ownership.members, name)


def _member_title(story: ExoticsStory, count: int) -> str:
    assert story.member is not None
    if story.show is ExoticShow.RARE and story.member.read_at:
        return f"{person(story.member.name)} owns {number(count) if count else 'none'} of what fewer than ten hold"
    return member_line(story.ownership.exotics, story.member, thing)


def exotics_embed(story: ExoticsStory, around: Around) -> discord.Embed:
    """A clan's exotics, or those of one member."""
    if story.member is not None and story.show is not ExoticShow.NOBODY:
        blocks = _own(story, story.member, around.url)
    else:
        blocks = [_scope(story.ownership), *_lists(story, around.url), _unread(story.ownership.members)]
    return answer_embed(
        blocks, colours.EXOTIC, title=exotics_title(story), clan=around.clan, last_line=around.last_line,
        shown=around.shown,
    )  # fmt: skip


def _scope(ownership: Ownership) -> str:
    """ "85 weapons and 102 pieces of armor · 57 of 62 collections known"."""
    known = sum(member.read_at is not None for member in ownership.members)
    told = f"{number(known)} of {number(len(ownership.members))} collections known"
    return f"{_kinds(ownership.exotics)} · {told}"


def _kinds(rows: Sequence[ExoticRow]) -> str:
    counts = [(kind, [row.exotic for row in rows if row.exotic.kind is kind]) for kind in ExoticKind]
    return " and ".join(f"{number(len(found))} {noun(found, len(found))}" for _, found in counts if found)


def _lists(story: ExoticsStory, url: str | None) -> list[str]:
    names = names_of(story.ownership)
    if story.show is ExoticShow.NOBODY:
        return [_names(story.rows, LONG, url)]
    if story.show is ExoticShow.MISSING:
        fewest = sorted(story.rows, key=lambda row: (-row.missing, row.exotic.position))
        return [listed([f"{_mark(row)} · {number(row.missing)} lack it" for row in fewest], LONG, url)]
    if story.show is ExoticShow.OWNED:
        most = sorted(story.rows, key=lambda row: (-row.owned, row.exotic.position))
        return [listed([f"{_mark(row)} · {number(row.owned)}" for row in most], LONG, url)]
    limit = LONG if story.show is ExoticShow.RARE else LINES
    few = [_owned_by(row, names) for row in rare(story.rows)]
    nobodys = [row for row in story.rows if not row.owners and row.missing]
    return [
        under("Owned by nobody", _names(nobodys, LINES, url)),
        under("Held by fewer than ten", listed(few, limit, url)) if len(story.ownership.members) >= LINES else "",
    ]


def _mark(row: ExoticRow) -> str:
    return f"■ **{thing(row.exotic.name)}**"


def _owned_by(row: ExoticRow, names: dict[int, str]) -> str:
    """`■ Euphony · 2 · Tamsin, Quill`"""
    return f"{_mark(row)} · {number(row.owned)} · {owners_line(row, names, safe_name, _OWNERS)}"


def _names(rows: Sequence[ExoticRow], limit: int, url: str | None) -> str:
    return listed([_mark(row) for row in rows], limit, url)


def _unread(members: Sequence[Collector]) -> str:
    unread = sum(member.read_at is None for member in members)
    return unread_line(unread, sum(member.private and member.read_at is not None for member in members), "collections")


def _own(story: ExoticsStory, member: Collector, url: str | None) -> list[str]:
    """What one member lacks, by slot, or what they own of what was asked for."""
    if member.read_at is None:
        return [_hidden(member)]
    rows = story.ownership.exotics
    owned = len(rows) - len(lacking(rows, member))
    done = sum(member.membership_id in row.owners for row in story.ownership.catalysts)
    catalysts = f" · {number(done)} of {number(len(story.ownership.catalysts))} catalysts complete"
    scope = f"Has {number(owned)} of {number(len(rows))}: {_has(rows, member)}"
    return [
        scope + (catalysts if story.ownership.catalysts else ""),
        _by_slot(story.rows, url),
        private_line(member, safe_name),
    ]


def _has(rows: Sequence[ExoticRow], member: Collector) -> str:
    """ "80 of 85 weapons, 99 of 102 pieces of armor"."""
    told = []
    for kind in ExoticKind:
        found = [row for row in rows if row.exotic.kind is kind]
        owned = sum(member.membership_id in row.owners for row in found)
        if found:
            told.append(f"{number(owned)} of {number(len(found))} {noun((row.exotic for row in found), len(found))}")
    return ", ".join(told)


def _hidden(member: Collector) -> str:
    """Kindly: it is theirs to show or not."""
    if member.private:
        return private_line(member, safe_name) + "."
    return "They keep them private, or nobody has looked yet; what they own is counted for no one."


def _by_slot(rows: Sequence[ExoticRow], url: str | None) -> str:
    """One line a slot, with how many there are and as many names as the others have; some 24 names in all."""
    slots = by_slot(rows)
    shares = _shares([len(found) for found in slots.values()])
    lines = [_slot(slot, found, share) for (slot, found), share in zip(slots.items(), shares, strict=True)]
    rest = len(rows) - sum(shares)
    return "\n".join([*lines, *([more(rest, url)] if rest > 0 else [])])


def _slot(slot: str, rows: Sequence[ExoticRow], share: int) -> str:
    """`**Power** · 11 · Whisper of the Worm, Wardcliff Coil, The Wardcliff …`"""
    names = ", ".join(thing(row.exotic.name) for row in rows[:share])
    cut = " \N{HORIZONTAL ELLIPSIS}" if share < len(rows) else ""
    return f"**{SLOT_WORDS.get(slot, SLOT_WORDS['unknown'])}** · {number(len(rows))} · {names}{cut}"


def _shares(sizes: Sequence[int]) -> list[int]:
    """How many names each slot shows: all in turn get one more until the names or the room are used up."""
    shares, left = [0] * len(sizes), max(NAMES, len(sizes))
    while left and shares != list(sizes):
        for place in range(len(sizes)):
            if left and shares[place] < sizes[place]:
                shares[place], left = shares[place] + 1, left - 1
    return shares


def exotic_embed(detail: ExoticDetail, member: Collector | None, around: Around) -> discord.Embed:
    """Who has one exotic, who lacks it, of whom it is not known."""
    lacks = [each.name for each in detail.lacking]
    blocks = [
        _about(detail),
        _one(detail, member) if member else "",
        under(f"Owned by {number(len(detail.owners))}", people([each.name for each in detail.owners], around.url)),
        under(f"Lacked by {number(len(lacks))}", people(lacks, around.url)),
        under(
            f"Not known of {number(len(detail.unknown))}", people([each.name for each in detail.unknown], around.url)
        ),
        "\n".join(filter(None, [_last_found(detail), _catalyst(detail)])),
    ]
    title = exotic_line(detail, thing) if member is None else _one_title(detail, member)
    return answer_embed(
        blocks, colours.EXOTIC, title=title, clan=around.clan, last_line=around.last_line, shown=around.shown
    )


def _about(detail: ExoticDetail) -> str:
    """ "Power weapon · Beyond Light · Deep Stone Crypt raid."."""
    exotic = detail.exotic
    if exotic.kind is ExoticKind.WEAPON:
        what = f"{exotic.slot.title()} weapon" if exotic.slot in SLOT_WORDS and exotic.slot != "unknown" else "Weapon"
    else:
        slot = _SLOTS_OF_ARMOR.get(exotic.slot, "armor")
        what = f"{exotic.guardian.value.title()} {slot}" if exotic.guardian else slot.capitalize()
    source = safe_name(exotic.source, 120) if exotic.source else ""
    return " · ".join(filter(None, [what, exotic.expansion or "", source]))


def _one_title(detail: ExoticDetail, member: Collector) -> str:
    who, what = person(member.name), thing(detail.exotic.name)
    if any(owner.membership_id == member.membership_id for owner in detail.owners):
        return f"{who} owns {what}"
    if any(each.membership_id == member.membership_id for each in detail.lacking):
        return f"{who} lacks {what}"
    return f"Nobody can see whether {who} owns {what}"


def _one(detail: ExoticDetail, member: Collector) -> str:
    owner = next((each for each in detail.owners if each.membership_id == member.membership_id), None)
    found = f"Found {stamp(owner.seen_at, 'D')}." if owner and not owner.quiet else ""
    kept = private_line(member, safe_name)
    return " ".join(filter(None, [found, f"{kept}." if kept else ""]))


def _last_found(detail: ExoticDetail) -> str:
    """Who found it last, of those who found it while we looked."""
    seen = [owner for owner in detail.owners if not owner.quiet]
    if not seen:
        return ""
    last = max(seen, key=lambda owner: owner.seen_at)
    return f"Last found by {person(last.name)} {stamp(last.seen_at)}"


def _catalyst(detail: ExoticDetail) -> str:
    if detail.catalyst is None:
        return ""
    done, left = detail.catalyst.owned, detail.catalyst.missing
    return f"Catalyst: {number(done)} completed it, {number(left)} {'has' if left == 1 else 'have'} not"
