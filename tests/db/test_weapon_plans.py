"""The hot questions stay on their indexes: plans over a table of middling size."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

from bot.domain.mode import Mode
from bot.domain.weapon import WeaponFilter
from bot.presenters.spans import span_of
from db.pool import Connection, Pool
from db.queries.backlog import select_bytes_per_report
from db.queries.matches import select_member_matches
from db.queries.stats import select_stats
from db.queries.weapon_detail import select_weapon_detail
from db.queries.weapons import select_weapon_table
from tests.bench import query_data as data

BIG = {
    "weapon_kill",
    "match_player",
    "match",
    "history_entry",
    "member_stat",
    "member_weapon",
    "clan_weapon_day",
    "clan_weapon_dekad",
}
SPANS = {
    "a day": span_of(data.NOW, days=1),
    "a year": span_of(data.NOW, days=365),
    "all time": span_of(data.NOW, days=0),
    "days in between": span_of(data.NOW, since=date(2024, 2, 10), until=date(2026, 2, 20)),
}


class Explaining:
    """A connection that keeps the plan of each statement that is run through it."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.plans: list[tuple[str, dict[str, Any]]] = []

    def is_in_transaction(self) -> bool:
        return True

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        (row,) = await self._conn.fetch("explain (format json) " + statement, *values)
        self.plans.append((statement, row[0][0]["Plan"]))
        return await self._conn.fetch(statement, *values)

    async def fetchrow(self, statement: str, *values: object) -> Any:
        return next(iter(await self.fetch(statement, *values)), None)

    async def fetchval(self, statement: str, *values: object) -> Any:
        row = await self.fetchrow(statement, *values)
        return row[0] if row else None


def scanned(plan: dict[str, Any]) -> set[str]:
    """Tables that a plan reads from end to end, by a scan of the table or of an index without a condition."""
    whole = plan["Node Type"] == "Seq Scan" or ("Index" in plan["Node Type"] and "Index Cond" not in plan)
    found = {plan["Relation Name"]} if whole and "Relation Name" in plan else set()
    return found.union(*(scanned(child) for child in plan.get("Plans", [])))


def parallel(plan: dict[str, Any]) -> bool:
    return plan["Node Type"].startswith("Gather") or any(parallel(child) for child in plan.get("Plans", []))


def questions(conn: Any) -> dict[str, Callable[[], Awaitable[object]]]:
    """What is asked, by name; each time of a clan, a member, or a clan with everyone who was in it."""
    who = data.FIRST_MEMBER + 1
    asked = {
        f"{whose} of {what}, {'joined' if merge else 'apart'}": WeaponFilter(
            data.CLAN, span, Mode.CRUCIBLE, who if whose == "a member" else None, whose == "everyone", merge=merge
        )
        for whose, (what, span), merge in itertools.product(
            ("the clan", "a member", "everyone"), SPANS.items(), (False, True)
        )
    }
    tables = {f"table, {name}": partial(select_weapon_table, conn, each, data.NOW) for name, each in asked.items()}
    details = {
        f"detail, {name}": partial(select_weapon_detail, conn, each, data.FIRST_HASH, data.NOW)
        for name, each in asked.items()
        if each.merge
    }
    stats = {
        f"sums, {what}": partial(select_stats, conn, data.CLAN, span, Mode.RAID, data.NOW)
        for what, span in SPANS.items()
    }
    return {**tables, **details, **stats, "matches": partial(select_member_matches, conn, who, limit=25)}


async def test_hot_questions_read_no_big_table_from_end_to_end(pool: Pool) -> None:
    await data.build(pool, 2000)
    async with pool.acquire() as conn:
        await conn.execute(
            """insert into history_entry select membership_id, instance_id, 1, period, mode_bits, 1, 1, 1, 1, 1, true, 1
            from match_player"""
        )
        await conn.execute("vacuum analyze history_entry")
        explaining = Explaining(conn)
        for name, ask in questions(explaining).items():
            explaining.plans.clear()
            await ask()
            assert explaining.plans, name
            for statement, plan in explaining.plans:
                assert not scanned(plan) & BIG, (name, statement)
                assert not parallel(plan), (name, statement)


async def test_the_room_for_a_report_counts_every_part_of_the_sums(pool: Pool) -> None:
    await data.build(pool, 500)
    async with pool.acquire() as conn:
        parts = ("day", "dekad", "month", "year", "total")
        sizes = [await conn.fetchval(f"select pg_total_relation_size('clan_weapon_{part}')") for part in parts]
        facts = await conn.fetchval("select pg_total_relation_size('weapon_kill')")
        assert min(sizes) > 0
        assert (await select_bytes_per_report(conn) or 0) > (sum(sizes) + facts) / 500


async def test_a_scan_from_end_to_end_would_be_seen(pool: Pool) -> None:
    await data.build(pool, 300)
    async with pool.acquire() as conn:
        explaining = Explaining(conn)
        await explaining.fetch("select sum(kills) from weapon_kill")
        await explaining.fetch("select sum(kills) from clan_weapon where players = 0::bit(256)")
        await explaining.fetch("select count(*) from match_player where membership_id = 1 and tracked")
    kills, days, players = (scanned(plan) for _, plan in explaining.plans)
    assert (kills, "clan_weapon_day" in days, players) == ({"weapon_kill"}, True, set())
