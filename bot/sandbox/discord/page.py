"""The page in the browser: its files, and the attachments of messages."""

from pathlib import Path

from aiohttp import web

from bot.sandbox.discord.core import Core
from bot.sandbox.discord.render import content_type

_STATIC = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data: https://www.bungie.net; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class PageRoutes:
    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.page),
            web.get("/static/{name}", self.static),
            web.get("/attachments/{channel_id}/{attachment_id}/{name}", self.attachment),
        ]

    async def page(self, request: web.Request) -> web.Response:
        return _file("page.html")

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in {path.name for path in _STATIC.iterdir()}:
            raise web.HTTPNotFound
        return _file(name)

    async def attachment(self, request: web.Request) -> web.Response:
        """Only images are shown in place; anything else is offered as a download."""
        attachment_id = request.match_info["attachment_id"]
        data = self._core.store.files.get(attachment_id)
        if data is None:
            raise web.HTTPNotFound
        kind = self._kind(request.match_info["channel_id"], attachment_id)
        shown = kind in ("image/png", "image/jpeg", "image/gif", "image/webp")
        headers = _HEADERS | {"Content-Disposition": "inline" if shown else "attachment"}
        return web.Response(body=data, headers=headers, content_type=kind)

    def _kind(self, channel_id: str, attachment_id: str) -> str:
        for message in self._core.store.messages.get(channel_id, {}).values():
            for attachment in message.attachments:
                if attachment.id == attachment_id:
                    return content_type(attachment)
        return "application/octet-stream"


def _file(name: str) -> web.Response:
    path = _STATIC / name
    return web.Response(body=path.read_bytes(), headers=_HEADERS, content_type=_TYPES[path.suffix], charset="utf-8")
