"""GetProfile: the components that Hawthorne asks for, each shown, hidden or absent as Bungie.net does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.sandbox import facts
from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.cards import user_card
from bot.sandbox.bungie.collectibles import collectibles
from bot.sandbox.bungie.presence import EMBLEM, activities, guarded, public, transitory
from bot.sandbox.bungie.records import character_records, profile_records
from bot.sandbox.world.catalogue import FACTS, Catalogue
from bot.sandbox.world.model import Character, Person
from bot.sandbox.world.rows import stamp

COMPONENTS = {
    "profiles": 100,
    "profileprogression": 104,
    "characters": 200,
    "characteractivities": 204,
    "presentationnodes": 700,
    "collectibles": 800,
    "records": 900,
    "transitory": 1000,
}
CLASSES = (3655393761, 671679327, 2271682572)
RACES = (3887404748, 2803282938, 898834093)
GENDERS = (3111576190, 2204441813)
_SEASONS = [row["hash"] for row in facts.rows("seasons") if 8 <= (row["seasonNumber"] or 0) <= 15]
_ARTIFACT = 2894222926


def profile_response(person: Person, components: set[int], minted: datetime, catalogue: Catalogue = FACTS) -> Json:
    """Destiny.Responses.DestinyProfileResponse with what was asked for; unknown component numbers are ignored."""
    body: Json = {"responseMintedTimestamp": stamp(minted)}
    if components & {800, 900, 700}:
        body["secondaryComponentsMintedTimestamp"] = stamp(minted)
    for number in sorted(components & set(_PARTS)):
        body |= _PARTS[number](person, minted)
    for number in sorted(components & set(_COLLECTED)):
        body |= _COLLECTED[number](person, catalogue)
    return body


def _profile(person: Person, minted: datetime) -> Json:
    data = {
        "userInfo": user_card(person),
        "dateLastPlayed": stamp(person.last_played),
        "versionsOwned": 1023 if person.habit else 127,
        "characterIds": [character.character_id for character in person.characters],
        "seasonHashes": _SEASONS if person.habit else _SEASONS[:3],
        "eventCardHashesOwned": [],
        "currentSeasonHash": _SEASONS[-1],
        "currentSeasonRewardPowerCap": 1330,
        "currentGuardianRank": min(1 + person.active_score // 1200, 11),
        "lifetimeHighestGuardianRank": min(2 + person.active_score // 1100, 11),
        "renewedGuardianRank": min(1 + person.active_score // 2400, 8),
    }
    return {"profile": public(data)}


def _progression(person: Person, minted: datetime) -> Json:
    level = 4 + int(person.membership_id) % 12
    progression = {"progressionHash": 2926321267, "level": level, "levelCap": 27, "currentProgress": level * 41000}
    idle = {
        "dailyProgress": 0,
        "dailyLimit": 0,
        "weeklyProgress": 0,
        "weeklyLimit": 0,
        "stepIndex": level,
        "progressToNextLevel": 12500,
        "nextLevelAt": 55000,
    }
    artifact = {
        "artifactHash": _ARTIFACT,
        "pointProgression": progression | idle,
        "pointsAcquired": level,
        "powerBonusProgression": progression | idle,
        "powerBonus": level,
    }
    data = {"checklists": {}, "seasonalArtifact": artifact}
    return {"profileProgression": guarded(person, lambda: data)}


def _characters(person: Person, minted: datetime) -> Json:
    data = {c.character_id: _character(person, c, minted) for c in person.characters}
    return {"characters": public(data)}


def _character(person: Person, character: Character, minted: datetime) -> Json:
    """light is the power of this character; titleRecordHash is there only while a title is worn."""
    session = int((minted - person.status_changed).total_seconds() // 60) if person.online else 37
    title = {} if character.title is None else {"titleRecordHash": character.title}
    return {
        "membershipId": person.membership_id,
        "membershipType": person.membership_type,
        "characterId": character.character_id,
        "dateLastPlayed": stamp(character.last_played),
        "minutesPlayedThisSession": str(max(session, 0)),
        "minutesPlayedTotal": str(character.minutes_total),
        "light": character.light,
        "stats": {"1935470627": character.light, "2996146975": 61, "392767087": 100, "1943323491": 68},
        "raceHash": RACES[character.race],
        "genderHash": GENDERS[character.gender],
        "classHash": CLASSES[character.class_type],
        "raceType": character.race,
        "classType": character.class_type,
        "genderType": character.gender,
        "emblemPath": "/common/destiny2_content/icons/8450f0ea6b87e298af1531da4485a9fd.jpg",
        "emblemBackgroundPath": "/common/destiny2_content/icons/61aa21146b2743a89e70ea4b02b5f467.jpg",
        "emblemHash": EMBLEM,
        "emblemColor": {"red": 33, "green": 51, "blue": 79, "alpha": 255},
        "levelProgression": _level(50),
        "baseCharacterLevel": 50,
        "percentToNextLevel": 0.0,
        **title,
    }


def _level(level: int) -> Json:
    return {
        "progressionHash": 1716568313,
        "dailyProgress": 0,
        "dailyLimit": 0,
        "weeklyProgress": 0,
        "weeklyLimit": 0,
        "currentProgress": 0,
        "level": level,
        "levelCap": level,
        "stepIndex": level,
        "progressToNextLevel": 0,
        "nextLevelAt": 0,
    }


def _records(person: Person, catalogue: Catalogue) -> Json:
    return {
        "profileRecords": guarded(person, lambda: profile_records(person, catalogue)),
        "characterRecords": guarded(person, lambda: character_records(person, catalogue)),
    }


def _nodes(person: Person, catalogue: Catalogue) -> Json:
    """Component 700, of the seals' nodes alone."""
    nodes = {
        str(seal["node"]): {
            "state": 0,
            "progressValue": progress.done.bit_count(),
            "completionValue": len(seal["records"]),
        }
        for seal in catalogue.all_seals()
        if (progress := person.seals.get(seal["completion"])) is not None
    }
    empty: Json = {character.character_id: {"nodes": {}} for character in person.characters}
    return {
        "profilePresentationNodes": guarded(person, lambda: {"nodes": nodes}),
        "characterPresentationNodes": guarded(person, lambda: empty),
    }


_PARTS: dict[int, Callable[[Person, datetime], Json]] = {
    100: _profile,
    104: _progression,
    200: _characters,
    204: activities,
    1000: transitory,
}
_COLLECTED: dict[int, Callable[[Person, Catalogue], Json]] = {700: _nodes, 800: collectibles, 900: _records}
