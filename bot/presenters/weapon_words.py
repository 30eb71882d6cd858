"""What a table of weapons says: its takeaway, its figures in words. Discord and the web share these sentences.

Everything here is plain text. Names are hostile, so each function that says one takes `name`, which makes it harmless
where it is shown: `safe_name` for Discord's markdown, `plain_name` for pictures and for pages that escape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.mode import Mode
from bot.domain.weapon import Coverage, Slot, WeaponFilter, WeaponRow, WeaponSort, WeaponTotals
from bot.presenters.text import number, plain_name, plural
from bot.presenters.weapon_figures import WeaponStory, kills_in, leaders, measure, percent, shares

Namer = Callable[[str], str]
TITLE_LIMIT = 50
"""Characters that a chart's title has room for; over 46 it is drawn a little smaller."""
_CODE = re.compile(r"(?P<name>.+)(?P<code>#\d{4})", re.DOTALL)
_PLACES = {
    Mode.STRIKES: "strikes",
    Mode.NIGHTFALL: "nightfalls",
    Mode.RAID: "raids",
    Mode.DUNGEON: "dungeons",
    Mode.TRIALS: "Trials",
}
_SLOTS = {Slot.KINETIC: "kinetic-slot", Slot.ENERGY: "energy-slot", Slot.POWER: "power"}
UNITS = {
    WeaponSort.KILLS: ("kill", "kills"),
    WeaponSort.PRECISION: ("precision kill", "precision kills"),
    WeaponSort.MATCHES: ("match", "matches"),
    WeaponSort.PLAYERS: ("member", "members"),
}
"""What the figure of each order counts: one, several."""
_MOST = {WeaponSort.MATCHES: "most carried", WeaponSort.PLAYERS: "most shared"}


def bare(name: str) -> str:
    """A member's name without its code: "Vesper#0042" -> "Vesper"."""
    found = _CODE.fullmatch(name)
    return found["name"] if found else name


def code_of(name: str) -> str:
    """The code with its #, "" for a name without one."""
    found = _CODE.fullmatch(name)
    return found["code"] if found else ""


def place(mode: Mode) -> str:
    """A mode within a sentence ("Crucible", "raids"); "" for all modes."""
    return "" if mode is Mode.ALL else _PLACES.get(mode, mode.label)


def _in(mode: Mode) -> str:
    return f" in {place(mode)}" if place(mode) else ""


def narrowed(asked: WeaponFilter) -> bool:
    """Whether only some kinds of weapons are asked about."""
    return bool(asked.type or asked.slot or asked.damage or asked.tier)


def kind(asked: WeaponFilter, *, one: bool = False) -> str:
    """The weapons that are asked about: "weapons", "hand cannons", "exotic arc hand cannons"."""
    noun = (asked.type or "weapon").lower()
    slot = _SLOTS[asked.slot] if asked.slot else ""
    words = [asked.tier or "", slot, asked.damage or "", noun if one else f"{noun}s"]
    return " ".join(filter(None, words))


def takeaway(story: WeaponStory, name: Namer = plain_name, *, brief: bool = False) -> str:
    """What the table says in one sentence. `brief`: for a chart, whose subtitle tells mode and span."""
    if not story.table.rows:
        return _nothing(story, name)
    first = leaders(story)
    if len(first) > 1:
        return _tie(story, first, name, brief)
    row = first[0]
    if story.member is not None:
        return _favourite(story, row, name, brief)
    if len(story.table.rows) == 1:
        what = f"the only {kind(story.asked, one=True)} in use"
        return f"{name(row.weapon.name)} is {what}{_in(story.asked.mode)}: {plural(row.kills, 'kill')}"
    return _fitting(_leads(story, row, name), brief)


def _fitting(forms: Sequence[str], brief: bool) -> str:
    """The first form; for a chart the first that has room, else the last."""
    if not brief:
        return forms[0]
    return next((form for form in forms if len(form) <= TITLE_LIMIT), forms[-1])


def _leads(story: WeaponStory, row: WeaponRow, name: Namer) -> list[str]:
    """Ever shorter forms."""
    asked, who = story.asked, name(row.weapon.name)
    if asked.sort in _MOST:
        most = _MOST[asked.sort]
        many = counted(row, asked.sort)
        what = f"{who} is the {most} {kind(asked, one=True)}"
        return [f"{what}{_in(asked.mode)}: {many}", f"{what}: {many}", f"{who}: {many}"]
    where = f"{kind(asked)}{_in(asked.mode)}" if narrowed(asked) else place(asked.mode)
    if asked.sort is WeaponSort.PRECISION:
        many = counted(row, asked.sort)
        return [f"{who} leads {where} with {many}".replace("  ", " "), f"{who} leads with {many}", f"{who}: {many}"]
    share = percent(shares(story.table)[row.weapon.weapon_hash])
    lead = f"{who} leads {where} with {share}".replace("  ", " ")
    of = "of their kills" if narrowed(asked) else "of weapon kills"
    return [f"{lead} {of}", lead, f"{who} leads with {share}"]


def _favourite(story: WeaponStory, row: WeaponRow, name: Namer, brief: bool) -> str:
    """Ever shorter forms, of which one is taken."""
    asked, who, what = story.asked, name(bare(story.member or "")), name(row.weapon.name)
    some = f" {kind(asked, one=True)}" if narrowed(asked) else ""
    if asked.sort is WeaponSort.PRECISION:
        told = f"{who} made most precision kills with {what}"
        many = number(row.precision_kills)
        return _fitting([f"{told}{_in(asked.mode)}: {many}", f"{told}: {many}", f"{told}"], brief)
    if asked.sort in _MOST:
        whose, told = f"{who}'s {_MOST[asked.sort]}", counted(row, asked.sort)
        some = some or " weapon"
    else:
        share = percent(shares(story.table)[row.weapon.weapon_hash])
        whose, told = f"{who}'s favourite", f"{plural(row.kills, 'kill')}, {share}"
    end = f"is {what}: {told}"
    return _fitting([f"{whose}{some}{_in(asked.mode)} {end}", f"{whose}{some} {end}", f"{whose} {end}"], brief)


def _tie(story: WeaponStory, first: Sequence[WeaponRow], name: Namer, brief: bool) -> str:
    asked = story.asked
    each = f"{counted(first[0], asked.sort)} each"
    whose = f" for {name(bare(story.member))}" if story.member is not None else _in(asked.mode)
    if len(first) == 2:
        both = " and ".join(name(row.weapon.name) for row in first)
        return _fitting([f"{both} share the lead{whose}: {each}", f"{both}: {each}"], brief)
    return f"{len(first)} {kind(asked)} share the lead{whose}: {each}"


def _nothing(story: WeaponStory, name: Namer) -> str:
    asked = story.asked
    if narrowed(asked):
        return f"No kills with {kind(asked)}{_in(asked.mode)}"
    if story.member is not None:
        return f"No weapon kills by {name(bare(story.member))}{_in(asked.mode)}"
    return f"No weapon kills{_in(asked.mode)}"


def title_code(story: WeaponStory, name: Namer = plain_name) -> str:
    """The takeaway without the member's name, for a picture that lacks letters of it; "" where it names nobody."""
    if story.member is None or not story.table.rows or len(leaders(story)) > 1:
        return ""
    row = story.table.rows[0]
    return f"The favourite is {name(row.weapon.name)}: {plural(row.kills, 'kill')}"


def scope(story: WeaponStory) -> str:
    """What is counted: "Crucible · last 30 days · 58,240 weapon kills"."""
    asked, kills = story.asked, kills_in(story.table)
    told = f"{plural(kills, 'kill')} with {kind(asked)}" if narrowed(asked) else plural(kills, "weapon kill")
    return " · ".join([asked.mode.label, asked.span.label, *([told] if kills else [])])


def counted(row: WeaponRow, sort: WeaponSort) -> str:
    """The figure that a table of that order compares, with what it counts: "812 matches"."""
    return plural(measure(row, sort), *UNITS[sort])


def no_weapon(totals: WeaponTotals) -> str:
    """The kills that no weapon made: "812 grenade · 640 melee · 77 other"; "" where there are none."""
    told = ((totals.grenade, "grenade"), (totals.melee, "melee"), (totals.super, "super"), (totals.other, "other"))
    return " · ".join(f"{number(kills)} {word}" for kills, word in told if kills)


def growing(coverage: Coverage) -> str:
    """What is still missing: "37 of 98 histories complete, numbers still rise"; "" once nothing is."""
    if not coverage.growing:
        return ""
    if coverage.members == 1:
        return "this history is not complete yet, numbers still rise"
    return f"{number(coverage.complete)} of {number(coverage.members)} histories complete, numbers still rise"


def alt_text(story: WeaponStory, rows: Sequence[WeaponRow], name: Namer = plain_name) -> str:
    """The takeaway, what the picture shows, the first three and the last (guide section 7)."""
    asked = story.asked
    told = [f"{name(row.weapon.name)} {number(measure(row, asked.sort))}" for row in rows]
    some = [*told[:3], "…", told[-1]] if len(told) > 4 else told
    listed = ", ".join(some).replace("…, ", "… ")
    bars = f"Bar chart of {plural(len(rows), 'weapon')} by {UNITS[asked.sort][1]}"
    return f"{takeaway(story, name)}. {bars}, {asked.span.label}: {listed}."
