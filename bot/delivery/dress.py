"""A message's look and its mark: the embed's address ends in # and the leading row's id, and by it is found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import discord

from bot.client import HawthorneBot
from bot.delivery import plan, wire
from bot.domain.outbox import Post, PostFacts
from bot.presenters.embeds.digest import digest_embed
from bot.presenters.embeds.posts import corrected_embed, post_embed
from db.pool import Pool
from db.queries import channel as channels


def lead_of(posts: Sequence[Post]) -> int:
    """The id under which these rows are told together."""
    return posts[0].sent_with or posts[0].id


def dress(posts: Sequence[Post], facts: Mapping[int, PostFacts], base: str, now: datetime) -> discord.Embed:
    """The rows of one message as Discord shows them; what was withdrawn of them is said to be so."""
    mark = f"{base}#{lead_of(posts)}"
    if plan.is_digest(posts, posts[0].first_try_at or now):
        more = None if base.startswith(_DISCORD) else base
        return digest_embed(posts, facts, now, mark, more)
    only = posts[0]
    make = corrected_embed if only.withdrawn else post_embed
    return make(only, facts[only.id], now, mark)


_DISCORD = "https://discord.com/channels"


async def address(bot: HawthorneBot, pool: Pool, post: Post) -> str | wire.Outcome:
    """What stands before the mark: the dashboard's page of the clan's events, or the channel's own address at Discord.

    Where Discord must be asked for the channel and does not tell, its answer.
    """
    public = bot.config.dashboard.public_url
    if public:
        return f"{public}/clans/{post.group_id}/events" if post.group_id else f"{public}/"
    async with pool.acquire() as conn:
        guild_id = await channels.select_guild(conn, post.channel_id)
    if guild_id is None:
        found = await wire.guild_of(bot, post.channel_id)
        if not isinstance(found, int):
            return found
        guild_id = found
        async with pool.acquire() as conn:
            await channels.update_guild(conn, post.channel_id, guild_id)
    return f"{_DISCORD}/{guild_id}/{post.channel_id}"
