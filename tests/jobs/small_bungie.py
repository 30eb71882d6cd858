"""The three endpoints of Bungie.net that the membership loop asks, over a real socket, scripted by the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

PAGE = 50


@dataclass
class Person:
    """One account. `bungie_net_id` 0: the website account is absent."""

    membership_id: int
    name: str
    joined_at: datetime
    role: int = 2
    bungie_net_id: int = 0
    membership_type: int = 3
    online: bool = False

    def row(self, group_id: int) -> dict[str, Any]:
        name, _, code = self.name.partition("#")
        card = {
            "membershipType": self.membership_type,
            "membershipId": str(self.membership_id),
            "LastSeenDisplayName": name,
            "displayName": name,
            "bungieGlobalDisplayName": name,
            "bungieGlobalDisplayNameCode": int(code or 1),
        }
        person = {"membershipType": 254, "membershipId": str(self.bungie_net_id), "displayName": name}
        return {
            "memberType": self.role,
            "isOnline": self.online,
            "lastOnlineStatusChange": "1700000000",
            "groupId": str(group_id),
            "destinyUserInfo": card,
            "joinDate": self.joined_at.isoformat().replace("+00:00", "Z"),
            **({"bungieNetUserInfo": person} if self.bungie_net_id else {}),
        }


@dataclass
class SmallBungie:
    """`clans` is the truth; `shown` overrides what a member list shows, `codes` gives an endpoint an ErrorCode."""

    clans: dict[int, dict[int, Person]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    shown: dict[int, list[Person]] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    lose_last_page: bool = False
    group_type: int = 1
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def group(self, request: web.Request) -> web.Response:
        group_id = int(request.match_info["group_id"])
        if code := self._refused("group", group_id):
            return code
        name = self.names.get(group_id, f"Clan {group_id}")
        detail = {
            "groupId": str(group_id),
            "name": name,
            "groupType": self.group_type,
            "motto": "Eyes up",
            "about": "",
            "memberCount": len(self.clans[group_id]),
            "creationDate": "2019-01-01T00:00:00Z",
            "clanInfo": {"clanCallsign": "EYES"},
        }
        return _answer({"detail": detail})

    async def members(self, request: web.Request) -> web.Response:
        group_id, page = int(request.match_info["group_id"]), int(request.query["currentpage"])
        if code := self._refused("members", group_id):
            return code
        people = self.shown.get(group_id, list(self.clans[group_id].values()))
        cut = people[(page - 1) * PAGE : page * PAGE]
        more = page * PAGE < len(people)
        if self.lose_last_page and not more:
            cut, more = [], True  # a page that promises what never comes
        return _answer(
            {
                "results": [person.row(group_id) for person in cut],
                "totalResults": self.totals.get(group_id, len(people)),
                "hasMore": more,
                "query": {"itemsPerPage": PAGE, "currentPage": page},
                "useTotalResults": True,
            }
        )

    async def groups_of(self, request: web.Request) -> web.Response:
        if code := self._refused("user", None):
            return code
        membership_id = int(request.match_info["membership_id"])
        found = [
            {"group": {"groupId": str(group_id), "name": self.names.get(group_id, f"Clan {group_id}"), "groupType": 1}}
            for group_id, members in self.clans.items()
            if membership_id in members
        ]
        return _answer({"results": found, "totalResults": len(found), "hasMore": False, "useTotalResults": True})

    def _refused(self, endpoint: str, group_id: int | None) -> web.Response | None:
        self.asked.append(endpoint)
        if code := 1688 if group_id in self.broken else self.codes.get(endpoint):
            return _error(code)
        return _error(622) if group_id is not None and group_id not in self.clans else None

    def count(self, endpoint: str) -> int:
        """How often an endpoint was asked since the last count."""
        found = self.asked.count(endpoint)
        self.asked = [each for each in self.asked if each != endpoint]
        return found


def _answer(response: dict[str, Any]) -> web.Response:
    return web.json_response(
        {"Response": response, "ErrorCode": 1, "ThrottleSeconds": 0, "ErrorStatus": "Success", "Message": "Ok"}
    )


def _error(code: int) -> web.Response:
    return web.json_response(
        {"ErrorCode": code, "ThrottleSeconds": 0, "ErrorStatus": f"Error{code}", "Message": "", "MessageData": {}}
    )


@asynccontextmanager
async def small_bungie() -> AsyncIterator[SmallBungie]:
    bungie = SmallBungie()
    app = web.Application()
    app.router.add_get(r"/Platform/GroupV2/User/{type}/{membership_id:\d+}/0/1/", bungie.groups_of)
    app.router.add_get(r"/Platform/GroupV2/{group_id:\d+}/Members/", bungie.members)
    app.router.add_get(r"/Platform/GroupV2/{group_id:\d+}/", bungie.group)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    bungie.url = f"http://{host}:{port}"
    try:
        yield bungie
    finally:
        await runner.cleanup()
