"""GET .../Stats/PostGameCarnageReport/{id}/: a finished match as Bungie.net reports it."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.bungie import stats
from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.cards import passer_card, user_card, website_card
from bot.sandbox.bungie.presence import EMBLEM
from bot.sandbox.bungie.profiles import CLASSES, GENDERS, RACES
from bot.sandbox.world.matches.model import Entry, Match, Use
from bot.sandbox.world.matches.passers import Passer, passer_of
from bot.sandbox.world.model import Clan, Person
from bot.sandbox.world.rows import stamp

CLASS_NAMES = ("Titan", "Hunter", "Warlock")
_TEAMS = ((17, "Alpha"), (18, "Bravo"))
_REASONS = {0: "Objective Completed", 2: "Time Expired", 3: "Failed", 255: "Unknown"}
_STEAM = 3
Identify = Callable[[Entry, Match], tuple[Person | None, Clan | None]]
"""Who a player of this world is, and the clan whose tag they wear."""


def report_of(match: Match, identify: Identify) -> Json:
    """Destiny.HistoricalStats.DestinyPostGameCarnageReportData."""
    return {
        "period": stamp(match.period),
        "startingPhaseIndex": 0,
        "activityWasStartedFromBeginning": bool(match.fresh),
        "activityDifficultyTier": 0,
        "selectedSkullHashes": [],
        "activityDetails": activity_details(match),
        "entries": [entry_of(match, entry, identify) for entry in match.entries],
        "teams": [_team(match, number) for number in range(len(match.scores))],
    }


def activity_details(match: Match) -> Json:
    return {
        "referenceId": match.reference,
        "directorActivityHash": match.director,
        "instanceId": match.instance_id,
        "mode": match.mode,
        "modes": match.modes,
        "isPrivate": match.private,
        "membershipType": _STEAM,
    }


def _team(match: Match, number: int) -> Json:
    team_id, name = _TEAMS[number]
    return {
        "teamId": team_id,
        "standing": _standing(int(match.scores[number] != max(match.scores))),
        "score": stats.count(match.scores[number]),
        "teamName": name,
    }


def _standing(place: int) -> Json:
    return stats.word(place, "Victory" if place == 0 else "Defeat")


def entry_of(match: Match, entry: Entry, identify: Identify) -> Json:
    extended = {"extended": _extended(entry)} if entry.extended else {}
    return {
        "standing": entry.standing,
        "score": stats.count(entry.score),
        "player": _player(match, entry, identify),
        "characterId": entry.character_id,
        "values": values_of(match, entry),
        **extended,
    }


def values_of(match: Match, entry: Entry) -> Json:
    """What both a report's entry and a row of history say of one character in a match."""
    beaten, deaths = entry.kills + entry.assists, max(entry.deaths, 1)
    alone = {"teamScore": stats.count(0)}
    team = alone if entry.team is None else _team_values(match, entry, entry.team)
    return {
        "assists": stats.count(entry.assists),
        "completed": stats.yes_or_no(entry.completed),
        "deaths": stats.count(entry.deaths),
        "kills": stats.count(entry.kills),
        "opponentsDefeated": stats.count(beaten),
        "efficiency": stats.ratio(beaten / deaths),
        "killsDeathsRatio": stats.ratio(entry.kills / deaths),
        "killsDeathsAssists": stats.ratio((entry.kills + entry.assists / 2) / deaths),
        "score": stats.count(entry.score),
        "activityDurationSeconds": stats.seconds(match.seconds),
        "completionReason": stats.word(entry.reason, _REASONS[entry.reason]),
        "fireteamId": stats.value(entry.fireteam, "-2147483648"),
        "startSeconds": stats.seconds(entry.joined),
        "timePlayedSeconds": stats.seconds(entry.played),
        "playerCount": stats.count(match.players),
        **team,
    }


def _team_values(match: Match, entry: Entry, team: int) -> Json:
    team_id, name = _TEAMS[team]
    return {
        "standing": _standing(entry.standing),
        "team": stats.word(team_id, name),
        "teamScore": stats.count(match.scores[team]),
    }


def _extended(entry: Entry) -> Json:
    """Weapons are there only where one killed."""
    weapons = {"weapons": [_weapon(use) for use in entry.weapons]} if entry.weapons else {}
    return weapons | {
        "values": {
            "precisionKills": stats.count(entry.precision),
            "weaponKillsGrenade": stats.count(entry.grenade),
            "weaponKillsMelee": stats.count(entry.melee),
            "weaponKillsSuper": stats.count(entry.super_),
            "weaponKillsAbility": stats.count(entry.ability),
        }
    }


def _weapon(use: Use) -> Json:
    return {
        "referenceId": use.weapon,
        "values": {
            "uniqueWeaponKills": stats.count(use.kills),
            "uniqueWeaponPrecisionKills": stats.count(use.precision),
            "uniqueWeaponKillsPrecisionKills": stats.share(use.precision, use.kills),
        },
    }


def _player(match: Match, entry: Entry, identify: Identify) -> Json:
    """Destiny.HistoricalStats.DestinyPlayer; of a few, hardly more than their id is known."""
    person, clan = identify(entry, match)
    passer = None if person else passer_of(entry.membership_id)
    classed = {"characterClass": CLASS_NAMES[entry.class_type]} if entry.classed else {}
    return {
        "destinyUserInfo": _card(entry, person, passer),
        **classed,
        "classHash": CLASSES[entry.class_type] if entry.classed else 0,
        "raceHash": RACES[entry.class_type],
        "genderHash": GENDERS[int(entry.character_id) % 2],
        "characterLevel": 50,
        "lightLevel": entry.light,
        **(_website(person) if entry.named else {}),
        **_clan(clan, passer),
        "emblemHash": EMBLEM,
    }


def _card(entry: Entry, person: Person | None, passer: Passer | None) -> Json:
    card = user_card(person) if person else passer_card(passer) if passer else {"membershipId": entry.membership_id}
    if entry.named:
        return card
    return {"membershipType": 0, "membershipId": entry.membership_id, "isPublic": False, "crossSaveOverride": 0}


def _website(person: Person | None) -> Json:
    card = website_card(person) if person else None
    return {"bungieNetUserInfo": card} if card else {}


def _clan(clan: Clan | None, passer: Passer | None) -> Json:
    if clan:
        return {"clanName": clan.name, "clanTag": clan.callsign}
    return {"clanName": passer.clan[0], "clanTag": passer.clan[1]} if passer and passer.clan else {}
