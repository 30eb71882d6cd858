"""/status as an answer in Discord: can I trust the numbers now?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import discord

from bot.domain.clan import Clan, ClanState
from bot.domain.status import LoopStatus, Status
from bot.presenters.embeds import colours
from bot.presenters.embeds.frame import embed
from bot.presenters.embeds.lines import CLAN_NAME_LIMIT
from bot.presenters.freshness import loop_is_late
from bot.presenters.status_words import loop_name, takeaway
from bot.presenters.text import number, plural, safe_name, stamp

_UNTRACKED = {ClanState.REFUSED, ClanState.DISBANDED}
_SHOWN = 5


def status_embed(status: Status, now: datetime, last_line: str) -> discord.Embed:
    """One sentence for the whole, then loops, Bungie.net, posts and what needs a hand."""
    first, rest = takeaway(status, now)
    late = [loop for loop in status.loops if loop_is_late(loop, now)]
    worry = bool(late) or status.bungie.state != "up" or bool(_needs_a_hand(status))
    blocks = [
        f"**{first}**{rest}",
        "\n".join(_loop(loop, now) for loop in status.loops),
        "\n".join([*_bungie(status), *_reports(status), _outbox(status)]),
        "\n".join(_needs_a_hand(status)),
        last_line,
    ]
    return embed(
        "\n\n".join(filter(None, blocks)),
        colours.STALE if worry else colours.ONLINE,
        title=f"Hawthorne {status.version}",
    )


def _loop(loop: LoopStatus, now: datetime) -> str:
    sign = "⚠" if loop_is_late(loop, now) else "●"
    age = stamp(loop.good_at) if loop.good_at else "not yet"
    trouble = f" · {safe_name(loop.last_sentence, 160)}" if loop.last_error and loop.last_sentence else ""
    return f"{sign} {safe_name(loop_name(loop.name))} · {age}{trouble}"


def _bungie(status: Status) -> list[str]:
    """Its state with the share of our requests that is used, and why it is not up."""
    bungie = status.bungie
    since = f" since {stamp(bungie.since, 't')}" if bungie.since and bungie.state != "up" else ""
    state = f"Bungie.net: {bungie.state}{since} · {round(bungie.budget_used * 100)} % of the budget used"
    return [state, *([safe_name(bungie.sentence, 200)] if bungie.sentence else [])]


def _reports(status: Status) -> list[str]:
    """Reports that are not stored, and how far the past is read; nothing while all is."""
    queue = status.queue
    counts = [("waiting", queue.waiting + queue.running), ("failed", queue.failed), ("gone", queue.gone)]
    told = " · ".join(f"{number(count)} {word}" for word, count in counts if count)
    return [*([f"Reports: {told}"] if told else []), *(safe_name(line, 200) for line in status.progress)]


def _outbox(status: Status) -> str:
    box = status.outbox
    counts = [("waiting", box.new + box.sending), ("held", box.held), ("refused", box.dead)]
    told = " · ".join(f"{number(count)} {word}" for word, count in counts if count)
    return f"Posts: {told or 'all told'}"


def _needs_a_hand(status: Status) -> list[str]:
    broken = [
        f"⚠ <#{row.channel_id}> refuses posts{_why(row.last_error)}" for row in status.channels if row.state != "ok"
    ]
    held = [
        f"⚠ {plural(batch.count, 'leave')} held since {stamp(batch.since)}: not announced until confirmed"
        for batch in status.held
    ]
    clans = [f"⚠ {_clan_name(clan)}: {safe_name(clan.reason or clan.state, 200)}" for clan in _untracked(status.clans)]
    notes = [f"⚠ {safe_name(note, 200)}" for note in status.notes]
    return [line for group in (broken, held, clans, notes) for line in _some(group)]


def _some(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], f"+ {number(len(lines) - _SHOWN)} more"]


def _untracked(clans: Iterable[Clan]) -> list[Clan]:
    return [clan for clan in clans if clan.state in _UNTRACKED]


def _clan_name(clan: Clan) -> str:
    return safe_name(clan.name, CLAN_NAME_LIMIT) if clan.name else f"Clan {clan.group_id}"


def _why(error: str | None) -> str:
    return f": {safe_name(error, 120)}" if error else ""
