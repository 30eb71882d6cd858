"""Templates and JSON. The templates are rendered in one piece: nothing in them waits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from quart import Response, request

from bot.presenters.text import number, plain_name, plural
from bot.presenters.weapon_words import bare
from dashboard import links, theme
from dashboard.assets import asset
from dashboard.frame import Frame
from dashboard.icons import icon_url
from dashboard.site import now


@lru_cache(maxsize=1)
def templates() -> Environment:
    """All text is escaped; a name that no one passed is an error."""
    env = Environment(
        loader=PackageLoader("dashboard"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.update(asset=asset, plural=plural, link=links.link, icon_url=icon_url)
    env.filters.update(number=number, plain=plain_name, bare=bare)
    return env


def page(template: str, frame: Frame | None, values: Mapping[str, object], status: int = 200) -> Response:
    """An HTML page; without a frame (the database is away) it stands in an empty one."""
    html = (
        templates()
        .get_template(template)
        .render(
            frame=frame or Frame(now()),
            theme=theme.chosen(request.cookies),
            path=request.full_path.rstrip("?"),
            status=status,
            **values,
        )
    )
    return Response(html, status=status, content_type="text/html; charset=utf-8")


def json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), content_type="application/json")


def csv_file(body: bytes, name: str) -> Response:
    """A file to keep; its name is made of plain letters."""
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
