"""What one read of one member leaves in the database; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.collecting import Catalog, CollectionReading
from bot.domain.event import NewEvent
from bot.domain.profile import Profile, Records
from bot.domain.reading import Reading, SealTerms, Subject
from bot.ingest.collections.changes import acquired, catalyst_changes, triumph_changes
from bot.ingest.collections.news import exotic_events, seal_events
from bot.ingest.roster.presence import login_lag
from bot.ingest.roster.seals import is_baseline, seal_changes, wanted_records
from db.pool import Connection
from db.queries import collection_write as queries
from db.queries.event import insert_event
from db.queries.member_seal import insert_gildings, select_seal_states, select_seal_terms, upsert_seal_states
from db.queries.online_check import insert_login
from db.queries.outbox import insert_posts
from db.queries.reading import insert_portrait, upsert_characters, upsert_reading


@dataclass(frozen=True, slots=True)
class Ground:
    """What answers are read against: how seals are earned, what there is to collect, and which records tell of it."""

    terms: tuple[SealTerms, ...]
    catalog: Catalog
    titles: dict[int, str]

    @property
    def records(self) -> frozenset[int]:
        return wanted_records(self.terms) | self.catalog.catalysts


@dataclass(frozen=True, slots=True)
class Told:
    """The readings after an answer, and the answer itself where there was one."""

    reading: Reading
    collection: CollectionReading
    profile: Profile | None


async def read_ground(conn: Connection) -> Ground:
    """As the current manifest has it; empty before the first."""
    terms = await select_seal_terms(conn)
    return Ground(terms, await queries.select_catalog(conn), await queries.select_titles(conn))


async def store(conn: Connection, subject: Subject, told: Told, ground: Ground) -> int:
    """The new readings, with history where the portrait changed, and what the records and collections add.

    Returns how many events that made; their posts are stored with them.
    """
    member, after = subject.membership_id, told.reading
    now = after.tried_at
    assert now is not None, "a reading after a read was tried"
    await _store_reading(conn, subject, after, now)
    if told.collection != subject.collection and told.collection.tried_at is not None:
        await queries.upsert_collection(conn, member, told.collection)
    if told.profile is None:
        return 0
    name = await queries.select_member_name(conn, member)
    news: list[NewEvent] = []
    if told.profile.records is not None and after.records_read_at == now:
        news += await _store_records(conn, subject, told.profile.records, ground, now, name)
    if told.profile.collectibles is not None and told.collection.read_at == now:
        stored = await queries.select_owned(conn, member)
        found = acquired(told.profile.collectibles, stored, ground.catalog, subject.collection, now)
        await queries.insert_owned(conn, member, found, now)
        news += exotic_events(subject, name, found, ground.catalog.names, now)
    return await _tell(conn, news, now)


async def _store_reading(conn: Connection, subject: Subject, after: Reading, now: datetime) -> None:
    before, member = subject.reading, subject.membership_id
    await upsert_reading(conn, member, after)
    if after.portrait != before.portrait:
        await insert_portrait(conn, member, after.portrait, now)
    if after.characters:
        await upsert_characters(conn, member, after.characters, now)
    if (lag := login_lag(subject, after, now)) is not None:
        await insert_login(conn, member, int(lag.total_seconds()), now)


async def _store_records(
    conn: Connection, subject: Subject, records: Records, ground: Ground, now: datetime, name: str
) -> list[NewEvent]:
    """Seals, gildings, catalysts and triumphs; the events of what is new among them."""
    member, baseline = subject.membership_id, is_baseline(subject.reading, now)
    states = records.seals
    stored = await select_seal_states(conn, member)
    seals, gildings = seal_changes(ground.terms, states, stored, now, baseline=baseline)
    await upsert_seal_states(conn, member, seals)
    await insert_gildings(conn, member, gildings)
    catalysts = await queries.select_catalysts(conn, member)
    changed = catalyst_changes(states, catalysts, ground.catalog.catalysts, now, baseline=baseline)
    await queries.upsert_catalysts(conn, member, changed)
    triumphs = triumph_changes(states, await queries.select_triumphs(conn, member), ground.terms)
    await queries.upsert_triumphs(conn, member, triumphs)
    return list(seal_events(subject, name, seals, gildings, ground.titles, now))


async def _tell(conn: Connection, news: Iterable[NewEvent], now: datetime) -> int:
    """Store events, each with its posts; how many of them are new."""
    told = 0
    for event in news:
        event_id = await insert_event(conn, event, now)
        if event_id is not None:
            await insert_posts(conn, [event_id], now)
            told += 1
    return told
