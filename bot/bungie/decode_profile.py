"""GetProfile into a Profile, in the needed parts only: a profile with records weighs up to 3 MB. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from bot.bungie.answer import Whole, decode
from bot.bungie.decode import bungie_name, when
from bot.bungie.models_profile import (
    CharacterActivities,
    CharacterComponent,
    CharacterRecords,
    Collectible,
    Collectibles,
    DestinyProfileResponse,
    ProfileRecords,
    RecordComponent,
    Single,
)
from bot.domain.profile import Character, CurrentActivity, Profile, Records, RecordState

PROFILES, CHARACTERS, ACTIVITIES, COLLECTIBLES, RECORDS, TRANSITORY = 100, 200, 204, 800, 900, 1000
NONE_HASH = 2166136261  # FNV-1a of nothing: Bungie's "no such thing"
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
WHOLE = msgspec.json.Decoder(Whole[DestinyProfileResponse], strict=False)
"""For answers as they come: `profile` takes what it finds."""
_response = msgspec.json.Decoder(DestinyProfileResponse, strict=False)
_record = msgspec.json.Decoder(RecordComponent, strict=False)
_collectible = msgspec.json.Decoder(Collectible, strict=False)
_shared = lru_cache(4096)(RecordState)  # most records of most members are in one of a few hundred states


def profile(
    found: DestinyProfileResponse | msgspec.Raw,
    membership_type: int,
    membership_id: int,
    components: Iterable[int],
    wanted: frozenset[int] = frozenset(),
    wanted_collectibles: frozenset[int] = frozenset(),
) -> Profile:
    """The asked `components` of an answer; of records and collectibles only those that are wanted.

    Raises Unavailable when a part has another shape than the API document gives it.
    """
    answer, asked = decode(_response, found) if isinstance(found, msgspec.Raw) else found, frozenset(components)
    account = answer.profile.data
    return Profile(
        membership_id=membership_id,
        membership_type=membership_type,
        minted_at=when(answer.response_minted_timestamp),
        secondary_minted_at=when(answer.secondary_components_minted_timestamp),
        date_last_played=when(account.date_last_played) if account else None,
        name=bungie_name(account.user_info) if account and account.user_info else None,
        characters=_characters(answer.characters),
        activity=_activity(answer.character_activities.data or {}),
        activities_read=answer.character_activities.data is not None,
        transitory=(answer.profile_transitory_data.data is not None) if TRANSITORY in asked else None,
        records=_records(answer.profile_records, answer.character_records, wanted),
        collectibles=_acquired(answer, wanted_collectibles),
        components_missing=_missing(answer, asked),
    )


def _missing(answer: DestinyProfileResponse, asked: frozenset[int]) -> frozenset[int]:
    read = {
        PROFILES: answer.profile.data,
        CHARACTERS: answer.characters.data,
        ACTIVITIES: answer.character_activities.data,
        COLLECTIBLES: answer.profile_collectibles.data,
        RECORDS: answer.profile_records.data,
    }
    return frozenset(number for number in asked if number in read and read[number] is None)


def _characters(component: Single[dict[int, CharacterComponent]]) -> tuple[Character, ...] | None:
    if component.data is None:
        return None
    return tuple(
        Character(
            character_id=character_id,
            class_type=row.class_type,
            light=row.light,
            date_last_played=when(row.date_last_played),
            title_record_hash=_real(row.title_record_hash),
        )
        for character_id, row in component.data.items()
    )


def _activity(by_character: Mapping[int, CharacterActivities]) -> CurrentActivity | None:
    """That of the character with the newest start; None where no character ever started one."""
    newest = max(by_character.values(), key=lambda row: when(row.date_activity_started) or _NEVER, default=None)
    started_at = when(newest.date_activity_started) if newest else None
    if newest is None or started_at is None:
        return None
    return CurrentActivity(
        activity_hash=_real(newest.current_activity_hash) or 0,
        mode_hash=_real(newest.current_activity_mode_hash),
        mode_type=newest.current_activity_mode_type,
        mode_types=tuple(newest.current_activity_mode_types or ()),
        playlist_hash=_real(newest.current_playlist_activity_hash),
        started_at=started_at,
    )


def _real(found: int | None) -> int | None:
    return None if found in (None, 0, NONE_HASH) else found


def _records(
    account: Single[ProfileRecords], characters: Single[dict[int, CharacterRecords]], wanted: frozenset[int]
) -> Records | None:
    if account.data is None:
        return None
    states: dict[int, RecordState] = {}
    for source in (account.data.records, *(row.records for row in (characters.data or {}).values())):
        for found in wanted & source.keys():
            state, known = _state(decode(_record, source[found])), states.get(found)
            states[found] = state if known is None else max(known, state, key=_rank)
    return Records(
        score=account.data.score,
        active_score=account.data.active_score,
        legacy_score=account.data.legacy_score,
        lifetime_score=account.data.lifetime_score,
        seals=states,
    )


def _rank(state: RecordState) -> tuple[bool, bool, int]:
    """A record counts as done when it is done on the profile or on any character."""
    return state.held, state.complete, state.done or 0


def _state(record: RecordComponent) -> RecordState:
    """Interval records count by intervalObjectives, of which the last is the whole way."""
    intervals, objectives = record.interval_objectives, record.objectives
    last = intervals[-1] if intervals else objectives[0] if objectives else None
    if last is None:
        return _shared(record.state, record.completed_count, None, None)
    return _shared(record.state, record.completed_count, last.progress, last.completion_value)


def _acquired(answer: DestinyProfileResponse, wanted: frozenset[int]) -> frozenset[int] | None:
    """Acquired on the profile or on any character; None when the profile's list was not there."""
    account: Collectibles | None = answer.profile_collectibles.data
    if account is None:
        return None
    return frozenset(
        found
        for source in (account, *(answer.character_collectibles.data or {}).values())
        for found in wanted & source.collectibles.keys()
        if decode(_collectible, source.collectibles[found]).acquired
    )
