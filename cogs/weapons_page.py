"""An answer about weapons: figures read, chart drawn, embed laid out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

import discord

from bot.client import HawthorneBot, Picture
from bot.domain.weapon import Coverage, WeaponSort
from bot.presenters.embeds.weapons import Around, sheet_embed, weapons_embed
from bot.presenters.freshness import last_line
from bot.presenters.text import bare_address, date_text, plural
from bot.presenters.weapon_charts import BARS, PLAYERS, weapon_bars, weapon_sheet
from bot.presenters.weapon_sheet_words import sheet_alt_text
from bot.presenters.weapon_words import alt_text
from cogs.pictures import Drawing, illustrate
from cogs.reading import DEFERRED_SECONDS, reading
from cogs.weapons_asked import WeaponsAsked
from cogs.weapons_look import Look, Typed, find_asked_weapon, look_up, read_sheet, read_story


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer ready to be sent; `asked` has what it came to be. `plain`: the embed of an answer without `picture`."""

    asked: WeaponsAsked
    embed: discord.Embed
    plain: discord.Embed
    picture: Picture | None
    span_label: str
    url: str | None


async def render(bot: HawthorneBot, asked: WeaponsAsked, typed: Typed) -> Rendered:
    """/weapons, or /weapon where one is asked for. Raises UnknownThing for what is not here, DatabaseAway."""
    if asked.weapon_hash is not None or typed.weapon is not None:
        return await _sheet(bot, asked, typed)
    return await _weapons(bot, asked, typed)


async def _weapons(bot: HawthorneBot, asked: WeaponsAsked, typed: Typed) -> Rendered:
    async with reading(bot, DEFERRED_SECONDS) as (conn, now):
        look = await look_up(conn, asked, typed, bot.config.clans.ids, now)
        story = await read_story(conn, look, now)
    coverage, rows = story.table.coverage, story.table.rows
    drawing = None
    if rows:
        drawing = Drawing(weapon_bars(story, look.clan.name, coverage.as_of), alt_text(story, rows[:BARS]))
    return await _answer(bot, look, coverage, now, drawing, lambda around: weapons_embed(story, around))


async def _sheet(bot: HawthorneBot, asked: WeaponsAsked, typed: Typed) -> Rendered:
    async with reading(bot, DEFERRED_SECONDS) as (conn, now):
        look = await look_up(conn, asked, typed, bot.config.clans.ids, now)
        weapon = await find_asked_weapon(conn, look, typed)
        story = await read_sheet(conn, look, weapon, now)
    look = replace(look, asked=replace(look.asked, weapon_hash=weapon.weapon_hash))
    coverage, players = story.detail.coverage, story.detail.players
    drawing = None
    if players:
        chart = weapon_sheet(story, look.clan.name, coverage.as_of, now)
        drawing = Drawing(chart, sheet_alt_text(story, players[:PLAYERS]))
    return await _answer(bot, look, coverage, now, drawing, lambda around: sheet_embed(story, around))


async def _answer(
    bot: HawthorneBot,
    look: Look,
    coverage: Coverage,
    now: datetime,
    drawing: Drawing | None,
    embed: Callable[[Around], discord.Embed],
) -> Rendered:
    url = _address(bot.config.dashboard.public_url, look)
    around = Around(look.clan, coverage, _last_line(bot, look, coverage, now, url))
    made = await illustrate(bot, "weapons", drawing, lambda shown: embed(replace(around, shown=shown)))
    return Rendered(look.asked, made.embed, made.plain, made.picture, look.filter.span.label, url)


def _last_line(bot: HawthorneBot, look: Look, coverage: Coverage, now: datetime, url: str | None) -> str:
    rest = [plural(look.clan.member_count, "member"), _since(look, coverage), bare_address(url)]
    if coverage.as_of is None and coverage.stored and look.bungie.state != "down":
        return "-# " + " · ".join(["⚠ Matches are being read for the first time", *filter(None, rest)])
    return last_line("Matches", coverage.as_of, bot.config.schedule.matches_seconds, look.bungie, now, *rest)


def _since(look: Look, coverage: Coverage) -> str:
    """From when on an answer about all time knows everything."""
    if look.filter.span.since is not None or coverage.growing or coverage.since is None:
        return ""
    return f"complete since {date_text(coverage.since)}"


def _address(public_url: str, look: Look) -> str | None:
    """The same view on the dashboard."""
    if not public_url:
        return None
    asked = look.asked
    named = {
        "mode": asked.mode.value,
        **asked.span.parameters(),
        "member": str(asked.membership_id or ""),
        "type": look.filter.type or "",
        "slot": asked.slot or "",
        "damage": asked.damage or "",
        "sort": look.filter.sort if look.filter.sort is not WeaponSort.KILLS else "",
    }
    if asked.weapon_hash is not None:
        named = {name: value for name, value in named.items() if name not in ("type", "slot", "damage", "sort")}
    weapon = f"/{asked.weapon_hash}" if asked.weapon_hash is not None else ""
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{public_url}/clans/{asked.group_id}/weapons{weapon}?{query}"
