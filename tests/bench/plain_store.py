"""What one would write first: json.loads, a loop, executemany, and a commit for each report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.bungie.raw import pack
from bot.domain.mode import mode_bits, words_of
from db.pool import Connection
from tests.bench.carnage import MEMBERS, NEWEST
from tests.db.match_make import spans
from tests.db.roster_rows import CLAN

Bodies = Sequence[tuple[int, bytes]]
_SLOT = {who: slot for slot, who in enumerate(MEMBERS)}


async def facts(conn: Connection, bodies: Bodies) -> None:
    """Only match, report, match_player and weapon_kill."""
    for _, body in bodies:
        async with conn.transaction():
            await write_facts(conn, json.loads(body), body, _SLOT)


async def facts_and_sums(conn: Connection, bodies: Bodies) -> None:
    """The same rows as ours, with member_stat, member_weapon and clan_weapon."""
    for _, body in bodies:
        async with conn.transaction():
            await write_all(conn, json.loads(body), body, _SLOT)


async def write_all(conn: Connection, report: dict[str, Any], body: bytes, slots: Mapping[int, int]) -> None:
    """One report with its sums. `slots`: the members, by membership id."""
    players, kills = await write_facts(conn, report, body, slots)
    await _member_stats(conn, players, bool(report["teams"]))
    await _member_weapons(conn, kills)
    await _clan_weapons(conn, kills, slots)


def _n(values: dict[str, Any], name: str) -> int:
    return int(values[name]["basic"]["value"]) if name in values else 0


def _rows(
    report: dict[str, Any], slots: Mapping[int, int]
) -> tuple[int, datetime, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    details = report["activityDetails"]
    instance_id, bits = int(details["instanceId"]), mode_bits(details["modes"])
    period = datetime.fromisoformat(report["period"].replace("Z", "+00:00"))
    players, kills = [], []
    for entry in report["entries"]:
        card, values, more = entry["player"]["destinyUserInfo"], entry["values"], entry.get("extended", {})
        who = int(card["membershipId"])
        uses = [
            (
                use["referenceId"],
                _n(use["values"], "uniqueWeaponKills"),
                _n(use["values"], "uniqueWeaponPrecisionKills"),
            )
            for use in more.get("weapons", [])
        ]
        more = more.get("values", {})
        class_ = entry["player"].get("characterClass", "").lower() or None
        players.append(
            (
                instance_id,
                who,
                card["membershipType"],
                f"{card.get('bungieGlobalDisplayName')}#{card.get('bungieGlobalDisplayNameCode')}",
                int(entry["characterId"]),
                class_,
                entry["player"].get("lightLevel"),
                entry["player"].get("clanName"),
                entry["player"].get("clanTag"),
                _n(values, "fireteamId"),
                _n(values, "team"),
                _n(values, "standing"),
                _n(values, "score"),
                _n(values, "kills"),
                _n(values, "deaths"),
                _n(values, "assists"),
                _n(values, "completed") == 1,
                _n(values, "completionReason"),
                _n(values, "startSeconds"),
                _n(values, "timePlayedSeconds"),
                1,
                sum(use[1] for use in uses),
                sum(use[2] for use in uses),
                _n(more, "weaponKillsGrenade"),
                _n(more, "weaponKillsMelee"),
                _n(more, "weaponKillsSuper"),
                _n(more, "weaponKillsAbility"),
                who in slots,
                period,
                bits,
            )
        )
        if who in slots:
            kills += [(instance_id, who, hash_, period, bits, class_, *counts) for hash_, *counts in uses]
    return instance_id, period, players, kills


async def write_facts(
    conn: Connection, report: dict[str, Any], body: bytes, slots: Mapping[int, int]
) -> tuple[list[Any], list[Any]]:
    """One report without its sums; the rows of its players and of its weapons' kills."""
    instance_id, period, players, kills = _rows(report, slots)
    teams = [{"team": side["teamId"], "name": side["teamName"]} for side in report["teams"]]
    await conn.execute(
        """
        update match set state = 'done', final = true, stored_at = $2, fetched_at = $2, period = $3, player_count = $4,
          teams = $5, modes = $6, mode_bits = $7 where instance_id = $1
        """,
        instance_id,
        NEWEST,
        period,
        len(players),
        teams,
        report["activityDetails"]["modes"],
        mode_bits(report["activityDetails"]["modes"]),
    )
    await conn.execute("insert into report values ($1, $2, $3) on conflict do nothing", instance_id, NEWEST, pack(body))
    await conn.executemany(
        f"""insert into match_player values ({", ".join(f"${n}" for n in range(1, 31))}) on conflict do nothing""",
        players,
    )
    await conn.executemany(
        "insert into weapon_kill values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing", kills
    )
    return players, kills


async def _member_stats(conn: Connection, players: list[Any], between_teams: bool) -> None:
    rows = [
        (p[1], mode.number, level, start, p[19], *p[13:16], between_teams and p[11] == 0, p[16], *p[21:26])
        for p in players
        if p[27]
        for mode in words_of(p[29])
        for level, start in spans(p[28])
    ]
    await conn.executemany(
        """
        insert into member_stat as s values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9::boolean::int, $10::boolean::int,
          $11, $12, $13, $14, $15)
        on conflict (membership_id, mode, level, start) do update set matches = s.matches + 1,
          seconds = s.seconds + excluded.seconds, kills = s.kills + excluded.kills,
          deaths = s.deaths + excluded.deaths, assists = s.assists + excluded.assists, wins = s.wins + excluded.wins,
          completions = s.completions + excluded.completions, weapon_kills = s.weapon_kills + excluded.weapon_kills,
          precision_kills = s.precision_kills + excluded.precision_kills,
          grenade_kills = s.grenade_kills + excluded.grenade_kills, melee_kills = s.melee_kills + excluded.melee_kills,
          super_kills = s.super_kills + excluded.super_kills
        """,
        rows,
    )


async def _member_weapons(conn: Connection, kills: list[Any]) -> None:
    rows = [
        (k[2], mode.number, k[1], k[6], k[7], *(k[6] if k[5] == name else 0 for name in ("titan", "hunter", "warlock")))
        for k in kills
        for mode in words_of(k[4])
    ]
    await conn.executemany(
        """
        insert into member_weapon as w values ($1, $2, $3, $4, $5, 1, 1, $6, $7, $8)
        on conflict (weapon_hash, mode, membership_id) do update set kills = w.kills + excluded.kills,
          precision_kills = w.precision_kills + excluded.precision_kills, matches = w.matches + 1,
          family_matches = w.family_matches + 1, titan_kills = w.titan_kills + excluded.titan_kills,
          hunter_kills = w.hunter_kills + excluded.hunter_kills,
          warlock_kills = w.warlock_kills + excluded.warlock_kills
        """,
        rows,
    )


async def _clan_weapons(conn: Connection, kills: list[Any], slots: Mapping[int, int]) -> None:
    rows = [
        (CLAN, mode.number, level, start, k[2], k[6], k[7], slots[k[1]])
        for k in kills
        for mode in words_of(k[4])
        for level, start in spans(k[3])
    ]
    await conn.executemany(
        """
        insert into clan_weapon as c values ($1, $2, $3, $4, $5, $6, $7, 1, 1, set_bit(0::bit(256), $8, 1))
        on conflict (group_id, mode, level, start, weapon_hash) do update set kills = c.kills + excluded.kills,
          precision_kills = c.precision_kills + excluded.precision_kills, matches = c.matches + 1,
          family_matches = c.family_matches + 1, players = c.players | excluded.players
        """,
        rows,
    )
