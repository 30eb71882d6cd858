"""Store what a poll was decided to mean: in one transaction of the caller, with its events and posts."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.event import EventKind, NewEvent
from bot.domain.membership import GroupDetail, MembersPoll
from bot.domain.watch import Decision, Former, StoredPoll, Told, Watch
from db.pool import Connection
from db.queries import held, polls, stint
from db.queries import watch_write as watch
from db.queries.clan import update_clan_disbanded, update_clan_read
from db.queries.clan_follow import follow_members
from db.queries.event import insert_event, withdraw_event
from db.queries.outbox import drop_or_correct_posts, insert_notice, insert_posts

RAW_POLLS = 20
KEEP_REASONS = timedelta(days=7)
_Key = tuple[int | None, int | None, EventKind, str]


async def apply(conn: Connection, before: Watch, decision: Decision, now: datetime) -> None:
    """Turn the stored state `before` into the decision's; nothing is written where nothing differs."""
    after = decision.watch
    changed = [stay for key, stay in after.members.items() if before.members.get(key) != stay]
    await stint.upsert_members(conn, changed, now)
    await stint.insert_names(conn, [stay.membership_id for stay in changed])
    await _end(conn, decision, await _tell(conn, decision.told, now))
    for former in decision.reopened:
        await _take_back(conn, after.group_id, former, now)
    await stint.upsert_stints(conn, after.group_id, changed)
    await stint.insert_roles(conn, after.group_id, [stay.membership_id for stay in changed])
    await stint.update_moved_back(conn, list(after.members.keys() - before.members.keys()))
    await follow_members(conn)
    await _remember(conn, before, after)
    await _end_batches(conn, before, decision, now)
    await _close_clan(conn, decision, now)


async def _tell(conn: Connection, told: Iterable[Told], now: datetime) -> dict[_Key, int]:
    """Store events and their posts; the ids of those that are new, by their unique key."""
    ids: dict[_Key, int] = {}
    for each in told:
        event_id = await insert_event(conn, each.event, now)
        if event_id is None:
            continue
        ids[_key(each.event)] = event_id
        if not each.event.quiet:
            await insert_posts(conn, [event_id], now, each.digest_of, each.not_before)
    return ids


def _key(event: NewEvent) -> _Key:
    return event.group_id, event.membership_id, event.kind, event.about


async def _end(conn: Connection, decision: Decision, ids: dict[_Key, int]) -> None:
    for ended in decision.ended:
        event_id = ids.get(_key(ended.told)) if ended.told else None
        await stint.update_stint_ended(conn, decision.watch.group_id, ended, event_id)
        if ended.moved_to is not None:
            await stint.update_moved(conn, ended.membership_id, ended.moved_to)
    for group_id, membership_id in decision.settled:
        await watch.delete_arrival(conn, group_id, membership_id)


async def _take_back(conn: Connection, group_id: int, former: Former, now: datetime) -> None:
    """They never left: what said so is withdrawn. After a false switch the other clan has a joiner to tell."""
    event_id = await stint.select_ending(conn, group_id, former)
    event = None if event_id is None else await withdraw_event(conn, event_id, now)
    if event_id is None or event is None:
        return
    await drop_or_correct_posts(conn, event_id, now)
    if event.kind is EventKind.CLAN_SWITCHED and event.group_id is not None:
        await watch.insert_arrivals(conn, event.group_id, [(former.membership_id, now)])


async def _remember(conn: Connection, before: Watch, after: Watch) -> None:
    group_id = after.group_id
    if before.absences != after.absences:
        await watch.delete_absences(conn, group_id)
        await watch.insert_absences(conn, group_id, after.absences.items())
    if before.sightings != after.sightings:
        await watch.delete_sightings(conn, group_id)
        await watch.insert_sightings(conn, group_id, after.sightings.items())
    if before.arrivals != after.arrivals:
        await watch.delete_arrivals(conn, group_id)
        await watch.insert_arrivals(conn, group_id, after.arrivals.items())
    if before.facts != after.facts:
        await watch.insert_facts(conn, group_id, after.facts.items())
    await watch.upsert_watch(conn, after)
    await update_clan_read(conn, after)


async def _end_batches(conn: Connection, before: Watch, decision: Decision, now: datetime) -> None:
    after = decision.watch
    for since in (after.held_since, *(since for since, _ in decision.batch_ends)):
        if since is not None and since != before.held_since:
            await held.insert_batch(conn, after.group_id, since)
    for since, how in decision.batch_ends:
        await held.update_batch_ended(conn, after.group_id, since, how, now)


async def _close_clan(conn: Connection, decision: Decision, now: datetime) -> None:
    group_id = decision.watch.group_id
    for notice in decision.notices:
        await insert_notice(conn, group_id, notice.kind, notice.payload, now)
    if decision.disbanded:
        await update_clan_disbanded(conn, group_id, f"Clan {group_id} was disbanded: Bungie.net no longer knows it.")


async def keep_poll(
    conn: Connection, poll: MembersPoll, group: GroupDetail | None, decision: Decision, now: datetime
) -> None:
    """Keep a poll with its reason, and its pages for as long as it is among the newest."""
    stored = StoredPoll(
        polled_at=poll.polled_at,
        accepted=decision.accepted,
        reason=decision.reason,
        row_count=len(poll.entries),
        total_results=poll.total_results,
        member_count=group.member_count if group else None,
        raw=zlib.compress(b"[" + b",".join(poll.raw) + b"]", 3),
    )
    await polls.insert_poll(conn, poll.group_id, stored)
    await polls.update_polls_stripped(conn, poll.group_id, RAW_POLLS)
    await polls.delete_old_polls(conn, now - KEEP_REASONS)


async def keep_failed_poll(conn: Connection, group_id: int, reason: str, now: datetime) -> None:
    """Keep why there was no poll to judge."""
    await polls.insert_poll(conn, group_id, StoredPoll(now, accepted=False, reason=reason))
