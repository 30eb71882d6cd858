"""What stands in front of every answer: who may ask from where, and the headers that browsers obey."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from quart import Quart, Response, request

from bot.config import Config
from bot.errors import BadParameter, NotAllowed
from dashboard.icons import origin
from dashboard.site import site

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_DENIED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone", "payment", "usb")
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _DENIED),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_YEAR = 365 * 24 * 3600


def policy(config: Config) -> str:
    """The Content-Security-Policy: pictures of the game may come from where bungie.url says, all else is our own."""
    return f"{_POLICY}; img-src 'self' {origin(config)}"


def install(app: Quart) -> None:
    """Guard every request and dress every response of the application."""
    app.before_request(guard)
    app.after_request(dress)


async def guard() -> None:
    """Until there is a sign-in, `members` means this machine: no proxy, and no name that others could point here."""
    config = site().config
    if not site().open_to_all and any(map(_is_forwarded, request.headers.keys())):
        raise NotAllowed(
            "dashboard.access is members, and there is no sign-in yet: this dashboard answers on its own machine only, "
            "and not through a proxy. Set dashboard.access to public to show it to everyone."
        )
    if (known := trusted_hosts(config)) and host_name(request.host) not in known:
        raise BadParameter("This dashboard does not go by that name: see dashboard.public_url and dashboard.access.")


def _is_forwarded(header: str) -> bool:
    name = header.lower()
    return name == "forwarded" or name.startswith("x-forwarded-")


def trusted_hosts(config: Config) -> frozenset[str]:
    """The names that requests may call this site by; empty: any, as a public site without a public_url must allow."""
    dashboard = config.dashboard
    if dashboard.access != "public":
        return frozenset(_LOOPBACK)
    public = urlsplit(dashboard.public_url).hostname
    return frozenset((*_LOOPBACK, dashboard.host, public)) if public else frozenset()


def host_name(host: str) -> str:
    """A Host header without its port and brackets, in lower case."""
    name = host.lower()
    return name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]


async def dress(response: Response) -> Response:
    """Security headers on everything, a validator on what may be asked again."""
    response.headers.setdefault("Content-Security-Policy", policy(site().config))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if site().config.dashboard.public_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = cache_control(response.status_code)
    return await _validated(response) if _is_kept(response) else response


def _is_kept(response: Response) -> bool:
    """Whether it may be asked for again by a validator."""
    again = request.method in ("GET", "HEAD") and response.status_code == 200 and "ETag" not in response.headers
    return again and response.headers["Cache-Control"] != "no-store"


def cache_control(status: int) -> str:
    """Asked again each time; kept by shared caches only where anyone may read, and errors by nobody."""
    if status >= 400:
        return "no-store"
    return "no-cache" if site().open_to_all else "private, no-cache"


async def _validated(response: Response) -> Response:
    """With a validator made from the body; 304 without the body for who has it already."""
    body = await response.get_data(as_text=False)
    response.headers["ETag"] = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    return await response.make_conditional(request)
