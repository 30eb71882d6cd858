"""What one weapon's figures say: who is best with it, its rank, its days and classes. Shared with the web.

Plain text, as in weapon_words: `name` makes a name harmless where it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.weapon import ClassKills, DayKills, WeaponDetail, WeaponFilter, WeaponPlayer
from bot.presenters.text import date_text, number, ordinal, plain_name, plural
from bot.presenters.weapon_figures import percent
from bot.presenters.weapon_words import TITLE_LIMIT, Namer, bare, place

_NOT_TOLD = "class not told"


@dataclass(frozen=True, slots=True)
class SheetStory:
    """One weapon with what was asked.

    `rank` is its place among the `of` weapons with kills there, and `share` its part of their kills, 0 to 1; None
    where it is not told. `member`: the name of the one person who is asked about.
    """

    asked: WeaponFilter
    detail: WeaponDetail
    rank: int | None = None
    of: int = 0
    share: float | None = None
    member: str | None = None

    @property
    def weapon_name(self) -> str:
        return self.detail.row.weapon.name


def sheet_takeaway(story: SheetStory, name: Namer = plain_name, *, brief: bool = False) -> str:
    """Who is best with it, in one sentence. `brief`: for a chart's title, which names the weapon's kills alone."""
    players, what = story.detail.players, name(story.weapon_name)
    if not players or not story.detail.row.kills:
        return _nobody(story, name)
    first = [player for player in players if player.kills == players[0].kills]
    who, kills = name(bare(first[0].name)), plural(first[0].kills, "kill")
    if story.member is not None:
        return f"{name(bare(story.member))} made {kills} with {what}"
    if len(players) == 1:
        return f"Only {who} uses {what}: {kills}"
    if len(first) > 1:
        return _tie(first, what, name, brief)
    long, short = f"{who} leads the clan with {what}: {kills}", f"{who} leads with {what}: {kills}"
    return short if brief and len(long) > TITLE_LIMIT else long


def _tie(first: Sequence[WeaponPlayer], what: str, name: Namer, brief: bool) -> str:
    each = f"{plural(first[0].kills, 'kill')} each"
    if len(first) > 2:
        return f"{len(first)} members share the lead with {what}: {each}"
    both = " and ".join(name(bare(player.name)) for player in first)
    long = f"{both} share the lead with {what}: {each}"
    return f"{both}: {each} with {what}" if brief and len(long) > TITLE_LIMIT else long


def _nobody(story: SheetStory, name: Namer) -> str:
    where = f" in {place(story.asked.mode)}" if place(story.asked.mode) else ""
    who = f"{name(bare(story.member))} has no" if story.member is not None else "Nobody here has a"
    return f"{who} kill with {name(story.weapon_name)}{where}"


def sheet_title_code(story: SheetStory, name: Namer = plain_name) -> str:
    """The takeaway without anyone's name."""
    row = story.detail.row
    return f"{name(row.weapon.name)}: {plural(row.kills, 'kill')} by {plural(row.players, 'member')}"


def precision_share(player: WeaponPlayer) -> float | None:
    """The part of the kills that were precision kills, 0 to 1."""
    return player.precision_kills / player.kills if player.kills else None


def rank_line(story: SheetStory) -> str:
    """ "3rd of 214 weapons · 4.7 % of weapon kills"; "" where no rank is told."""
    if story.rank is None or story.share is None:
        return ""
    return f"{ordinal(story.rank)} of {plural(story.of, 'weapon')} · {percent(story.share)} of weapon kills"


def sheet_scope(story: SheetStory) -> str:
    """What is counted: "Hand Cannon · Crucible · last 30 days · 6,412 kills, 55 % precise"."""
    row = story.detail.row
    precise = f", {precision_words(row.precision_kills / row.kills)}" if row.kills else ""
    kills = f"{plural(row.kills, 'kill')}{precise}"
    words = [row.weapon.type, story.asked.mode.label, story.asked.span.label, kills]
    return " · ".join(filter(None, words))


def precision_words(share: float) -> str:
    """0.553 -> "55 % precise": of the kills, those that were precision kills."""
    return f"{share * 100:.0f} % precise"


def class_line(parts: Sequence[ClassKills]) -> str:
    """ "Hunter 61 % · Warlock 29 % · Titan 10 %", most first; "" without kills."""
    whole = sum(part.kills for part in parts)
    ordered = sorted(parts, key=lambda part: (-part.kills, class_word(part)))
    return " · ".join(f"{class_word(part)} {part.kills / whole * 100:.0f} %" for part in ordered if part.kills)


def class_word(part: ClassKills) -> str:
    return part.guardian.value.title() if part.guardian else _NOT_TOLD


def days_line(days: Sequence[DayKills]) -> str:
    """ "Best day 3 May 2026, 96 kills · last kill 9 May 2026"; "" without kills."""
    if not days:
        return ""
    best = max(days, key=lambda day: (day.kills, day.day))
    first, last = min(day.day for day in days), max(day.day for day in days)
    told = [f"Best day {date_text(best.day)}, {plural(best.kills, 'kill')}", f"last kill {date_text(last)}"]
    return " · ".join(told) if first != last else f"{plural(best.kills, 'kill')}, all on {date_text(last)}"


def sheet_alt_text(story: SheetStory, players: Sequence[WeaponPlayer], name: Namer = plain_name) -> str:
    """The takeaway, what the picture shows, the first three and the last."""
    told = [f"{name(bare(player.name))} {number(player.kills)}" for player in players]
    some = [*told[:3], f"… {told[-1]}"] if len(told) > 4 else told
    bars = f"Bar chart of {plural(len(players), 'member')} by kills, {story.asked.span.label}: {', '.join(some)}"
    days = days_line(story.detail.by_day)
    parts = [sheet_takeaway(story, name), bars, f"Below, kills over time: {days[:1].lower()}{days[1:]}"]
    classes = class_line(story.detail.by_class)
    return ". ".join([*parts, f"By class: {classes}"] if classes else parts) + "."
