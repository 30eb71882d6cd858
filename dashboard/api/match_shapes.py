"""Matches and reports as the API shows them. Pure."""

from __future__ import annotations

from bot.domain.match import MatchLine, MatchPlayer, StoredMatch, StoredPlayer, Team, WeaponUse
from dashboard.api.shapes import Shape, text_id, time


def line(row: MatchLine) -> Shape:
    """One match of one member."""
    return {
        "instance_id": str(row.instance_id),
        "period": time(row.period),
        "duration_seconds": row.duration_seconds,
        "modes": [mode.value for mode in row.modes],
        "activity": row.activity_name,
        "activity_mode": row.mode_name,
        "state": row.state.value,
        "class": row.guardian,
        "kills": row.kills,
        "deaths": row.deaths,
        "assists": row.assists,
        "score": row.score,
        "standing": row.standing,
        "completed": row.completed,
        "seconds": row.seconds,
    }


def match(row: StoredMatch) -> Shape:
    """The report as stored: mode_type and mode_types are Bungie.net's numbers, modes our words for them."""
    details = row.details
    return {
        "instance_id": str(details.instance_id),
        "state": row.state.value,
        "final": row.final,
        "period": time(details.period),
        "ends_at": time(row.ends_at),
        "duration_seconds": row.duration_seconds,
        "modes": [mode.value for mode in row.modes],
        "mode_type": details.mode,
        "mode_types": list(details.modes),
        "activity": row.activity_name,
        "activity_mode": row.mode_name,
        "activity_hash": details.activity_hash,
        "reference_hash": details.reference_hash,
        "private": details.is_private,
        "membership_type": details.membership_type,
        "starting_phase": row.starting_phase,
        "from_beginning": row.from_beginning,
        "teams": [team(each) for each in row.teams],
        "players": [player(each) for each in row.players],
    }


def team(row: Team) -> Shape:
    return {"team": row.team, "name": row.name, "standing": row.standing, "score": row.score}


def player(stored: StoredPlayer) -> Shape:
    """One person; `tracked`: their weapons are kept, which are those of members only."""
    row = stored.player
    return {
        "membership_id": str(row.membership_id),
        "membership_type": row.membership_type,
        "name": row.name,
        "tracked": stored.tracked,
        "character_id": str(row.character_id),
        "class": row.guardian,
        "light": row.light,
        "clan_name": row.clan_name,
        "clan_tag": row.clan_tag,
        "fireteam_id": text_id(row.fireteam_id),
        "team": row.team,
        "standing": row.standing,
        "score": row.score,
        **_deeds(row),
        "weapons": [use(each, stored.weapon_names) for each in row.weapons],
    }


def _deeds(row: MatchPlayer) -> Shape:
    return {
        "kills": row.kills,
        "deaths": row.deaths,
        "assists": row.assists,
        "grenade_kills": row.grenade_kills,
        "melee_kills": row.melee_kills,
        "super_kills": row.super_kills,
        "completed": row.completed,
        "completion_reason": row.completion_reason,
        "start_seconds": row.start_seconds,
        "seconds": row.seconds,
    }


def use(row: WeaponUse, names: dict[int, str]) -> Shape:
    return {
        "weapon_hash": row.weapon_hash,
        "name": names.get(row.weapon_hash, f"Unknown ({row.weapon_hash})"),
        "kills": row.kills,
        "precision_kills": row.precision_kills,
    }
