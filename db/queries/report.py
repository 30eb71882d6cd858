"""Store reports: facts and sums in one transaction, each report once however often it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.match import FetchedReport, StoreResult
from db.pool import Connection
from db.queries import report_facts as facts
from db.queries.report_rows import ReportRows, Row, rows_of
from db.queries.sums import Share, clear_emptied, select_share, upsert_sums

_FEW = 4


async def store_reports(conn: Connection, reports: Sequence[FetchedReport], now: datetime) -> StoreResult:
    """Store reports and what they add to the sums, in the caller's transaction. `players` holds a person once.

    A report that is stored already and tells the same changes nothing but when it was fetched; one that tells
    something else, or of someone who is a member by now, replaces the rows. One fetched earlier than what is stored is
    left aside. Of one instance twice the later fetched counts, or the later in the list.
    """
    newest = _newest(reports)
    if not newest:
        return StoreResult()
    known, members = await _lock(conn, newest, now)
    found = [rows_of(each, members) for each in newest.values()]
    fresh = [rows for rows in found if known[rows.instance_id] is None]
    again = [rows for rows in found if _is_later(rows, known[rows.instance_id])]
    changed = await _changed(conn, again)
    same = [rows for rows in again if rows.instance_id not in changed]
    if same:
        await facts.update_matches_seen(conn, same)
    await _put(conn, fresh, [rows for rows in again if rows.instance_id in changed], now)
    new = frozenset(rows.instance_id for rows in fresh)
    return StoreResult(new, frozenset(changed), frozenset(newest) - new - changed)


def _newest(reports: Iterable[FetchedReport]) -> dict[int, FetchedReport]:
    """By instance, in their order."""
    newest: dict[int, FetchedReport] = {}
    for each in reports:
        known = newest.get(each.report.details.instance_id)
        if known is None or known.fetched_at <= each.fetched_at:
            newest[each.report.details.instance_id] = each
    return dict(sorted(newest.items()))


async def _lock(
    conn: Connection, newest: Mapping[int, FetchedReport], now: datetime
) -> tuple[dict[int, datetime | None], frozenset[int]]:
    """When each was fetched, None where its report was never stored, and whose weapons are kept."""
    people = list({player.membership_id for each in newest.values() for player in each.report.players})
    known, members = await facts.lock_matches(conn, list(newest), people)
    if not known:
        await facts.insert_unrecorded(conn, [each.report.details for each in newest.values()], now)
        known, members = await facts.lock_matches(conn, list(newest), people)
    return known, members


def _is_later(rows: ReportRows, fetched_at: datetime | None) -> bool:
    return fetched_at is not None and fetched_at <= rows.fetched.fetched_at


async def _changed(conn: Connection, again: Sequence[ReportRows]) -> set[int]:
    """Which of them tell something else than what is stored."""
    if not again:
        return set()
    ids = [rows.instance_id for rows in again]
    matches = await facts.select_match_facts(conn, ids)
    players = _by_instance(await facts.select_players(conn, ids))
    kills = _by_instance(await facts.select_kills(conn, ids))
    return {
        rows.instance_id
        for rows in again
        if (rows.match, rows.players, rows.kills)
        != (matches[rows.instance_id], players.get(rows.instance_id, []), kills.get(rows.instance_id, []))
    }


def _by_instance(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


async def _put(conn: Connection, fresh: Sequence[ReportRows], changed: Sequence[ReportRows], now: datetime) -> None:
    """Facts first, the sums last: their hottest rows are locked until the transaction ends."""
    old, both = [rows.instance_id for rows in changed], [*fresh, *changed]
    if not both:
        return
    gone = await select_share(conn, old) if old else Share()
    if old:
        await facts.delete_kills(conn, old)
        await facts.delete_players(conn, old)
    await _insert(conn, both, now)
    await upsert_sums(conn, [rows.instance_id for rows in both], gone)
    if old:
        await clear_emptied(conn, gone)


async def _insert(conn: Connection, reports: Sequence[ReportRows], now: datetime) -> None:
    few = len(reports) <= _FEW
    await facts.store_matches(conn, reports, now, whole=few)
    if not few:
        await facts.copy_players(conn, [row for rows in reports for row in rows.players])
        await facts.copy_kills(conn, [row for rows in reports for row in rows.kills])


async def adoptable(conn: Connection, limit: int) -> tuple[int, ...]:
    """Matches that were stored before someone in them was a member: to be stored again, with that one's weapons.

    Where the raw report is no longer kept and Bungie.net did not give it, it is asked for again after a week.
    """
    rows = await conn.fetch(
        """
        select distinct p.instance_id from match_player p
        join member using (membership_id) join match m on m.instance_id = p.instance_id
        where not p.tracked and (m.error is null or m.asked_at < now() - interval '7 days')
        order by p.instance_id desc limit $1
        """,
        limit,
    )
    return tuple(row[0] for row in rows)


async def select_report_body(conn: Connection, instance_id: int) -> bytes | None:
    """The raw Response, zstd over JSON, while it is kept."""
    body: bytes | None = await conn.fetchval("select body from report where instance_id = $1", instance_id)
    return body


async def delete_old_bodies(conn: Connection, before: datetime, limit: int) -> int:
    """Drop up to `limit` raw reports that were fetched before that time, oldest first; how many there were."""
    done = await conn.execute(
        """
        delete from report where instance_id in (
          select instance_id from report where fetched_at < $1 order by fetched_at limit $2 for update skip locked)
        """,
        before,
        limit,
    )
    return int(done.split()[1])
