"""Bungie.net: the key, the clan ids, and what Hawthorne takes for granted about its answers, looked at live."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

import msgspec

from bot.bungie import decode
from bot.bungie.models import GroupMember, SearchResultOfGroupMember
from bot.bungie.probe import Probe, Tell
from bot.cli.doctor import matches
from bot.cli.doctor.finding import Finding, Mark, fix, ok, skip
from bot.cli.doctor.server import Skew
from bot.clock import Clock
from bot.config import Config
from bot.domain.membership import GroupDetail
from bot.errors import BungieError, KeyRefused, NotThere
from bot.presenters.text import plural

_LOOKED_AT = 10  # members whose profile is read to compare it with the roster
_ITEM = 347366834  # Ace of Spades
_ITEM_FIELDS = ("displayProperties.name", "itemType", "inventory.tierType", "collectibleHash")
_TABLES = (
    "DestinyActivityDefinition",
    "DestinyActivityModeDefinition",
    "DestinyClassDefinition",
    "DestinyPresentationNodeDefinition",
    "DestinyRecordDefinition",
)
_ASSUMPTIONS = ("rows a page", "isOnline", "settings roots", "manifest", "item fields", *matches.CHECKS)


async def check_bungie(
    config: Config, clan_ids: Iterable[int], clock: Clock, skew: Skew, tell: Tell | None
) -> AsyncIterator[Finding]:
    """The key first: without a good one nothing else can be asked."""
    ids = sorted(clan_ids)
    async with Probe(config.bungie, clock, tell) as probe:
        key, settings = await _check_key(config, probe, skew)
        yield key
        if settings is None:
            for name in ("clans", *_ASSUMPTIONS):
                yield skip(name, "Bungie.net has to answer first.")
            return
        clans: list[int] = []
        people: list[GroupMember] = []
        async for finding in _check_clans(probe, ids, clans):
            yield finding
        async for finding in _check_members(probe, clans, people):
            yield finding
        yield _check_roots(settings)
        async for finding in _check_content(config, probe):
            yield finding
        async for finding in matches.check_matches(probe, people):
            yield finding


async def _check_key(config: Config, probe: Probe, skew: Skew) -> tuple[Finding, bytes | None]:
    """The finding, and the settings if Bungie.net answers."""
    if not config.bungie.api_key:
        said = "bungie.api_key is missing: create an application on bungie.net/en/Application and copy its API key."
        return fix("Bungie key", said), None
    try:
        reply = await probe.ask("/Settings/")
    except KeyRefused as error:
        return fix("Bungie key", f"{error} Copy it again from bungie.net/en/Application."), None
    except BungieError as error:
        return fix("Bungie key", f"{error} Try again later, or check the connection and bungie.url."), None
    skew.bungie = reply.ahead
    return ok("Bungie key", "Bungie.net takes it"), reply.raw


# -- clans ------------------------------------------------------------------------------------------------


async def _check_clans(probe: Probe, ids: list[int], good: list[int]) -> AsyncIterator[Finding]:
    """A line a clan; those that are clans go into `good`."""
    if not ids:
        yield fix("clans", "none yet: put your clan's id, the number in its address on bungie.net, into clans.ids.")
    for group_id in ids:
        finding = await _check_clan(probe, group_id)
        if finding.mark is Mark.OK:
            good.append(group_id)
        yield finding


async def _check_clan(probe: Probe, group_id: int) -> Finding:
    name = f"clan {group_id}"
    try:
        reply = await probe.ask(f"/GroupV2/{group_id}/")
        detail: GroupDetail = decode.group_detail(msgspec.Raw(reply.raw))
    except NotThere:
        return fix(name, "Bungie.net knows no such clan: clans.ids takes the number in its address on bungie.net.")
    except BungieError as error:
        return fix(name, f"{error} Try again later.")
    if not detail.is_clan:
        return fix(name, f"{detail.name} is a group, but no clan (type {detail.group_type}): take it out of clans.ids.")
    return ok(name, f"{detail.name} [{detail.callsign}], {plural(detail.member_count, 'member')}")


# -- assumptions about members ----------------------------------------------------------------------------


async def _check_members(probe: Probe, clans: list[int], people: list[GroupMember]) -> AsyncIterator[Finding]:
    """The rows of the first page go into `people`."""
    if not clans:
        for name in ("rows a page", "isOnline"):
            yield skip(name, "no clan to look at.")
        return
    try:
        page = await _page(probe, clans[0], 1)
        people.extend(page.results)
        yield await _check_pages(probe, clans[0], page)
        yield await _check_online(probe, page.results)
    except BungieError as error:
        yield fix("members", f"{error} Try again later.")


async def _page(probe: Probe, group_id: int, number: int) -> SearchResultOfGroupMember:
    path = f"/GroupV2/{group_id}/Members/?currentpage={number}&memberType=0&nameSearch="
    return decode.members_page(msgspec.Raw((await probe.ask(path)).raw))


async def _check_pages(probe: Probe, group_id: int, first: SearchResultOfGroupMember) -> Finding:
    """A page says whether another follows, and the next one goes on where it stopped."""
    if first.has_more is None or not first.results:
        return fix("rows a page", "a page of members is empty or lacks hasMore. Please report it with --record FILE.")
    if not first.has_more:
        return ok("rows a page", f"{len(first.results)}, and no page after it")
    second = await _page(probe, group_id, 2)
    shown = {row.destiny_user_info.membership_id for row in first.results}
    again = [row for row in second.results if row.destiny_user_info.membership_id in shown]
    if len(again) > len(second.results) // 2:
        return fix("rows a page", "the second page repeats the first. Please report it with --record FILE.")
    return ok("rows a page", f"{len(first.results)}, then {len(second.results)}")


async def _check_online(probe: Probe, rows: list[GroupMember]) -> Finding:
    """Compares the roster with the profiles of those who are most likely to play now."""
    likely = sorted(rows, key=lambda row: (not row.is_online, -(row.last_online_status_change or 0)))[:_LOOKED_AT]
    playing = [row for row in likely if await _plays(probe, row)]
    told = [row for row in playing if row.is_online]
    if not playing:
        said = "online, but in no activity" if any(row.is_online for row in likely) else "online"
        return ok("isOnline", f"not compared: nobody of {len(likely)} is {said}; look again while someone plays")
    if not told:
        return fix(
            "isOnline",
            f"{plural(len(playing), 'member')} in an activity, and the roster says that nobody is online. Rosters are "
            "then read in turn, which is slower. Look again in 10 minutes; if it stays, report it with --record FILE.",
        )
    return ok("isOnline", f"true for {len(told)} of {len(playing)} in an activity")


async def _plays(probe: Probe, row: GroupMember) -> bool:
    """Whether the profile has transitory data and a current activity; a profile that can't be read says neither."""
    card = row.destiny_user_info
    path = f"/Destiny2/{card.membership_type}/Profile/{card.membership_id}/?components=100,204,1000"
    try:
        profile = msgspec.json.decode((await probe.ask(path)).raw)
    except BungieError:
        return False
    characters = _at(profile, "characterActivities.data") or {}
    active = any(_at(one, "currentActivityHash") for one in characters.values())
    return active and _at(profile, "profileTransitoryData.data") is not None


# -- assumptions about content ----------------------------------------------------------------------------


def _check_roots(settings: bytes) -> Finding:
    read = decode.settings_read(msgspec.Raw(settings))
    if read.active_seals_root is None or read.legacy_seals_root is None:
        return fix("settings roots", "the settings name no root of seals. Please report it with --record FILE.")
    closed = "" if read.destiny_enabled else "; Destiny 2 is switched off right now"
    return ok("settings roots", f"seals {read.active_seals_root}, legacy seals {read.legacy_seals_root}{closed}")


async def _check_content(config: Config, probe: Probe) -> AsyncIterator[Finding]:
    checks: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("manifest", lambda: _check_manifest(config, probe)),
        ("item fields", lambda: _check_item(probe)),
    )
    for name, check in checks:
        try:
            yield await check()
        except BungieError as error:
            yield fix(name, f"{error} Try again later.")


async def _check_manifest(config: Config, probe: Probe) -> Finding:
    reply = await probe.ask("/Destiny2/Manifest/")
    read = decode.manifest_read(msgspec.Raw(reply.raw), config.manifest.language)
    lacking = [table for table in _TABLES if table not in read.paths]
    if lacking:
        return fix("manifest", f"it lacks {', '.join(lacking)}. Please report it with --record FILE.")
    return ok("manifest", f"{read.version}, {plural(len(read.paths), 'table')}")


async def _check_item(probe: Probe) -> Finding:
    reply = await probe.ask(f"/Destiny2/Manifest/DestinyInventoryItemDefinition/{_ITEM}/")
    item = msgspec.json.decode(reply.raw)
    lacking = [path for path in _ITEM_FIELDS if _at(item, path) in (None, "")]
    if lacking:
        return fix("item fields", f"item {_ITEM} lacks {', '.join(lacking)}. Please report it with --record FILE.")
    return ok("item fields", f"{_at(item, 'displayProperties.name')} has all {len(_ITEM_FIELDS)}")


def _at(value: Any, path: str) -> Any:
    """The value at a dotted path of keys; None where something on the way is absent."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
