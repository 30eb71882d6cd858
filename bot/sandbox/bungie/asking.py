"""What is asked for, read out of paths and queries as Bungie.net reads them."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.bungie import codes
from bot.sandbox.bungie.answers import Refusal
from bot.sandbox.world import Person, World

_PLATFORMS = (1, 2, 3, 4, 5, 6, 10)


def number(request: web.Request, name: str) -> int:
    """A whole number out of the path; anything else is error 7."""
    return _whole(request.match_info[name])


def query_number(request: web.Request, name: str, default: int | None = None) -> int:
    """A whole number out of the query: error 18 where it must be there and isn't."""
    text = request.query.get(name)
    if text is not None:
        return _whole(text)
    if default is None:
        raise Refusal(codes.INVALID_PARAMETERS)
    return default


def _whole(text: str) -> int:
    if not text.removeprefix("-").isdecimal() or not text.isascii():
        raise Refusal(codes.PARAMETER_PARSE_FAILURE)
    return int(text)


def person_of(world: World, request: web.Request) -> Person:
    """The account at exactly this platform and id."""
    kind, id_ = number(request, "type"), number(request, "id")
    if kind not in _PLATFORMS:
        raise Refusal(codes.INVALID_PARAMETERS)
    person = world.people.get(str(id_))
    if person is None or person.membership_type != kind:
        raise Refusal(codes.ACCOUNT_NOT_FOUND)
    return person
