"""What one read of one member leaves in the database; the caller holds the transaction."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.profile import Profile
from bot.domain.reading import Reading, SealTerms, Subject
from bot.ingest.roster.presence import login_lag
from bot.ingest.roster.seals import is_baseline, seal_changes
from db.pool import Connection
from db.queries.member_seal import insert_gildings, select_seal_states, upsert_seal_states
from db.queries.online_check import insert_login
from db.queries.reading import insert_portrait, upsert_characters, upsert_reading


async def store(
    conn: Connection, subject: Subject, after: Reading, profile: Profile | None, terms: Iterable[SealTerms]
) -> None:
    """The new reading, with history where the portrait changed, and the seals where the records were believed."""
    before, member, now = subject.reading, subject.membership_id, after.tried_at
    assert now is not None, "a reading after a read was tried"
    await upsert_reading(conn, member, after)
    if after.portrait != before.portrait:
        await insert_portrait(conn, member, after.portrait, now)
    if after.characters:
        await upsert_characters(conn, member, after.characters, now)
    if (lag := login_lag(subject, after, now)) is not None:
        await insert_login(conn, member, int(lag.total_seconds()), now)
    if profile is not None and profile.records is not None and after.records_read_at == now:
        stored = await select_seal_states(conn, member)
        found = seal_changes(terms, profile.records.seals, stored, now, baseline=is_baseline(before, now))
        await upsert_seal_states(conn, member, found[0])
        await insert_gildings(conn, member, found[1])
