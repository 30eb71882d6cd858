"""Types slash commands into the sandbox at a steady pace, as a process of its own: `python -m tests.bench.load`.

Arguments: the sandbox's address, the channel, the command, seconds, commands a second. Prints one JSON list of
[milliseconds, whether the content came in the first response].
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import cycle
from typing import Any

import aiohttp


async def main(url: str, channel: str, command: str, seconds: float, pace: float) -> None:
    body = {"type": "command", "channel_id": channel, "name": command, "options": {}}
    results: list[tuple[float, bool]] = []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for user in cycle(await _people(http, url)):
                group.create_task(_one(http, url, {**body, "user_id": user}, results))
                await asyncio.sleep(1 / pace)
                if time.monotonic() > end:
                    break
    print(json.dumps(results))


async def _people(http: aiohttp.ClientSession, url: str) -> list[str]:
    async with http.get(f"{url}/sandbox/discord/state") as answer:
        return [user["id"] for user in (await answer.json())["users"]]


async def _one(http: aiohttp.ClientSession, url: str, body: dict[str, Any], results: list[tuple[float, bool]]) -> None:
    async with http.post(f"{url}/sandbox/discord/interactions", json=body) as answer:
        said = await answer.json()
    results.append((float(said.get("ms") or 3000.0), _has_content(said)))


def _has_content(said: dict[str, Any]) -> bool:
    """Answered in the first response, and not by a sentence that asks to wait."""
    text = json.dumps(said.get("response") or {})
    return bool(said.get("ok")) and not said.get("deferred") and "That was quick" not in text


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), float(sys.argv[5])))
