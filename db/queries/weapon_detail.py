"""One weapon in a clan: who is best with it, on which days, with which class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from asyncpg import Record

from bot.domain.match import GuardianClass
from bot.domain.weapon import (
    ClassKills,
    DayKills,
    Weapon,
    WeaponDetail,
    WeaponFilter,
    WeaponPlayer,
    WeaponRow,
    WeaponVersion,
)
from db.pool import Connection, one_moment
from db.queries.counted import Counted, apart, select_counted
from db.queries.coverage import select_coverage
from db.queries.digest import digest
from db.queries.people import select_member_names
from db.queries.pieces import cut
from db.queries.weapon import select_family, select_weapon
from db.queries.weapon_kills import CLASS, DAY, PLAYER, VERSION, select_clan_days, select_kill_sums, select_kills


async def select_weapon_detail(
    conn: Connection, asked: WeaponFilter, weapon_hash: int, now: datetime
) -> WeaponDetail | None:
    """The weapon of that hash, or with `merge` its whole family under the newest; None where it has no kill.

    The filter's type, slot, damage, tier and sort say nothing here. `now` is the moment of the answer.
    """
    async with one_moment(conn):
        hashes = await select_family(conn, weapon_hash) if asked.merge else (weapon_hash,)
        use = await read_use(conn, asked, await select_counted(conn, asked), hashes)
        weapon = await select_weapon(conn, hashes[0])
        names = await select_member_names(conn, list(use.kills))
        coverage = await select_coverage(conn, asked.group_id, asked.membership_id, asked.span.since)
    if weapon is None or not use.kills:
        return None
    row = use.row(weapon, merge=asked.merge)
    detail = WeaponDetail(row, use.players(names), use.by_day(), use.by_class(), coverage, "")
    return replace(detail, version=digest([row], detail))


@dataclass(frozen=True, slots=True)
class Use:
    """Kills, precision kills and matches by person, and kills by day, class and hash, as they are added up."""

    kills: Counter[int] = field(default_factory=Counter)
    precision: Counter[int] = field(default_factory=Counter)
    matches: Counter[int] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    classes: Counter[str | None] = field(default_factory=Counter)
    versions: Counter[int] = field(default_factory=Counter)

    def add(self, rows: Iterable[Record], *, days: bool) -> None:
        """What single matches say. `days`: whether these are not yet counted."""
        for row in rows:
            if row["kind"] == PLAYER:
                self.kills[row["person_id"]] += row["kills"]
                self.precision[row["person_id"]] += row["precision_kills"]
                self.matches[row["person_id"]] += row["matches"]
            elif row["kind"] == CLASS:
                self.classes[row["class"]] += row["kills"]
            elif row["kind"] == VERSION:
                self.versions[row["weapon_hash"]] += row["kills"]
            elif days:
                self.days[row["day"]] += row["kills"]

    def add_sums(self, rows: Iterable[Record], *, merge: bool) -> None:
        """What the sums of members say, who have one membership each."""
        for row in rows:
            kills, by_class = row["kills"], {each: row[f"{each}_kills"] for each in GuardianClass}
            self.kills[row["membership_id"]] += kills
            self.precision[row["membership_id"]] += row["precision_kills"]
            self.matches[row["membership_id"]] += row["family_matches" if merge else "matches"]
            self.versions[row["weapon_hash"]] += kills
            self.classes.update(by_class)
            self.classes[None] += kills - sum(by_class.values())

    def row(self, weapon: Weapon, *, merge: bool) -> WeaponRow:
        versions = tuple(WeaponVersion(key, kills) for key, kills in _most(self.versions)) if merge else ()
        return WeaponRow(
            weapon, self.kills.total(), self.precision.total(), self.matches.total(), len(self.kills), versions
        )

    def players(self, names: Mapping[int, str]) -> tuple[WeaponPlayer, ...]:
        return tuple(
            WeaponPlayer(person, names[person], kills, self.precision[person], self.matches[person])
            for person, kills in _most(self.kills)
        )

    def by_day(self) -> tuple[DayKills, ...]:
        return tuple(DayKills(day, kills) for day, kills in sorted(self.days.items()) if kills)

    def by_class(self) -> tuple[ClassKills, ...]:
        known = sorted(self.classes.items(), key=lambda one: (-one[1], one[0] or ""))
        return tuple(ClassKills(GuardianClass(each) if each else None, kills) for each, kills in known if kills)


def _most(counted: Mapping[int, int]) -> list[tuple[int, int]]:
    """Most kills first, ties by id."""
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


async def read_use(conn: Connection, asked: WeaponFilter, counted: Counted, hashes: Sequence[int]) -> Use:
    """From single matches; of all time from sums, but for people whose sums are not exact, or are in no clan's."""
    use = Use()
    if not (counted.group_ids and cut(asked.span).total):
        use.add(await select_kills(conn, counted.people, hashes, asked.mode, asked.span), days=True)
        return use
    inside = {member: person for member, person in counted.people.items() if member not in counted.beside}
    summed, moved = apart(inside)
    use.add_sums(await select_kill_sums(conn, list(summed), hashes, asked.mode), merge=asked.merge)
    for people, days in ((moved, False), (counted.beside, True)):
        if people:
            use.add(await select_kills(conn, people, hashes, asked.mode, asked.span), days=days)
    await read_days(conn, asked, counted, hashes, use.days)
    return use


async def read_days(
    conn: Connection, asked: WeaponFilter, counted: Counted, hashes: Sequence[int], days: Counter[date]
) -> None:
    """Add those of the clans, each once for who is in several."""
    for row in await select_clan_days(conn, counted.group_ids, hashes, asked.mode):
        days[row["day"]] += row["kills"]
    for more, people in counted.again.items():
        for row in await select_kills(conn, people, hashes, asked.mode, asked.span):
            if row["kind"] == DAY:
                days[row["day"]] -= more * row["kills"]
