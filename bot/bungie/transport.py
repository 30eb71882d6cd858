"""Requests on the wire: headers, time-outs, no redirects; what goes wrong below HTTP becomes Unavailable."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import aiohttp

from bot.config import Bungie
from bot.errors import Unavailable

_TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5)
_FILE_TIMEOUT = aiohttp.ClientTimeout(total=600, sock_connect=10, sock_read=30)
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, not judged yet."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """One aiohttp session. Sends the key and the User-Agent that Bungie.net requires; never an Origin or a cookie."""

    def __init__(self, config: Bungie, version: str) -> None:
        contact = f" (+{config.contact.strip()})" if config.contact.strip() else ""
        self._agent = {"User-Agent": f"Hawthorne/{version}{contact}"}
        self._key = {"X-API-Key": config.api_key.reveal().strip()}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Transport:
        self._session = aiohttp.ClientSession(
            headers=self._agent,
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=0),
            middlewares=(_once,),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: str) -> Answer:
        """Ask the API. Raises Unavailable for what fails before there is a whole answer."""
        async with self._open(url, self._key, _TIMEOUT) as response:
            return Answer(response.status, response.headers, await response.read())

    async def download(self, url: str, to: Path) -> Answer | None:
        """Stream a static file into `to`; None when it is there, the answer when it is another than 200.

        Raises Unavailable, leaving a part of the file behind.
        """
        async with self._open(url, {}, _FILE_TIMEOUT) as response:
            if response.status != 200:
                return Answer(response.status, response.headers, await response.read())
            with await asyncio.to_thread(to.open, "wb") as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    await asyncio.to_thread(file.write, chunk)
        return None

    @contextlib.asynccontextmanager
    async def _open(
        self, url: str, headers: Mapping[str, str], limits: aiohttp.ClientTimeout
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("The client is used outside its `async with`.")
        try:
            async with self._session.get(url, headers=headers, timeout=limits, allow_redirects=False) as response:
                yield response
        except TimeoutError as error:
            raise Unavailable("Bungie.net did not answer in time.") from error
        except aiohttp.ClientError as error:
            raise _unreachable(error) from error


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send once: aiohttp would repeat a GET whose connection broke, past the budget and uncounted."""
    try:
        return await handler(request)
    except aiohttp.ClientError as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> Unavailable:
    return Unavailable(f"Bungie.net can't be reached ({_said(error)}).", passing=True)


def _said(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
