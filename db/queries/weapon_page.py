"""What only the page of one weapon asks: in which modes it is used, and for whom it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.mode import Mode, words_of
from bot.domain.weapon import WeaponSpan
from db.pool import Connection


async def select_weapon_modes(
    conn: Connection, people: Mapping[int, int], hashes: Sequence[int], span: WeaponSpan
) -> dict[Mode, int]:
    """Kills of those memberships by mode word; a match counts for every word that it belongs to. None: left out."""
    rows = await conn.fetch(
        """
        select k.mode_bits, sum(k.kills)::bigint as kills
        from weapon_kill k
        where k.membership_id = any ($1::bigint[]) and k.weapon_hash = any ($2::bigint[])
          and k.period >= coalesce($3::timestamptz, '-infinity') and k.period < coalesce($4::timestamptz, 'infinity')
        group by k.mode_bits
        """,
        list(people),
        list(hashes),
        span.since,
        span.until,
    )
    kills: dict[Mode, int] = {}
    for row in rows:
        for mode in words_of(row["mode_bits"]):
            kills[mode] = kills.get(mode, 0) + row["kills"]
    return kills


async def select_signatures(
    conn: Connection, people: Mapping[int, int], mode: Mode, span: WeaponSpan, weapon_hash: int
) -> frozenset[int]:
    """Those of these people (membership -> person) who made more kills with it than with any other weapon.

    Reissues count as one. Reads every kill of theirs in that span.
    """
    rows = await conn.fetch(
        """
        with used as (
          select p.person_id, coalesce(w.family, k.weapon_hash) as family, sum(k.kills) as kills
          from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
          join weapon_kill k on k.membership_id = p.membership_id
            and k.period >= coalesce($4::timestamptz, '-infinity') and k.period < coalesce($5::timestamptz, 'infinity')
          left join weapon w on w.hash = k.weapon_hash
          where k.mode_bits & (1 << $3::int) <> 0
          group by 1, 2
        ), first as (
          select distinct on (person_id) person_id, family from used order by person_id, kills desc, family
        )
        select person_id from first
        where family = coalesce((select family from weapon where hash = $6), $6)
        """,
        list(people),
        list(people.values()),
        mode.number,
        span.since,
        span.until,
        weapon_hash,
    )
    return frozenset(row["person_id"] for row in rows)
