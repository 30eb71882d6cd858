"""Weapons and sums of matches as the API and the CSV show them. Pure; the order of the keys is that of the columns."""

from __future__ import annotations

from bot.domain.weapon import (
    Coverage,
    StatRow,
    Weapon,
    WeaponDetail,
    WeaponPlayer,
    WeaponRow,
    WeaponTotals,
)
from dashboard.api.shapes import Shape

WEAPON_COLUMNS = (
    "weapon_hash",
    "name",
    "type",
    "slot",
    "damage",
    "tier",
    "kills",
    "precision_kills",
    "matches",
    "players",
)


def weapon(row: WeaponRow, *, merge: bool) -> Shape:
    """`merge`: reissues were joined, so the row says which versions there are."""
    versions = [{"weapon_hash": each.weapon_hash, "kills": each.kills} for each in row.versions]
    return {
        **_named(row.weapon),
        "kills": row.kills,
        "precision_kills": row.precision_kills,
        "matches": row.matches,
        "players": row.players,
        **({"versions": versions or [{"weapon_hash": row.weapon.weapon_hash, "kills": row.kills}]} if merge else {}),
    }


def unused(found: Weapon, *, merge: bool) -> Shape:
    """A weapon that nobody asked about has a kill with."""
    return {**weapon(WeaponRow(found, 0, 0, 0, 0), merge=False), **({"versions": []} if merge else {})}


def _named(found: Weapon) -> Shape:
    return {
        "weapon_hash": found.weapon_hash,
        "name": found.name,
        "type": found.type,
        "slot": found.slot,
        "damage": found.damage,
        "tier": found.tier,
    }


def totals(row: WeaponTotals) -> Shape:
    return {
        "kills": row.kills,
        "weapon_kills": row.weapon_kills,
        "grenade": row.grenade,
        "melee": row.melee,
        "super": row.super,
        "other": row.other,
        "matches": row.matches,
    }


def histories(row: Coverage) -> Shape:
    return {"complete": row.complete, "members": row.members}


def player(row: WeaponPlayer) -> Shape:
    return {
        "membership_id": str(row.membership_id),
        "name": row.name,
        "kills": row.kills,
        "precision_kills": row.precision_kills,
        "matches": row.matches,
    }


def parts_of(row: WeaponDetail | None) -> Shape:
    """Who carries a weapon, on which days and with which class; nothing of it where it has no kill."""
    return {
        "players": [player(each) for each in row.players] if row else [],
        "by_day": [{"day": each.day.isoformat(), "kills": each.kills} for each in row.by_day] if row else [],
        "by_class": [{"class": each.guardian, "kills": each.kills} for each in row.by_class] if row else [],
    }


def stat(row: StatRow) -> Shape:
    """The sums of one member or one mode; hours are those played, to the hundredth."""
    return {
        "matches": row.matches,
        "hours": round(row.seconds / 3600, 2),
        "kills": row.kills,
        "deaths": row.deaths,
        "assists": row.assists,
        "wins": row.wins,
        "completions": row.completions,
    }


def stat_of_member(row: StatRow) -> Shape:
    return {"membership_id": str(row.membership_id), "name": row.name, **stat(row)}


def stat_of_mode(row: StatRow) -> Shape:
    return {"mode": row.mode.value, **stat(row)}
