"""A character's history, and the characters of an account, into the domain's nouns. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from bot.bungie.answer import decode
from bot.bungie.decode import when
from bot.bungie.limits import hash_of, identity, integer, number, seconds, smallint, tally
from bot.bungie.models_history import AccountStats, ActivityHistory, PeriodGroup
from bot.bungie.models_report import ActivityDetails, EntryValues
from bot.domain.match import AccountCharacter, HistoryPage, HistoryRow, MatchDetails

_FIRST = datetime(2017, 9, 1, tzinfo=UTC)  # Destiny 2 came out on 2017-09-06; the days before were the press's
_AHEAD = timedelta(days=1)
_pages = msgspec.json.Decoder(ActivityHistory, strict=False)
_rows = msgspec.json.Decoder(PeriodGroup, strict=False)
_account = msgspec.json.Decoder(AccountStats, strict=False)
NO_VALUES = EntryValues()


def history_page(raw: msgspec.Raw, now: datetime) -> HistoryPage:
    """One page of GetActivityHistory. A line without an instance id or a believable time is counted, not kept."""
    lines = decode(_pages, raw).activities or []
    rows = [row for line in lines if (row := _row(line, now)) is not None]
    return HistoryPage(tuple(rows), unreadable=len(lines) - len(rows))


def account_characters(raw: msgspec.Raw) -> tuple[AccountCharacter, ...]:
    """GetHistoricalStatsForAccount: every character there ever was, each once."""
    found: dict[int, bool] = {}
    for row in decode(_account, raw).characters:
        if (character_id := identity(row.character_id)) is not None:
            found[character_id] = row.deleted
    return tuple(AccountCharacter(character_id, deleted) for character_id, deleted in found.items())


def match_details(details: ActivityDetails, period: datetime | None, now: datetime) -> MatchDetails | None:
    """activityDetails with its period; None without an instance id, or with a time that can't be that of a match."""
    started, instance_id = when(period), identity(details.instance_id)
    if instance_id is None or started is None or not _FIRST <= started <= now + _AHEAD:
        return None
    mode = smallint(details.mode) or 0
    return MatchDetails(
        instance_id=instance_id,
        period=started,
        mode=mode,
        modes=tuple(found for found in details.modes or () if smallint(found) is not None),
        activity_hash=hash_of(details.director_activity_hash),
        reference_hash=hash_of(details.reference_id),
        is_private=bool(details.is_private),
        membership_type=smallint(details.membership_type),
    )


def completed(values: EntryValues) -> bool:
    """Finished: completed is 1, and the reason for the end is 0, "objective completed"."""
    return number(values.completed) == 1 and number(values.completion_reason) == 0


def _row(line: msgspec.Raw, now: datetime) -> HistoryRow | None:
    try:
        group = _rows.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    details = match_details(group.activity_details, group.period, now)
    return _history_row(details, group.values or NO_VALUES) if details is not None else None


def _history_row(details: MatchDetails, values: EntryValues) -> HistoryRow:
    played = seconds(values.time_played_seconds)
    return HistoryRow(
        details=details,
        duration_seconds=seconds(values.activity_duration_seconds) or played,
        kills=tally(values.kills),
        deaths=tally(values.deaths),
        assists=tally(values.assists),
        score=integer(number(values.score)),
        standing=smallint(number(values.standing)),
        completed=completed(values),
        seconds=played,
    )
