"""Weapons by themselves: one by its hash, those that a few letters may mean, the types there are."""

from __future__ import annotations

from functools import lru_cache

from asyncpg import Record

from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, Tier, Weapon, WeaponHit
from db.pool import Connection


async def select_weapon(conn: Connection, weapon_hash: int) -> Weapon | None:
    """One weapon as the manifest tells it, or by its hash alone where someone has a kill with it."""
    row = await conn.fetchrow(
        """
        select $1::bigint as key, w.name, w.type, w.slot, w.damage, w.tier, w.icon
        from (select $1::bigint as hash) asked left join weapon w on w.hash = asked.hash
        where w.hash is not null
          or (select min(k.membership_id) from weapon_kill k where k.weapon_hash = $1) is not null  -- by its index
        """,
        weapon_hash,
    )
    return weapon_of(row) if row else None


async def select_family(conn: Connection, weapon_hash: int) -> tuple[int, ...]:
    """The hashes that share name and type, the newest first; the hash itself where nothing is known of it."""
    rows = await conn.fetch(
        """
        select o.hash from weapon w join weapon o on o.family = w.family
        where w.hash = $1 order by o.hash = o.family desc, o.hash
        """,
        weapon_hash,
    )
    return tuple(row["hash"] for row in rows) or (weapon_hash,)


async def search_weapons(conn: Connection, text: str, *, group_id: int | None, limit: int) -> tuple[WeaponHit, ...]:
    """Weapons with kills whose name holds `text` in any case, or whose hash it is; reissues as one.

    Names that begin with it go first, then names with a word that does; within those, most kills of the clan's members
    (None: of every tracked clan's) in all modes first. No text: the most used.
    """
    rows = await conn.fetch(
        """
        with asked as (
          select translate(lower(trim($2)), '’', '''') as text
        ), used as (
          select coalesce(w.family, cw.weapon_hash) as key, sum(cw.kills)::bigint as kills,
                 bool_or(cw.weapon_hash::text = asked.text) as by_hash
          from asked, clan_weapon cw
          join clan c on c.group_id = cw.group_id
          left join weapon w on w.hash = cw.weapon_hash
          where (cw.group_id = $1 or ($1::bigint is null and c.state not in ('dropped', 'refused')))
            and cw.mode = $4 and cw.level = 2 and cw.kills > 0
          group by 1
        ), named as (
          select u.*, asked.text, w.name, w.type, w.slot, w.damage, w.tier, w.icon,
                 translate(lower(coalesce(w.name, 'Unknown (' || u.key || ')')), '’', '''') as plain
          from used u cross join asked left join weapon w on w.hash = u.key
        )
        select key, kills, name, type, slot, damage, tier, icon
        from named where strpos(plain, text) > 0 or by_hash
        order by by_hash desc, starts_with(plain, text) desc, strpos(' ' || plain, ' ' || text) > 0 desc, kills desc,
                 key
        limit $3
        """,
        group_id,
        text,
        limit,
        Mode.ALL.number,
    )
    return tuple(WeaponHit(weapon_of(row), row["kills"]) for row in rows)


async def select_weapon_types(conn: Connection) -> tuple[str, ...]:
    """The types that weapons have, as the manifest spells them, in the order of the alphabet."""
    rows = await conn.fetch("select distinct type from weapon where type <> '' order by type")
    return tuple(row["type"] for row in rows)


def weapon_of(row: Record) -> Weapon:
    """Of the columns key, name, type, slot, damage, tier and icon; name None: nothing is known but the hash."""
    return weapon_told(row["key"], (row["name"], row["type"], row["slot"], row["damage"], row["tier"], row["icon"]))


@lru_cache(8192)
def weapon_told(key: int, told: tuple[str | None, ...]) -> Weapon:
    """Of name, type, slot, damage, tier and icon. Shared among answers: a clan uses the same thousand weapons."""
    name, kind, slot, damage, tier, icon = told
    return Weapon(
        weapon_hash=key,
        name=name or f"Unknown ({key})",
        type=kind or "",
        slot=Slot(slot) if slot else None,
        damage=Damage(damage) if damage else None,
        tier=Tier(tier) if tier else None,
        icon=icon,
    )
