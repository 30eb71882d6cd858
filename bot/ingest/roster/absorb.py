"""What one answer of GetProfile changes in what is known of a member."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.profile import Character, Profile, Records
from bot.domain.reading import Portrait, Reading
from bot.ingest.roster.presence import is_playing
from bot.ingest.roster.stamps import judge

_CONFIRMS = 2
_AFTER_THE_END = timedelta(minutes=5)
_HIDEABLE = frozenset({204, 900})


def absorb(reading: Reading, profile: Profile, now: datetime, *, is_online: bool) -> Reading:
    """The reading after that answer; `is_online` is the clan's roster's word, False where it isn't believed.

    The small components and the records have stamps of their own, and are believed or dropped apart. Absent activities
    or records are the only sign of a private profile, and a fault as well; what they are is told by the next read.
    """
    believed, stamp = judge(reading.stamp, profile.minted_at, now)
    after = replace(reading, characters=(), stamp=stamp, tried_at=now, failures=0, failure=None)
    if believed:
        after = _presence(_facts(after, profile, now), reading, now, is_online=is_online)
    return _with_records(after, profile, now)


def fail(reading: Reading, sentence: str, now: datetime) -> Reading:
    """The reading after a request that brought nothing: all that was known stays."""
    return replace(reading, characters=(), tried_at=now, failures=reading.failures + 1, failure=sentence)


def hide(reading: Reading, now: datetime) -> Reading:
    """The reading after Bungie.net said that the owner hides the profile (1665); said twice, it is private."""
    hidden = reading.hidden_reads + 1
    portrait = replace(reading.portrait, private=hidden >= _CONFIRMS)
    after = replace(reading, portrait=portrait, hidden_reads=hidden, tried_at=now, read_at=now, playing=False)
    return replace(after, characters=(), failures=0, failure=None, moved=False)


def _facts(reading: Reading, profile: Profile, now: datetime) -> Reading:
    """Absent is not zero: a part that did not come leaves what was known."""
    hidden = reading.hidden_reads + 1 if profile.components_missing & _HIDEABLE else 0
    characters = profile.characters or ()
    played = profile.date_last_played or reading.portrait.last_played_at
    portrait = replace(
        reading.portrait,
        last_played_at=played,
        power=profile.power if profile.power is not None else reading.portrait.power,
        title_record_hash=_title(characters) if characters else reading.portrait.title_record_hash,
        private=hidden >= _CONFIRMS,
    )
    after = replace(
        reading,
        portrait=portrait,
        characters=characters,
        hidden_reads=hidden,
        moved=reading.read_at is not None and played != reading.portrait.last_played_at,
        read_at=now,
    )
    if not profile.activities_read:
        return after
    return replace(after, activity=profile.activity, transitory=bool(profile.transitory))


def _title(characters: tuple[Character, ...]) -> int | None:
    """The title worn by the character last played."""
    last = max(characters, key=lambda c: (c.date_last_played is not None, c.date_last_played, c.character_id))
    return last.title_record_hash


def _presence(after: Reading, before: Reading, now: datetime, *, is_online: bool) -> Reading:
    """Playing or not, and from when on the records are due: 5 minutes after the end, seen or only inferred."""
    playing = not after.portrait.private and is_playing(
        after.activity, transitory=after.transitory, is_online=is_online, now=now
    )
    due = before.records_due_at
    if playing:
        due = None
    elif before.playing or after.moved:
        due = now + _AFTER_THE_END
    return replace(
        after,
        playing=playing,
        online_at=now if playing else before.online_at,
        records_due_at=due,
        reads_since_records=before.reads_since_records + playing,
    )


def _with_records(reading: Reading, profile: Profile, now: datetime) -> Reading:
    if profile.records is None:
        return reading
    believed, stamp = judge(reading.records_stamp, profile.secondary_minted_at, now)
    if not believed:
        return replace(reading, records_stamp=stamp)
    due = reading.records_due_at
    return replace(
        reading,
        records_stamp=stamp,
        portrait=_scored(reading.portrait, profile.records),
        records_read_at=now,
        records_due_at=due if due is not None and due > now else None,
        reads_since_records=0,
    )


def _scored(portrait: Portrait, records: Records) -> Portrait:
    """`score` is the active score under its older name; the lifetime score is the sum where it is absent."""
    active = records.active_score if records.active_score is not None else records.score
    total = records.lifetime_score
    if total is None and active is not None and records.legacy_score is not None:
        total = active + records.legacy_score
    return replace(
        portrait,
        triumph_score=portrait.triumph_score if total is None else total,
        triumph_score_active=portrait.triumph_score_active if active is None else active,
    )
