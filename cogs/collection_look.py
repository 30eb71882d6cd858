"""What was asked of exotics or seals, with every name looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clan import Clan
from bot.domain.status import BungieStatus
from cogs.collection_asked import CollectionAsked, Topic
from cogs.collection_names import find_exotic, find_seal
from cogs.people import Whose, find_whose
from db.pool import Connection
from db.queries.bungie import select_bungie_status


@dataclass(frozen=True, slots=True)
class Typed(Whose):
    """What is still to be looked up. `thing`: an exotic or a seal, "" where none was said."""

    thing: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What was asked, with ids in place of all that was typed."""

    asked: CollectionAsked
    clan: Clan
    bungie: BungieStatus


async def look_up(
    conn: Connection, asked: CollectionAsked, typed: Typed, configured: Sequence[int], now: datetime
) -> Look:
    """Raises UnknownThing for a clan, member, exotic or seal that is not here."""
    clan, member = await find_whose(conn, typed, asked.group_id, configured, now)
    asked = replace(asked, group_id=clan.group_id, membership_id=member or asked.membership_id)
    if typed.thing:
        asked = asked.about(await _hash(conn, asked.topic, typed.thing))
    return Look(asked, clan, await select_bungie_status(conn, now))


async def _hash(conn: Connection, topic: Topic, words: str) -> int:
    if topic is Topic.EXOTICS:
        return (await find_exotic(conn, words)).collectible_hash
    return (await find_seal(conn, words)).record_hash
