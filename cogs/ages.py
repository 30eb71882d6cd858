"""The age of the data under answers that show none of it."""

from __future__ import annotations

from bot.client import HawthorneBot
from bot.errors import DatabaseAway
from bot.presenters.freshness import last_line
from cogs.clans import readable
from cogs.reading import reading
from db.queries.bungie import select_bungie_status
from db.queries.clan import select_clans


async def data_age(bot: HawthorneBot) -> str:
    """The last line of /help and /about: how old the oldest clan's roster is. These answer without a database too."""
    try:
        async with reading(bot) as (conn, now):
            clans = readable(await select_clans(conn, now))
            bungie = await select_bungie_status(conn, now)
    except DatabaseAway:
        return "-# ⚠ The database does not answer right now."
    if not clans:
        return "-# No clan is tracked yet."
    ages = [clan.as_of for clan in clans if clan.as_of]
    oldest = min(ages) if len(ages) == len(clans) else None
    return last_line("Roster", oldest, bot.config.schedule.membership_seconds, bungie, now)
