"""The membership loop: ask who is in each clan, decide what that proves, store it with its events and posts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.membership import GroupDetail, MembersPoll
from bot.domain.outcome import Outcome, Verdict
from bot.domain.watch import Answer, Decision, Question, Rules, Watch
from bot.errors import BungieError, NotThere
from bot.ingest.membership import answer_of, decide, needs_group, note_missing
from bot.jobs.loop import Loop
from bot.jobs.membership_store import apply, keep_failed_poll, keep_poll
from bot.presenters.text import plural
from bot.services import Services
from db.queries.clan import (
    select_is_known,
    select_polled_clans,
    select_refusals,
    update_clan_met,
    update_clan_refused,
)
from db.queries.watch import load_watch, lock_membership

log = structlog.get_logger(__name__)

NO_SUCH_CLAN = frozenset({622, 686})


@dataclass(frozen=True, slots=True)
class ClanPass:
    """How one clan's poll went; `sentence` says why it was not accepted. `newcomers`: some have never been read."""

    accepted: bool
    sentence: str = ""
    members: int = 0
    events: int = 0
    newcomers: bool = False


def rules_of(services: Services) -> Rules:
    """The protocol's settings out of the configuration."""
    schedule = services.config.schedule
    return Rules(timedelta(seconds=schedule.membership_seconds), schedule.leave_confirmations)


async def run(services: Services) -> Outcome:
    """One poll of every tracked clan, all at once; what fails for one does not stop the others."""
    async with services.pool.acquire() as conn:
        group_ids, refusals = await select_polled_clans(conn), await select_refusals(conn)
    if not group_ids:
        return Outcome(Verdict.IDLE, " ".join(refusals) or "No clan is tracked: put its group id into clans.ids.")
    breaker = services.bungie.breaker("groups")
    if breaker.open:
        return Outcome(Verdict.SKIPPED, breaker.row.sentence or "Bungie.net does not answer about clans.")
    passes = await asyncio.gather(*(poll_clan(services, each) for each in group_ids), return_exceptions=True)
    for failure in passes:
        if isinstance(failure, BaseException):
            raise failure
    return _outcome({key: each for key, each in zip(group_ids, passes, strict=True) if isinstance(each, ClanPass)})


def _outcome(by_clan: Mapping[int, ClanPass]) -> Outcome:
    passes = by_clan.values()
    counts = {
        "clans": len(passes),
        "accepted": sum(each.accepted for each in passes),
        "members": sum(each.members for each in passes),
        "events": sum(each.events for each in passes),
    }
    verdict = Verdict.DONE if all(each.accepted for each in passes) else Verdict.NOT_ACCEPTED
    wake = ("roster", "matches") if any(each.newcomers for each in passes) else ()
    watched = f"{plural(counts['members'], 'member')} in {plural(len(passes), 'clan')}."
    return Outcome(verdict, _sentences(by_clan) or watched, counts, wake)


def _sentences(by_clan: Mapping[int, ClanPass]) -> str:
    """Why polls were not accepted; what all clans share is said once, what one alone has bears its id."""
    said = {key: each.sentence for key, each in by_clan.items() if each.sentence}
    if len(set(said.values())) == 1:
        return next(iter(said.values())) if len(said) == len(by_clan) else _of_clan(*next(iter(said.items())))
    return " ".join(_of_clan(key, sentence) for key, sentence in said.items())


def _of_clan(group_id: int, sentence: str) -> str:
    return sentence if str(group_id) in sentence else f"Clan {group_id}: {sentence}"


async def poll_clan(services: Services, group_id: int) -> ClanPass:
    """Poll one clan and store what it proves, or why it proves nothing."""
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        known = await select_is_known(conn, group_id)
    try:
        group = None if known else await services.bungie.get_group(group_id)
        if group is not None and not await _meet(services, group):
            return ClanPass(accepted=False, sentence=_no_clan(group))
        poll = await services.bungie.get_members(group_id)
    except NotThere as error:
        return await _not_there(services, group_id, error, now, known=known)
    except BungieError as error:
        return await _no_answer(services, group_id, str(error), now)
    return await _judge(services, poll, group, services.clock.now())


async def _meet(services: Services, group: GroupDetail) -> bool:
    """Note what a clan is called before its first poll counts; False when the group is no clan."""
    if not group.is_clan:
        await _refuse(services, group.group_id, _no_clan(group))
        return False
    async with services.pool.acquire() as conn:
        await update_clan_met(conn, group.group_id, group.name, group.callsign, group.motto)
    return True


def _no_clan(group: GroupDetail) -> str:
    return f"{group.group_id} is a group on Bungie.net but no clan: put a clan's id into clans.ids."


async def _refuse(services: Services, group_id: int, sentence: str) -> None:
    log.warning("clan_refused", group_id=group_id, reason=sentence)
    async with services.pool.acquire() as conn:
        await update_clan_refused(conn, group_id, sentence)


async def _not_there(services: Services, group_id: int, error: NotThere, now: datetime, *, known: bool) -> ClanPass:
    """An unknown id is refused; a clan that we know is counted towards disbanded."""
    if error.code not in NO_SUCH_CLAN:
        return await _no_answer(services, group_id, str(error), now)
    if not known:
        sentence = f"Bungie.net knows no clan with the id {group_id}: correct clans.ids."
        await _refuse(services, group_id, sentence)
        return ClanPass(accepted=False, sentence=sentence)
    async with services.pool.acquire() as conn, conn.transaction():
        await lock_membership(conn)
        watch = await load_watch(conn, group_id, ())
        decision = note_missing(watch, now, rules_of(services))
        await apply(conn, watch, decision, now)
        await keep_failed_poll(conn, group_id, decision.reason or str(error), now)
    return ClanPass(accepted=decision.disbanded, sentence=decision.reason or "")


async def _no_answer(services: Services, group_id: int, reason: str, now: datetime) -> ClanPass:
    async with services.pool.acquire() as conn:
        await keep_failed_poll(conn, group_id, reason, now)
    return ClanPass(accepted=False, sentence=reason)


async def _judge(services: Services, poll: MembersPoll, group: GroupDetail | None, now: datetime) -> ClanPass:
    """Decide once to learn what is to be asked, ask, then decide and store under the lock."""
    ids, rules = {entry.membership_id for entry in poll.entries}, rules_of(services)
    async with services.pool.acquire() as conn:
        watch = await load_watch(conn, poll.group_id, ids)
    if group is None and needs_group(watch, poll, now):
        group = await _read_group(services, poll.group_id)
    if group is not None and not await _meet(services, group):
        return ClanPass(accepted=False, sentence=_no_clan(group))
    answers = await _ask(services, poll.group_id, decide(watch, poll, group, {}, now, rules).questions)
    async with services.pool.acquire() as conn, conn.transaction():
        await lock_membership(conn)
        watch = await load_watch(conn, poll.group_id, ids)
        decision = decide(watch, poll, group, answers, now, rules)
        await apply(conn, watch, decision, now)
        await keep_poll(conn, poll, group, decision, now)
    return _told(watch, decision, poll)


def _told(before: Watch, decision: Decision, poll: MembersPoll) -> ClanPass:
    if decision.reason is not None:
        log.info("poll_not_accepted", group_id=poll.group_id, reason=decision.reason)
    return ClanPass(
        accepted=decision.accepted,
        sentence=decision.reason or "",
        members=len(decision.watch.members),
        events=len(decision.told),
        newcomers=bool(decision.watch.members.keys() - before.members.keys()),
    )


async def _read_group(services: Services, group_id: int) -> GroupDetail | None:
    """GetGroup's detail, None when it can't be had now: whether the poll can do without is judged with it."""
    try:
        return await services.bungie.get_group(group_id)
    except BungieError as error:
        log.info("group_not_read", group_id=group_id, reason=str(error))
        return None


async def _ask(services: Services, group_id: int, questions: Iterable[Question]) -> dict[int, Answer | None]:
    """What GetGroupsForMember says of each; None where it could not be asked."""
    asked = dict(await asyncio.gather(*(_ask_one(services, group_id, question) for question in questions)))
    if silent := sum(answer is None for answer in asked.values()):
        log.info("members_not_asked", group_id=group_id, count=silent)
    return asked


async def _ask_one(services: Services, group_id: int, question: Question) -> tuple[int, Answer | None]:
    try:
        clans = await services.bungie.get_groups_for_member(question.membership_type, question.membership_id)
    except BungieError as error:
        log.debug("member_not_asked", membership_id=question.membership_id, reason=str(error))
        return question.membership_id, None
    return question.membership_id, answer_of(group_id, clans)


LOOP = Loop("membership", "membership_seconds", run)
