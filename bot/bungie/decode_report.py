"""A post-game carnage report into a Report: who was there, each person once, with what they did. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from bot.bungie.answer import decode
from bot.bungie.decode import storable
from bot.bungie.decode_history import NO_VALUES, completed, match_details
from bot.bungie.limits import (
    INT4,
    INT8,
    MOST_SECONDS,
    hash_of,
    identity,
    integer,
    number,
    seconds,
    smallint,
    tally,
    within,
)
from bot.bungie.models_report import (
    CarnageReport,
    Entry,
    Extended,
    ExtendedValues,
    Player,
    PlayerCard,
    TeamEntry,
    Weapon,
    WeaponValues,
)
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
_NO_EXTENDED, _NOTHING_MORE, _NO_WEAPON = Extended(), ExtendedValues(), WeaponValues()
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
    contested = bool(sides) or not _CONTESTED.isdisjoint(details.modes)
    duration = max((seconds((entry.values or NO_VALUES).activity_duration_seconds) for entry in entries), default=0)
    stays = [_stay(entry, contested) for entry in entries]
    return Report(
        details=details,
        duration_seconds=duration,
        starting_phase=smallint(found.starting_phase_index),
        from_beginning=_from_beginning(found, details.period),
        players=_people(stays, duration),
        teams=tuple(_teams(sides)),
        unnamed=sum(not stay.membership_id for stay in stays),
    )


def _from_beginning(found: CarnageReport, started: datetime) -> bool | None:
    if started >= WITCH_QUEEN:
        return found.activity_was_started_from_beginning
    if started >= BEYOND_LIGHT or found.starting_phase_index is None:
        return None
    return found.starting_phase_index == 0


def _people(stays: Iterable[MatchPlayer], duration: int) -> tuple[MatchPlayer, ...]:
    """Entries by membership id: two characters, or one who came back, are one person. Without an id they are nobody."""
    people: dict[int, list[MatchPlayer]] = {}
    for stay in stays:
        if stay.membership_id:
            people.setdefault(stay.membership_id, []).append(stay)
    return tuple(same[0] if len(same) == 1 else together(same, duration) for same in people.values())


def together(stays: Sequence[MatchPlayer], duration: int) -> MatchPlayer:
    """What a person did in all entries; who they were in the one with the most time played.

    The score is the highest of them: in scored strikes each entry bears the team's, which a sum would double.
    Time played is added up, but nobody was there longer than the match took (`duration` 0: not known).
    """
    main = max(stays, key=lambda stay: stay.seconds)
    played = sum(stay.seconds for stay in stays)
    return replace(
        main,
        name=main.name or next((stay.name for stay in stays if stay.name), ""),
        score=max((stay.score for stay in stays if stay.score is not None), default=None),
        kills=sum(stay.kills for stay in stays),
        deaths=sum(stay.deaths for stay in stays),
        assists=sum(stay.assists for stay in stays),
        completed=any(stay.completed for stay in stays),
        seconds=min(played, max(duration, main.seconds)) if duration else min(played, MOST_SECONDS),
        entries=len(stays),
        grenade_kills=sum(stay.grenade_kills for stay in stays),
        melee_kills=sum(stay.melee_kills for stay in stays),
        super_kills=sum(stay.super_kills for stay in stays),
        ability_kills=sum(stay.ability_kills for stay in stays),
        weapons=_joined(use for stay in stays for use in stay.weapons),
    )


def _stay(entry: Entry, contested: bool) -> MatchPlayer:
    """One entry as a person; membership_id 0: nobody knows whose it is."""
    player, values = entry.player or _NO_ONE, entry.values or NO_VALUES
    card, extended = player.destiny_user_info or _NO_CARD, entry.extended or _NO_EXTENDED
    more, guardian = extended.values or _NOTHING_MORE, _guardian(player)
    return MatchPlayer(
        membership_id=identity(card.membership_id) or 0,
        membership_type=smallint(card.membership_type) or 0,
        name=_name(card),
        character_id=identity(entry.character_id) or 0,
        guardian=guardian,
        light=within(player.light_level, 1, INT4),
        clan_name=storable(player.clan_name) or None,
        clan_tag=storable(player.clan_tag) or None,
        fireteam_id=within(number(values.fireteam_id), -INT8, INT8),
        team=smallint(number(values.team)),
        standing=_standing(entry, contested),
        score=_score(entry),
        kills=tally(values.kills),
        deaths=tally(values.deaths),
        assists=tally(values.assists),
        completed=completed(values),
        completion_reason=smallint(number(values.completion_reason)),
        start_seconds=within(number(values.start_seconds), 0, INT4),
        seconds=seconds(values.time_played_seconds),
        entries=1,
        grenade_kills=tally(more.grenade),
        melee_kills=tally(more.melee),
        super_kills=tally(more.super_),
        ability_kills=tally(more.ability),
        weapons=_joined(_uses(extended.weapons, guardian)) if extended.weapons else (),
    )


def _name(card: PlayerCard) -> str:
    """Name#0042; the bare or platform name without a code; "" without any."""
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


def _uses(weapons: Iterable[Weapon], guardian: GuardianClass | None) -> Iterator[WeaponUse]:
    """Weapons without kills are left out."""
    for weapon in weapons:
        values, found = weapon.values or _NO_WEAPON, hash_of(weapon.reference_id)
        kills = tally(values.kills)
        if kills and found is not None:
            yield WeaponUse(found, kills, tally(values.precision_kills), guardian)


def _joined(uses: Iterable[WeaponUse]) -> tuple[WeaponUse, ...]:
    """One use a weapon, summed; its class is that of the entry with most kills."""
    uses = tuple(uses)
    if len({use.weapon_hash for use in uses}) == len(uses):
        return uses
    by_hash: dict[int, list[WeaponUse]] = {}
    for use in uses:
        by_hash.setdefault(use.weapon_hash, []).append(use)
    return tuple(same[0] if len(same) == 1 else _sum(same) for same in by_hash.values())


def _sum(same: Sequence[WeaponUse]) -> WeaponUse:
    most = max(same, key=lambda use: use.kills)
    precision = sum(use.precision_kills for use in same)
    return replace(most, kills=sum(use.kills for use in same), precision_kills=precision)


def _teams(sides: Iterable[TeamEntry]) -> Iterator[Team]:
    for side in sides:
        if (team := smallint(side.team_id)) is not None:
            standing, score = smallint(number(side.standing)), integer(number(side.score))
            yield Team(team, standing, score, storable(side.team_name))
