"""The half-moon in the header: a form post that sets a cookie."""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.errors import BadParameter, NotAllowed
from dashboard.links import local
from dashboard.site import site
from dashboard.theme import COOKIE, THEMES, YEAR_SECONDS

theme = Blueprint("theme", __name__)


@theme.post("/theme")
async def choose() -> Response:
    """Keep the reader's theme and lead back to where they were."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("This form is answered only when it is sent from these pages.")
    form = await request.form
    wanted = form.get("theme", "")
    if wanted not in THEMES:
        raise BadParameter(f"theme is not known: it must be one of {', '.join(THEMES)}.")
    response = Response("", 303)
    response.headers["Location"] = local(form.get("next", "/"))
    secure = site().config.dashboard.public_url.startswith("https://")
    response.set_cookie(COOKIE, wanted, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response
