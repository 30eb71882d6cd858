"""Who asks the simulated Bungie.net over real sockets, without any code of Hawthorne's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.app import Sandbox


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def code(self) -> int:
        return int(self.json["ErrorCode"])

    @property
    def response(self) -> Any:
        return self.json["Response"]


class Caller:
    """Asks as a well-behaved program does, unless told otherwise."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.http = http

    async def get(self, path: str, host: str | None = None, **headers: str) -> Answer:
        return await self._ask("GET", (host or self.sandbox.bungie_url) + path, None, headers)

    async def post(self, path: str, body: Any) -> Answer:
        return await self._ask("POST", self.sandbox.bungie_url + path, body, {})

    async def control(self, method: str, path: str, body: Any = None) -> Answer:
        return await self._ask(method, self.sandbox.discord_url + path, body, {})

    async def _ask(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"X-API-Key": self.sandbox.api_key} | named
        asked = self.http.request(method, url, headers=sent, json=body, allow_redirects=False)
        async with asked as answer:
            return Answer(answer.status, dict(answer.headers), await answer.read())
