"""What a simulated world's matches come to, counted from its own book; and what the database says they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from bot.sandbox import facts
from bot.sandbox.world.matches.model import Match
from db.pool import Pool

Kills = Counter[tuple[str, int, str, date]]
"""(membership id, weapon hash, mode word, day) -> kills, then the same of precision kills under negative hashes."""

_WORDS = {
    "all": None, "crucible": {5}, "competitive": {69}, "iron_banner": {19}, "trials": {84}, "gambit": {63}, "pve": {7},
    "strikes": {18}, "nightfall": {16, 17, 46}, "raid": {4}, "dungeon": {82},
}  # fmt: skip
NUMBERS = {word: number for number, word in enumerate(_WORDS)}


def true_kills(matches: Iterable[Match], members: set[str]) -> Kills:
    sums: Kills = Counter()
    for match in matches:
        words = [word for word, types in _WORDS.items() if types is None or types & set(match.modes)]
        for entry in match.entries:
            for use in entry.weapons if entry.membership_id in members else ():
                for word in words:
                    sums[entry.membership_id, use.weapon, word, match.period.date()] += use.kills
                    sums[entry.membership_id, -use.weapon, word, match.period.date()] += use.precision
    return +sums


def true_totals(matches: Iterable[Match], members: set[str]) -> dict[tuple[str, str], tuple[int, ...]]:
    """(membership id, mode word) -> matches, kills, deaths, assists, grenade, melee and super kills."""
    sums: dict[tuple[str, str], list[int]] = {}
    for match in matches:
        words = [word for word, types in _WORDS.items() if types is None or types & set(match.modes)]
        for who in {entry.membership_id for entry in match.entries} & members:
            for word in words:
                total = sums.setdefault((who, word), [0] * 7)
                total[0] += 1
                for entry in match.entries:
                    if entry.membership_id == who:
                        figures = (entry.kills, entry.deaths, entry.assists, entry.grenade, entry.melee, entry.super_)
                        total[1:] = [known + more for known, more in zip(total[1:], figures, strict=True)]
    return {key: tuple(total) for key, total in sums.items()}


async def stored_kills(pool: Pool) -> Kills:
    """From the facts, one a match."""
    rows = await pool.fetch(
        """select membership_id, weapon_hash, mode_bits, (period at time zone 'UTC')::date as day,
        sum(kills)::int as kills, sum(precision_kills)::int as precise from weapon_kill group by 1, 2, 3, 4"""
    )
    sums: Kills = Counter()
    for row in rows:
        for word, number in NUMBERS.items():
            if row["mode_bits"] >> number & 1:
                sums[str(row["membership_id"]), row["weapon_hash"], word, row["day"]] += row["kills"]
                sums[str(row["membership_id"]), -row["weapon_hash"], word, row["day"]] += row["precise"]
    return +sums


async def stored_totals(pool: Pool) -> dict[tuple[str, str], tuple[int, ...]]:
    """From the sums of all time."""
    words = list(NUMBERS)
    rows = await pool.fetch(
        """select membership_id, mode, matches, kills, deaths, assists, grenade_kills, melee_kills, super_kills
        from member_stat where level = 2"""
    )
    return {(str(row[0]), words[row[1]]): tuple(row)[2:] for row in rows}


async def clan_sums(pool: Pool) -> Counter[tuple[int, str, date]]:
    """(weapon hash, mode word, day) -> kills, from the clan's sums by day."""
    words = list(NUMBERS)
    rows = await pool.fetch("select weapon_hash, mode, start, kills from clan_weapon where level = 0")
    return Counter({(row[0], words[row[1]], row[2]): row[3] for row in rows})


def by_slot(kills: Kills, known: Collection[int]) -> Counter[str]:
    """Kills of all modes by the slot that a weapon goes into, of those weapons that the manifest has told of."""
    slots = {row["hash"]: row["slot"] for row in facts.rows("weapons")}
    sums: Counter[str] = Counter()
    for (_, weapon, word, _day), count in kills.items():
        if word == "all" and weapon in known:
            sums[slots[weapon]] += count
    return sums
