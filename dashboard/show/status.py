"""The state of things in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.clan import Clan, ClanState
from bot.domain.outcome import Verdict
from bot.domain.status import BungieStatus, ChannelStatus, HeldBatch, LoopStatus, OutboxStatus, QueueStatus, Status
from bot.presenters.freshness import clock_text, loop_is_late
from bot.presenters.status_words import loop_name
from bot.presenters.text import number, plural, span
from dashboard.show import times
from dashboard.show.clans import title

_VERDICTS = {
    Verdict.DONE: "done",
    Verdict.PARTIAL: "in part",
    Verdict.NOT_ACCEPTED: "not accepted",
    Verdict.SKIPPED: "skipped",
    Verdict.IDLE: "nothing to do",
    Verdict.FAILED: "failed",
}
_SO_SO = (Verdict.PARTIAL, Verdict.NOT_ACCEPTED, Verdict.SKIPPED)
_PARTS = {"discord": "Discord", "ingest": "Ingest", "web": "Web"}


@dataclass(frozen=True, slots=True)
class LoopRow:
    """`dot`: "" on time, stale, or bad for a loop that fails now."""

    name: str
    dot: str
    state: str
    every: str
    last: times.When | None
    coming: str
    sentence: str


def loop_row(loop: LoopStatus, now: datetime) -> LoopRow:
    late, failed, good = loop_is_late(loop, now), loop.last_verdict == Verdict.FAILED, loop.good_at
    return LoopRow(
        name=loop_name(loop.name),
        dot="bad" if failed else "stale" if late or loop.last_verdict in _SO_SO else "",
        state="failed" if failed else _state(loop, late),
        every=f"every {_interval(loop.interval_seconds)}",
        last=times.ago(good, now) if good else None,
        coming=_coming(loop.next_at, now),
        sentence=loop.last_error or loop.last_sentence or "",
    )


def _state(loop: LoopStatus, late: bool) -> str:
    if loop.last_finished_at is None:
        return "not run yet"
    return "late" if late else _VERDICTS.get(Verdict(loop.last_verdict), "done") if loop.last_verdict else "done"


def _interval(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 or (seconds % 60 and seconds < 600) else span(timedelta(seconds=seconds))


def _coming(next_at: datetime | None, now: datetime) -> str:
    if next_at is None:
        return ""
    seconds = (next_at - now).total_seconds()
    if seconds <= 0:
        return "now"
    return f"in {int(seconds) or 1} s" if seconds < 60 else f"in {span(timedelta(seconds=seconds))}"


@dataclass(frozen=True, slots=True)
class State:
    """A dot, a word, and the sentence beside it."""

    dot: str
    word: str
    sentence: str


def bungie(status: BungieStatus, now: datetime) -> State:
    since = f"since {clock_text(status.since, now)}" if status.since else ""
    dot = {"up": "", "throttled": "stale"}.get(status.state, "bad")
    word = {"up": "Up", "throttled": "Slowed down"}.get(status.state, "Down")
    return State(dot, f"{word} {since}".strip(), status.sentence or "")


def queue(status: QueueStatus) -> list[tuple[str, str]]:
    """Reports that are not stored, as pairs of word and figure."""
    rows = [("waiting", status.waiting), ("being fetched", status.running)]
    return [(word, number(count)) for word, count in (*rows, ("failed", status.failed), ("gone", status.gone))]


def outbox(status: OutboxStatus) -> list[tuple[str, str]]:
    """Posts by state, as pairs of word and figure."""
    rows = [("new", status.new), ("being sent", status.sending), ("held", status.held), ("dead", status.dead)]
    oldest = span(timedelta(seconds=status.oldest_seconds)) if status.oldest_seconds is not None else "–"
    return [*((word, str(count)) for word, count in rows), ("oldest waits", oldest)]


@dataclass(frozen=True, slots=True)
class Held:
    """A batch of leaves that waits for a decision."""

    id: int
    words: str
    since: times.When


def held(batch: HeldBatch, clans: Sequence[Clan], now: datetime) -> Held:
    names = {clan.group_id: title(clan) for clan in clans}
    words = f"{plural(batch.count, 'member')} of {names.get(batch.group_id, batch.group_id)}"
    return Held(batch.id, words, times.ago(batch.since, now))


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that posts go to."""

    id: int
    state: State
    since: times.When | None


def channel(status: ChannelStatus, now: datetime) -> Channel:
    good = status.state == "ok"
    said = status.last_error or "Discord refused three posts in a row"
    sentence = "" if good else f"{said}. Posts wait; they go out once the bot may write there again."
    since = times.ago(status.since, now) if status.since and not good else None
    return Channel(status.channel_id, State("" if good else "bad", "ok" if good else "refused", sentence), since)


@dataclass(frozen=True, slots=True)
class ClanLine:
    """A clan and whether it is read."""

    name: str
    group_id: int
    state: State
    as_of: times.When | None


def clan(row: Clan, now: datetime) -> ClanLine:
    word = {ClanState.NEW: "not read yet", ClanState.TRACKED: "tracked"}.get(row.state, row.state.value)
    if row.state is ClanState.REFUSED:
        word = "not tracked"
    dot = {ClanState.TRACKED: "", ClanState.NEW: "stale"}.get(row.state, "bad")
    as_of = times.ago(row.as_of, now) if row.as_of else None
    return ClanLine(title(row), row.group_id, State(dot, word, row.reason or ""), as_of)


def parts(status: Status) -> list[tuple[str, str]]:
    """What runs, as pairs of part and what is said of it."""
    return [
        (_PARTS.get(part.name, part.name), f"{part.version}{', leads the loops' if part.leads else ''}")
        for part in status.parts
    ]
