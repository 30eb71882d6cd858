"""The one client of Bungie.net: its endpoints as methods that return the domain's nouns."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import msgspec

import bot
from bot.bungie import decode, decode_history, decode_report
from bot.bungie.answer import decode as decode_answer
from bot.bungie.breaker import Breaker
from bot.bungie.budget import Lane
from bot.bungie.decode_profile import WHOLE as PROFILES
from bot.bungie.decode_profile import profile
from bot.bungie.gate import Gate
from bot.bungie.models import SearchResultOfGroupMember
from bot.clock import Clock
from bot.config import Bungie, Schedule
from bot.domain.manifest import ManifestRead, SettingsRead
from bot.domain.match import AccountCharacter, HistoryPage, Report
from bot.domain.membership import ClanRef, GroupDetail, MembersPoll
from bot.domain.profile import Profile
from bot.errors import NotThere, Unavailable
from db.pool import Pool

LOOPS: Final = Lane.LOOPS
_MOST_PAGES = 20  # a clan has 100 members, a page 50 to 100 rows
_items = msgspec.json.Decoder(dict[str, Any])
_NO_CLAN = {11, 21, 1601}  # promises.md: these mean "not in this clan"


class BungieClient:
    """`async with` opens it. Every method raises the BungieErrors of bot/errors.py.

    `counts` tells how many requests went out, by (endpoint, outcome); outcomes are bot.bungie.codes.Meaning's words.
    """

    def __init__(
        self,
        config: Bungie,
        *,
        pool: Pool | None,
        clock: Clock,
        intervals: Schedule | None = None,
        version: str = bot.__version__,
    ) -> None:
        self._clock = clock
        self._stats_url = config.stats_url
        self._gate = Gate(config, pool=pool, clock=clock, intervals=intervals or Schedule(), version=version)
        self.counts = self._gate.counts

    async def __aenter__(self) -> BungieClient:
        await self._gate.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._gate.close()

    def breaker(self, subsystem: str) -> Breaker:
        """One of profile, groups, history, reports, manifest; `.open` means: nothing may be asked now."""
        return self._gate.breakers[subsystem]

    async def get_group(self, group_id: int, *, lane: Lane = LOOPS) -> GroupDetail:
        """GetGroup. Raises NotThere (622, 686) when there is no such group; a group need not be a clan."""
        raw, _ = await self._gate.get("GetGroup", f"/GroupV2/{group_id}/", lane=lane)
        detail = decode.group_detail(raw)
        if detail.group_id != group_id:
            raise Unavailable(f"Bungie.net answered with group {detail.group_id} instead of {group_id}.")
        return detail

    async def get_members(self, group_id: int, *, lane: Lane = LOOPS) -> MembersPoll:
        """GetMembersOfGroup, all pages until one says hasMore false.

        A walk that ends otherwise (an empty page that promises more, pages without end) has `ended` False.
        """
        started = self._clock.now()
        pages: list[SearchResultOfGroupMember] = []
        bodies: list[bytes] = []
        while _goes_on(pages):
            path = f"/GroupV2/{group_id}/Members/?currentpage={len(pages) + 1}&memberType=0&nameSearch="
            raw, body = await self._gate.get("GetMembersOfGroup", path, lane=lane)
            pages.append(decode.members_page(raw))
            bodies.append(body)
        return decode.members_poll(group_id, started, pages, bodies)

    async def get_groups_for_member(
        self, membership_type: int, membership_id: int, *, lane: Lane = LOOPS
    ) -> tuple[ClanRef, ...]:
        """GetGroupsForMember: the clans that someone is in now; () when Bungie.net says none, or knows no such account.

        Raises Unavailable for any other "not there": it says nothing about clans.
        """
        path = f"/GroupV2/User/{membership_type}/{membership_id}/0/1/"
        try:
            raw, _ = await self._gate.get("GetGroupsForMember", path, lane=lane, member=membership_id)
        except NotThere as error:
            if error.code in _NO_CLAN:
                return ()
            raise Unavailable(str(error), code=error.code) from error
        return decode.clans_of(raw)

    async def get_profile(
        self,
        membership_type: int,
        membership_id: int,
        components: Iterable[int],
        *,
        wanted: frozenset[int] = frozenset(),
        wanted_collectibles: frozenset[int] = frozenset(),
        lane: Lane = LOOPS,
    ) -> Profile:
        """GetProfile. Of component 900 only the `wanted` records are decoded, of 800 only `wanted_collectibles`."""
        asked = sorted(set(components))
        query = ",".join(str(number) for number in asked)
        path = f"/Destiny2/{membership_type}/Profile/{membership_id}/?components={query}"
        found = await self._gate.get_whole("GetProfile", path, PROFILES, lane=lane, member=membership_id)
        return profile(found, membership_type, membership_id, asked, wanted, wanted_collectibles)

    async def get_history(
        self,
        membership_type: int,
        membership_id: int,
        character_id: int,
        *,
        page: int = 0,
        count: int = 50,
        lane: Lane = LOOPS,
    ) -> HistoryPage:
        """GetActivityHistory of all modes, newest first; `page` from 0, `count` 250 at most.

        Raises Private when the account's owner hides it (1665), NotThere for a character that is gone (1620).
        """
        path = f"/Destiny2/{membership_type}/Account/{membership_id}/Character/{character_id}/Stats/Activities/"
        query = f"?count={count}&mode=0&page={page}"
        raw, _ = await self._gate.get("GetActivityHistory", path + query, lane=lane, member=membership_id)
        return decode_history.history_page(raw, self._clock.now())

    async def get_account_characters(
        self, membership_type: int, membership_id: int, *, lane: Lane = LOOPS
    ) -> tuple[AccountCharacter, ...]:
        """GetHistoricalStatsForAccount, for the characters that it names: deleted ones have a history, too."""
        path = f"/Destiny2/{membership_type}/Account/{membership_id}/Stats/"
        raw, _ = await self._gate.get("GetHistoricalStatsForAccount", path, lane=lane, member=membership_id)
        return decode_history.account_characters(raw)

    async def get_report(self, instance_id: int, *, lane: Lane = LOOPS) -> tuple[bytes, Report]:
        """GetPostGameCarnageReport: the JSON of its Response as sent, and what it says.

        Raises NotYet (1653: not there, or not yet; 12: closed for now), Unavailable also for a report that can't be
        read or is another instance's.
        """
        path = f"/Destiny2/Stats/PostGameCarnageReport/{instance_id}/"
        raw, _ = await self._gate.get("GetPostGameCarnageReport", path, lane=lane, host=self._stats_url)
        return bytes(raw), decode_report.report(raw, instance_id, self._clock.now())

    async def get_item(self, item_hash: int, *, lane: Lane = LOOPS) -> dict[str, Any]:
        """GetDestinyEntityDefinition of an item, as sent. Raises NotThere when the manifest has no such item."""
        path = f"/Destiny2/Manifest/DestinyInventoryItemDefinition/{item_hash}/"
        raw, _ = await self._gate.get("GetDestinyEntityDefinition", path, lane=lane)
        return decode_answer(_items, raw)

    async def get_settings(self, *, lane: Lane = LOOPS) -> SettingsRead:
        """/Settings/: the roots of the seals, and whether Bungie has switched Destiny off."""
        raw, _ = await self._gate.get("GetCommonSettings", "/Settings/", lane=lane)
        return decode.settings_read(raw)

    async def get_manifest(self, language: str = "en", *, lane: Lane = LOOPS) -> ManifestRead:
        """GetDestinyManifest: the version, and where each table's file is."""
        raw, _ = await self._gate.get("GetDestinyManifest", "/Destiny2/Manifest/", lane=lane)
        return decode.manifest_read(raw, language)

    async def get_historical_stats(self, *, lane: Lane = LOOPS) -> dict[str, Any]:
        """GetHistoricalStatsDefinition: every stat by its text key, as sent."""
        raw, _ = await self._gate.get("GetHistoricalStatsDefinition", "/Destiny2/Stats/Definition/", lane=lane)
        return decode_answer(_items, raw)

    async def fetch_table(self, path: str, to: Path, *, lane: Lane = LOOPS) -> None:
        """One file of the manifest into `to`. What it holds is not judged here."""
        await self._gate.download("manifest file", path, to, lane=lane)

    async def fetch_picture(self, path: str, to: Path, *, lane: Lane = LOOPS) -> None:
        """An icon that the manifest names into `to`. Raises NotThere where there is none."""
        await self._gate.download("picture", path, to, lane=lane)


def _goes_on(pages: list[SearchResultOfGroupMember]) -> bool:
    if not pages:
        return True
    last = pages[-1]
    return bool(last.has_more) and bool(last.results) and len(pages) < _MOST_PAGES
