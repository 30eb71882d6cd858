"""Types slash commands into the sandbox at a steady pace, as a process of its own: `python -m tests.bench.load`.

Arguments: the sandbox's address, the channel, the command, seconds, commands a second. Prints one JSON list of
[milliseconds, whether the content came in the first response].
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp


async def main(url: str, channel: str, command: str, seconds: float, pace: float) -> None:
    body = {"type": "command", "channel_id": channel, "name": command, "options": {}}
    results: list[tuple[float, bool]] = []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
        end = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            user = 0
            while time.monotonic() < end:
                user += 1
                group.create_task(_one(http, url, {**body, "user_id": None}, results))
                await asyncio.sleep(1 / pace)
    print(json.dumps(results))


async def _one(http: aiohttp.ClientSession, url: str, body: dict[str, Any], results: list[tuple[float, bool]]) -> None:
    body = {key: value for key, value in body.items() if value is not None}
    async with http.post(f"{url}/sandbox/discord/interactions", json=body) as answer:
        said = await answer.json()
    results.append((float(said.get("ms") or 3000.0), bool(said.get("ok")) and not said.get("deferred")))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), float(sys.argv[5])))
