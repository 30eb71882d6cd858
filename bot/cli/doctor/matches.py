"""What is taken for granted about matches: that histories list them newest first, and that reports have their host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import msgspec

from bot.bungie.decode_history import account_characters, history_page
from bot.bungie.decode_report import report
from bot.bungie.models import GroupMember
from bot.bungie.probe import Probe
from bot.cli.doctor.finding import Finding, fix, ok
from bot.domain.match import HistoryPage
from bot.errors import BungieError, NotThere, NotYet, Private, Unavailable
from bot.presenters.text import plural

CHECKS = ("history", "report host")
_LOOKED_AT = 3  # members whose history is asked for before it is given up
_ROWS = 250
_NO_REPORT = 1


async def check_matches(probe: Probe, rows: Sequence[GroupMember]) -> AsyncIterator[Finding]:
    """The history of whoever was seen last, and the newest report that it names."""
    likely = sorted(rows, key=lambda row: -(row.last_online_status_change or 0))[:_LOOKED_AT]
    newest: int | None = None
    try:
        page = await _first_page(probe, likely)
        yield _judge(page, len(likely))
        newest = page.rows[0].details.instance_id if page and page.rows else None
    except BungieError as error:
        yield fix("history", f"{error} Try again later.")
    yield await _check_report(probe, newest)


async def _first_page(probe: Probe, members: Sequence[GroupMember]) -> HistoryPage | None:
    """The first page that has rows, of these members' characters; None where nobody has one that can be seen."""
    for row in members:
        card = row.destiny_user_info
        account = f"/Destiny2/{card.membership_type}/Account/{card.membership_id}"
        try:
            characters = account_characters(msgspec.Raw((await probe.ask(f"{account}/Stats/")).raw))
            for each in characters:
                path = f"{account}/Character/{each.character_id}/Stats/Activities/?count={_ROWS}&mode=0&page=0"
                page = history_page(msgspec.Raw((await probe.ask(path)).raw), datetime.now(UTC))
                if page.rows or page.unreadable:
                    return page
        except (Private, NotThere):
            continue
    return None


def _judge(page: HistoryPage | None, members: int) -> Finding:
    if page is None:
        return ok("history", f"not looked at: none of {plural(members, 'member')} has played a match that can be seen")
    periods = [row.details.period for row in page.rows]
    if page.unreadable:
        return fix("history", f"{page.unreadable} of its lines can't be read. Please report it with --record FILE.")
    if periods != sorted(periods, reverse=True):
        return fix("history", "it is not newest first. Please report it with --record FILE.")
    return ok("history", f"{len(page.rows)} of {_ROWS} rows asked for, newest first")


async def _check_report(probe: Probe, instance_id: int | None) -> Finding:
    """Without a match to ask for, any answer will do, also that there is no such report."""
    asked = instance_id or _NO_REPORT
    try:
        raw = (await probe.ask(f"/Destiny2/Stats/PostGameCarnageReport/{asked}/", host="stats")).raw
        found = report(msgspec.Raw(raw), asked, datetime.now(UTC))
    except (NotThere, NotYet):
        return ok("report host", "it answers")
    except Unavailable as error:
        return fix("report host", f"{error} Try again later, or check bungie.stats_url.")
    return ok("report host", f"it has the report of match {asked}, of {plural(len(found.players), 'player')}")
