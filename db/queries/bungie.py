"""The shared budget of requests and the breakers' rows."""

from __future__ import annotations

from datetime import datetime

from bot.domain.bungie import BreakerRow, BreakerState
from bot.domain.status import BungieStatus
from db.pool import Connection


async def upsert_budget(conn: Connection, egress: str, spacing_seconds: float) -> None:
    """Make the egress' row, or tell it this process' pace; slots and blocks stay as they are."""
    await conn.execute(
        """
        insert into bungie_budget (egress, spacing_seconds, next_slot_at, window_at)
        values ($1, $2, clock_timestamp(), clock_timestamp())
        on conflict (egress) do update set spacing_seconds = excluded.spacing_seconds
        """,
        egress,
        spacing_seconds,
    )


async def reserve_slots(
    conn: Connection, egress: str, slots: int, spacing: float, patience: float, give_way: bool
) -> float | None:
    """Reserve `slots` slots, `spacing` seconds apart; the seconds until the first.

    None when Bungie.net is blocked for longer than `patience` seconds, or when others' slots lie ahead and this caller
    gives way. A slot more than ten seconds ahead can only come from a clock that was set back: it is not believed.
    """
    delay: float | None = await conn.fetchval(
        """
        update bungie_budget set
          next_slot_at = greatest(least(next_slot_at, clock_timestamp() + interval '10 seconds'), blocked_until,
            clock_timestamp()) + $2::integer * $3::double precision * interval '1 second',
          last_slots = case date_bin('10 seconds', clock_timestamp(), 'epoch') - window_at
            when interval '0' then last_slots when interval '10 seconds' then window_slots else 0 end,
          window_slots = $2::integer
            + case when window_at = date_bin('10 seconds', clock_timestamp(), 'epoch') then window_slots else 0 end,
          window_at = date_bin('10 seconds', clock_timestamp(), 'epoch')
        where egress = $1 and blocked_until <= clock_timestamp() + $4::double precision * interval '1 second'
          and (not $5 or (next_slot_at < clock_timestamp() + interval '100 milliseconds'
            and blocked_until <= clock_timestamp()))
        returning extract(epoch from next_slot_at - clock_timestamp())::double precision
          - $2::integer * $3::double precision
        """,
        egress,
        slots,
        spacing,
        patience,
        give_way,
    )
    return delay


async def select_blocked_seconds(conn: Connection, egress: str) -> float:
    """How long Bungie.net still wants no requests; 0 or less when it takes them."""
    seconds: float | None = await conn.fetchval(
        """
        select extract(epoch from blocked_until - clock_timestamp())::double precision from bungie_budget
        where egress = $1 and blocked_until > clock_timestamp()
        """,
        egress,
    )
    return seconds or 0.0


async def upsert_block(conn: Connection, egress: str, seconds: float) -> None:
    """Block the egress for that long from now, unless it is blocked for longer."""
    await conn.execute(
        """
        update bungie_budget set
          blocked_until = greatest(blocked_until, clock_timestamp() + $2::double precision * interval '1 second')
        where egress = $1
        """,
        egress,
        seconds,
    )


async def select_breakers(conn: Connection) -> tuple[BreakerRow, ...]:
    rows = await conn.fetch(
        "select subsystem, state, since, code, sentence, next_probe_at from bungie_breaker order by subsystem"
    )
    return tuple(BreakerRow(**{**row, "state": BreakerState(row["state"])}) for row in rows)


async def upsert_breaker(conn: Connection, row: BreakerRow) -> None:
    await conn.execute(
        """
        insert into bungie_breaker (subsystem, state, since, code, sentence, next_probe_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (subsystem) do update set state = excluded.state, since = excluded.since, code = excluded.code,
          sentence = excluded.sentence, next_probe_at = excluded.next_probe_at
        """,
        row.subsystem,
        row.state.value,
        row.since,
        row.code,
        row.sentence,
        row.next_probe_at,
    )


async def select_bungie_status(conn: Connection, now: datetime) -> BungieStatus:
    """down while a breaker is not closed, else throttled while an egress is blocked; the oldest outage speaks.

    budget_used counts reserved slots: those of this ten seconds, and the share of the last that is younger than ten.
    """
    row = await conn.fetchrow(
        """
        with down as (
          select since, sentence, string_agg(subsystem, ', ') over () as subsystems
          from bungie_breaker where state <> 'closed' order by since, subsystem limit 1
        ), spent as (
          select blocked_until, spacing_seconds, window_slots, last_slots,
            extract(epoch from $1::timestamptz - window_at)::double precision as age
          from bungie_budget
        ), budget as (
          select max(blocked_until) as blocked_until,
            max(spacing_seconds / 10 * case
              when age < 10 then window_slots + last_slots * (1 - greatest(age, 0) / 10)
              when age < 20 then window_slots * (2 - age / 10)
              else 0 end) as used
          from spent
        )
        select down.since, down.sentence, down.subsystems, budget.blocked_until > $1 as throttled, budget.used
        from budget left join down on true
        """,
        now,
    )
    used = min(1.0, max(0.0, (row and row["used"]) or 0.0))
    if row and row["since"]:
        return BungieStatus("down", row["since"], used, f"{row['sentence']} Not asked for now: {row['subsystems']}.")
    if row and row["throttled"]:
        return BungieStatus("throttled", None, used, "Bungie.net asked for a pause.")
    return BungieStatus("up", None, used)
