"""What a profile tells about the present: components 204 and 1000, and how a component is shown or hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox import facts
from bot.sandbox.bungie.answers import Json
from bot.sandbox.world.model import Activity, Character, Person
from bot.sandbox.world.rows import stamp

EMBLEM = 1907674139


def public(data: Json) -> Json:
    return {"data": data, "privacy": 1}


def guarded(person: Person, data: Callable[[], Json]) -> Json:
    """A component that "Show my progression" hides: privacy is 2 either way, absent data is the only sign."""
    return {"privacy": 2} if person.private else {"data": data(), "privacy": 2}


def activities(person: Person, minted: datetime) -> Json:
    def data() -> Json:
        return {character.character_id: _activity(character) for character in person.characters}

    return {"characterActivities": guarded(person, data)}


def _activity(character: Character) -> Json:
    """Hash 0 is offline; in orbit the mode is the hash of nothing and the mode's other keys are absent."""
    started = character.activity_started or character.last_played - timedelta(minutes=20)
    return {
        "dateActivityStarted": stamp(started),
        "availableActivities": _AVAILABLE,
        **_current(character.activity),
        "lastCompletedStoryHash": 589157009,
    }


def _current(activity: Activity | None) -> Json:
    if activity is None:
        return {"currentActivityHash": 0, "currentActivityModeHash": 0}
    if not activity.mode_types:
        return {"currentActivityHash": activity.hash, "currentActivityModeHash": facts.NO_MODE}
    hashes = [facts.mode_by_type()[mode]["hash"] for mode in activity.mode_types]
    playlist = {} if activity.playlist is None else {"currentPlaylistActivityHash": activity.playlist}
    return {
        "currentActivityHash": activity.hash,
        "currentActivityModeHash": hashes[0],
        "currentActivityModeType": activity.mode_types[0],
        "currentActivityModeHashes": hashes,
        "currentActivityModeTypes": list(activity.mode_types),
        **playlist,
    }


_AVAILABLE = [
    {
        "activityHash": row["hash"],
        "isNew": False,
        "canLead": True,
        "canJoin": True,
        "isCompleted": False,
        "isVisible": True,
        "recommendedLight": max(row.get("activityLightLevel", 0), 750),
        "difficultyTier": 1,
    }
    for row in facts.rows("activities")[:12]
]


def transitory(person: Person, minted: datetime) -> Json:
    """Data only while someone plays."""
    character = person.current
    if not person.online or person.private or character.activity is None:
        return {"profileTransitoryData": {"privacy": 2}}
    member = {
        "membershipId": person.membership_id,
        "emblemHash": EMBLEM,
        "displayName": person.platform_name,
        "status": 11,
    }
    activity: Json = {"score": 0.0, "highestOpposingFactionScore": 0.0, "numberOfOpponents": 0, "numberOfPlayers": 1}
    if character.activity.hash != facts.ORBIT:
        activity["startTime"] = stamp(character.activity_started)
    data = {
        "partyMembers": [member],
        "currentActivity": activity,
        "joinability": {"openSlots": 2, "privacySetting": 2, "closedReasons": 0},
        "tracking": [],
    }
    return {"profileTransitoryData": {"data": data, "privacy": 2}}
