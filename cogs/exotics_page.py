"""What /exotics tells: of a clan, of one member, of one exotic."""

from __future__ import annotations

from datetime import datetime

from bot.domain.collection import Collector, Ownership
from bot.errors import UnknownThing
from bot.presenters.collection_charts import owner_bars, owners_alt, rarest
from bot.presenters.embeds.exotics import ExoticsStory, exotic_embed, exotics_embed, exotics_title
from cogs.collection_look import Look
from cogs.collection_page import Told
from cogs.pictures import Drawing
from db.pool import Connection
from db.queries.exotics import select_exotic, select_ownership


async def read(conn: Connection, look: Look, now: datetime) -> Told:
    """Raises UnknownThing for what is not here."""
    return await (_clan if look.asked.hash_ is None else _exotic)(conn, look, now)


async def _clan(conn: Connection, look: Look, now: datetime) -> Told:
    ownership = await select_ownership(conn, look.asked.group_id, now)
    story = ExoticsStory(ownership, look.asked.show, _member(ownership, look.asked.membership_id))
    return Told(lambda around: exotics_embed(story, around), ownership.as_of, _drawing(story, look))


def _member(ownership: Ownership, membership_id: int | None) -> Collector | None:
    """Raises UnknownThing for who has left since the answer stood there."""
    if membership_id is None:
        return None
    for member in ownership.members:
        if member.membership_id == membership_id:
            return member
    raise UnknownThing("They are not in this clan any more. “Whole clan” shows who is.")


def _drawing(story: ExoticsStory, look: Look) -> Drawing | None:
    if not look.asked.charted or not rarest(story.rows):
        return None
    title = exotics_title(story, plain=True)
    ownership = story.ownership
    chart = owner_bars(story.rows, ownership.members, title, look.clan.name, ownership.as_of)
    return Drawing(chart, owners_alt(story.rows, title))


async def _exotic(conn: Connection, look: Look, now: datetime) -> Told:
    asked = look.asked
    assert asked.hash_ is not None
    detail = await select_exotic(conn, asked.group_id, asked.hash_)
    if detail is None:
        raise UnknownThing("That exotic is not known here any more.")
    member = None
    if asked.membership_id is not None:
        alone = await select_ownership(conn, asked.group_id, now, membership_id=asked.membership_id)
        member = _member(alone, asked.membership_id)
    return Told(lambda around: exotic_embed(detail, member, around), detail.as_of)
