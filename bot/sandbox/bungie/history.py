"""GET .../Stats/Activities/ and GET .../Account/{id}/Stats/: what a character has played, and an account's sums."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.sandbox.bungie import stats
from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.reports import activity_details, values_of
from bot.sandbox.world.matches.book import Book
from bot.sandbox.world.matches.kinds import kinds
from bot.sandbox.world.matches.model import Entry, Meeting, Seat
from bot.sandbox.world.model import Person
from bot.sandbox.world.rows import stamp

LONGEST = 250
"""Rows a page, at most."""
_SUMMED = ("kills", "deaths", "assists", "precision", "played")


def played_by(book: Book, seat: Seat, mode: int, now: int) -> list[Meeting]:
    """This character's meetings that are over, newest first; mode 0 is all of them."""
    wanted = {kind.key for kind in kinds().values() if mode == 0 or mode in kind.modes}
    return [
        meeting
        for meeting in reversed(book.meetings_of(seat.membership_id))
        if meeting.kind in wanted and meeting.end <= now and seat in meeting.party
    ]


def history_response(book: Book, seat: Seat, meetings: Sequence[Meeting]) -> Json:
    """Destiny.HistoricalStats.DestinyActivityHistoryResults; past the end it is an empty object."""
    return {"activities": [_row(book, seat, meeting) for meeting in meetings]} if meetings else {}


def _row(book: Book, seat: Seat, meeting: Meeting) -> Json:
    match = book.lines(meeting, seat)
    return {
        "period": stamp(match.period),
        "activityDetails": activity_details(match),
        "values": stats.named(values_of(match, _joined(match.entries))),
    }


def _joined(entries: Sequence[Entry]) -> Entry:
    """A history has one row for a character, also where the report has two lines."""
    last = entries[-1]
    if len(entries) == 1:
        return last
    sums = {name: sum(getattr(entry, name) for entry in entries) for name in _SUMMED}
    return replace(last, joined=entries[0].joined, **sums)


def account_response(book: Book, person: Person, now: int) -> Json:
    """Destiny.HistoricalStats.DestinyHistoricalStatsAccountResult: the only place that names deleted characters."""
    gone = {character.character_id for character in book.deleted(person)}
    ids = [character.character_id for character in person.characters] + sorted(gone)
    return {
        "mergedDeletedCharacters": _merged(book, person, gone, now),
        "mergedAllCharacters": _merged(book, person, set(ids), now),
        "characters": [
            {"characterId": id_, "deleted": id_ in gone, **_merged(book, person, {id_}, now)} for id_ in ids
        ],
    }


def _merged(book: Book, person: Person, characters: set[str], now: int) -> Json:
    """Destiny.HistoricalStats.DestinyHistoricalStatsWithMerged of these characters together."""
    seats = {Seat(person.membership_id, id_) for id_ in characters}
    over = [one for one in book.meetings_of(person.membership_id) if one.end <= now and seats & set(one.party)]
    pvp = [meeting for meeting in over if 5 in kinds()[meeting.kind].modes]
    pve = [meeting for meeting in over if 7 in kinds()[meeting.kind].modes]
    return {"results": {"allPvE": _all_time(pve), "allPvP": _all_time(pvp)}, "merged": _all_time(over)}


def _all_time(meetings: Sequence[Meeting]) -> Json:
    """Only what costs nothing to sum up; who never played has an empty object."""
    if not meetings:
        return {}
    values = {
        "activitiesEntered": stats.count(len(meetings)),
        "secondsPlayed": stats.seconds(sum(meeting.seconds for meeting in meetings)),
    }
    return {"allTime": stats.named(values)}
