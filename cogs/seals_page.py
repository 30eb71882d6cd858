"""What /seals tells: of a clan, of one member, of one seal."""

from __future__ import annotations

from datetime import datetime

from bot.domain.collection import ClanSeals, MemberSeal, SealRow
from bot.errors import UnknownThing
from bot.presenters.collection_charts import most_held, seal_bars, seals_alt
from bot.presenters.embeds.seals import (
    OwnSealsStory,
    SealsStory,
    own_seal_embed,
    own_seals_embed,
    seal_embed,
    seals_embed,
)
from bot.presenters.seal_words import takeaway, titles
from cogs.collection_look import Look
from cogs.collection_page import Told
from cogs.pictures import Drawing
from db.pool import Connection
from db.queries.collectors import select_as_of
from db.queries.member import select_member
from db.queries.seals import select_clan_seals
from db.queries.triumphs import select_member_seals

_GONE = "That seal is not known here any more."


async def read(conn: Connection, look: Look, now: datetime) -> Told:
    """Raises UnknownThing for what is not here."""
    return await (_clan if look.asked.membership_id is None else _member)(conn, look, now)


async def _clan(conn: Connection, look: Look, now: datetime) -> Told:
    """All seals of a clan, or one of them."""
    clan = await select_clan_seals(conn, look.asked.group_id, now)
    choices = _choices(clan.rows)
    if look.asked.hash_ is not None:
        row = next((row for row in clan.rows if row.record_hash == look.asked.hash_), None)
        if row is None:
            raise UnknownThing(_GONE)
        return Told(lambda around: seal_embed(SealsStory(clan, row), around), clan.as_of, choices=choices)
    return Told(lambda around: seals_embed(SealsStory(clan), around), clan.as_of, _drawing(clan, look), choices)


def _choices(rows: tuple[SealRow, ...] | tuple[MemberSeal, ...]) -> tuple[tuple[int, str], ...]:
    """Today's seals, to look at one of them."""
    names = titles(rows)
    return tuple((row.record_hash, names[row.record_hash]) for row in rows if not row.legacy)


def _drawing(clan: ClanSeals, look: Look) -> Drawing | None:
    if not look.asked.charted or not most_held(clan):
        return None
    title = takeaway(clan)
    return Drawing(seal_bars(clan, title, look.clan.name), seals_alt(clan, title))


async def _member(conn: Connection, look: Look, now: datetime) -> Told:
    """All seals of one member, or one of them."""
    assert look.asked.membership_id is not None
    member = await select_member(conn, look.asked.membership_id)
    if member is None:
        raise UnknownThing("They are not known here any more.")
    seals = await select_member_seals(conn, member.membership_id, all_triumphs=look.asked.hash_ is not None)
    wanted = next((seal for seal in seals if seal.record_hash == look.asked.hash_), None)
    if look.asked.hash_ is not None and wanted is None:
        raise UnknownThing(_GONE)
    story = OwnSealsStory(member.name, seals, member.records_read_at is not None, member.private, wanted)
    embed = own_seals_embed if wanted is None else own_seal_embed
    return Told(lambda around: embed(story, around), await select_as_of(conn), choices=_choices(seals))
