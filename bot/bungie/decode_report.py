"""A post-game carnage report into a Report: who was there, each person once, with what they did. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from bot.bungie.answer import decode
from bot.bungie.decode import storable
from bot.bungie.decode_history import NO_VALUES, completed, match_details
from bot.bungie.limits import INT4, INT8, hash_of, identity, integer, number, seconds, smallint, tally, within
from bot.bungie.models_report import CarnageReport, Entry, ExtendedValues, Player, PlayerCard, TeamEntry, WeaponValues
from bot.domain.match import GuardianClass, MatchPlayer, Report, Team, WeaponUse
from bot.errors import Unavailable

BEYOND_LIGHT = datetime(2020, 11, 10, tzinfo=UTC)  # until then startingPhaseIndex is to be believed
WITCH_QUEEN = datetime(2022, 2, 22, tzinfo=UTC)  # from then on activityWasStartedFromBeginning is
_CONTESTED = frozenset({5, 63, 64})  # Crucible and Gambit: there, a standing says who won
_CLASS_BY_HASH = {
    3655393761: GuardianClass.TITAN,
    671679327: GuardianClass.HUNTER,
    2271682572: GuardianClass.WARLOCK,
}
_CLASS_BY_NAME = {"Titan": GuardianClass.TITAN, "Hunter": GuardianClass.HUNTER, "Warlock": GuardianClass.WARLOCK}
_NO_ONE, _NO_CARD = Player(), PlayerCard()
_NO_EXTENDED, _NO_WEAPON = ExtendedValues(), WeaponValues()
_report = msgspec.json.Decoder(CarnageReport, strict=False)


def report(raw: msgspec.Raw, instance_id: int, now: datetime) -> Report:
    """The Response of GetPostGameCarnageReport.

    Raises Unavailable when it is no report, or that of another instance (Bungie-net/api issue #1882).
    """
    found = decode(_report, raw)
    details = match_details(found.activity_details, found.period, now)
    if details is None:
        raise Unavailable(f"Bungie.net's report {instance_id} has no id, or no believable time.", code=1)
    if details.instance_id != instance_id:
        raise Unavailable(f"Bungie.net answered with report {details.instance_id} instead of {instance_id}.", code=1)
    entries, sides = found.entries or [], found.teams or []
    duration = max((seconds((e.values or NO_VALUES).activity_duration_seconds) for e in entries), default=0)
    contested = bool(sides) or not _CONTESTED.isdisjoint(details.modes)
    people = _people(entries)
    return Report(
        details=details,
        duration_seconds=duration,
        starting_phase=smallint(found.starting_phase_index),
        from_beginning=_from_beginning(found, details.period),
        players=tuple(_player(who, stays, duration, contested) for who, stays in people.items()),
        teams=tuple(_teams(sides)),
        unnamed=len(entries) - sum(len(stays) for stays in people.values()),
    )


def _from_beginning(found: CarnageReport, started: datetime) -> bool | None:
    if started >= WITCH_QUEEN:
        return found.activity_was_started_from_beginning
    if started >= BEYOND_LIGHT or found.starting_phase_index is None:
        return None
    return found.starting_phase_index == 0


def _people(entries: Iterable[Entry]) -> dict[int, list[Entry]]:
    """Entries by membership id: two characters, or one who came back, are one person."""
    people: dict[int, list[Entry]] = {}
    for entry in entries:
        who = identity(_card(entry).membership_id)
        if who is not None:
            people.setdefault(who, []).append(entry)
    return people


def _card(entry: Entry) -> PlayerCard:
    return (entry.player or _NO_ONE).destiny_user_info or _NO_CARD


def _played(entry: Entry) -> int:
    return seconds((entry.values or NO_VALUES).time_played_seconds)


def _player(who: int, stays: Sequence[Entry], duration: int, contested: bool) -> MatchPlayer:
    """What a person did in all entries together; who they were in the one with the most time played.

    The score is the highest of them: in scored strikes each entry bears the team's, which a sum would double.
    Time played is added up, but nobody was there longer than the match took.
    """
    main = max(stays, key=_played) if len(stays) > 1 else stays[0]
    all_values = [entry.values or NO_VALUES for entry in stays]
    extended = [(entry.extended.values if entry.extended else None) or _NO_EXTENDED for entry in stays]
    player, card, values = main.player or _NO_ONE, _card(main), main.values or NO_VALUES
    played = sum(seconds(v.time_played_seconds) for v in all_values)
    return MatchPlayer(
        membership_id=who,
        membership_type=smallint(card.membership_type) or 0,
        name=_name(stays, main),
        character_id=identity(main.character_id) or 0,
        guardian=_guardian(player),
        light=within(player.light_level, 1, INT4),
        clan_name=storable(player.clan_name) or None,
        clan_tag=storable(player.clan_tag) or None,
        fireteam_id=within(number(values.fireteam_id), -INT8, INT8),
        team=smallint(number(values.team)),
        standing=_standing(main, contested),
        score=max((score for entry in stays if (score := _score(entry)) is not None), default=None),
        kills=sum(tally(v.kills) for v in all_values),
        deaths=sum(tally(v.deaths) for v in all_values),
        assists=sum(tally(v.assists) for v in all_values),
        completed=any(completed(v) for v in all_values),
        completion_reason=smallint(number(values.completion_reason)),
        start_seconds=within(number(values.start_seconds), 0, INT4),
        seconds=min(played, duration) if duration else played,
        entries=min(len(stays), 100),
        grenade_kills=sum(tally(v.grenade) for v in extended),
        melee_kills=sum(tally(v.melee) for v in extended),
        super_kills=sum(tally(v.super_) for v in extended),
        ability_kills=sum(tally(v.ability) for v in extended),
        weapons=_weapons(stays),
    )


def _name(stays: Sequence[Entry], main: Entry) -> str:
    """Name#0042; the bare or platform name without a code; of another entry where the main one has none."""
    return next((name for entry in (main, *stays) if (name := _name_on(_card(entry)))), "")


def _name_on(card: PlayerCard) -> str:
    name, code = storable(card.bungie_global_display_name), card.bungie_global_display_name_code
    if name and code is not None:
        return f"{name}#{code:04d}"
    return name or storable(card.display_name)


def _guardian(player: Player) -> GuardianClass | None:
    """By hash, which no language changes; by the English name where there is none."""
    return _CLASS_BY_HASH.get(player.class_hash or 0) or _CLASS_BY_NAME.get(player.character_class or "")


def _standing(entry: Entry, contested: bool) -> int | None:
    """0 has won. Without opponents every entry says 0, which means nothing."""
    told = smallint(number((entry.values or NO_VALUES).standing))
    return told if told is not None else smallint(entry.standing) if contested else None


def _score(entry: Entry) -> int | None:
    told = integer(number((entry.values or NO_VALUES).score))
    return told if told is not None else integer(number(entry.score))


def _weapons(stays: Iterable[Entry]) -> tuple[WeaponUse, ...]:
    """One use a weapon, in the report's order; those without kills are left out."""
    uses: dict[int, list[WeaponUse]] = {}
    for entry in stays:
        for use in _uses(entry):
            uses.setdefault(use.weapon_hash, []).append(use)
    return tuple(same[0] if len(same) == 1 else _joined(same) for same in uses.values())


def _uses(entry: Entry) -> Iterator[WeaponUse]:
    weapons = entry.extended.weapons if entry.extended is not None else None
    guardian = _guardian(entry.player or _NO_ONE) if weapons else None
    for weapon in weapons or ():
        values, found = weapon.values or _NO_WEAPON, hash_of(weapon.reference_id)
        kills = tally(values.kills)
        if kills and found is not None:
            yield WeaponUse(found, kills, tally(values.precision_kills), guardian)


def _joined(same: Sequence[WeaponUse]) -> WeaponUse:
    most = max(same, key=lambda use: use.kills)
    precision = sum(use.precision_kills for use in same)
    return WeaponUse(most.weapon_hash, sum(use.kills for use in same), precision, most.guardian)


def _teams(sides: Iterable[TeamEntry]) -> Iterator[Team]:
    for side in sides:
        if (team := smallint(side.team_id)) is not None:
            standing, score = smallint(number(side.standing)), integer(number(side.score))
            yield Team(team, standing, score, storable(side.team_name))
