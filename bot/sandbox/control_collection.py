"""The control API of collections: what a member owns and has earned, and deeds that add to it."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.sandbox.controlling import Json, bad
from bot.sandbox.world import World, WorldError, WorldEvent
from bot.sandbox.world.catalogue import Catalogue
from bot.sandbox.world.collection import (
    done_catalysts,
    done_triumphs,
    findable,
    open_catalysts,
    open_triumphs,
    owned_exotics,
)
from bot.sandbox.world.model import Person


def collection_routes(world: World) -> list[web.RouteDef]:
    async def show(request: web.Request) -> web.Response:
        """?member=ID: that one's, of whatever clan; ?clan=ID: those of its members; else of every clan's."""
        try:
            people = _asked(world, request)
        except WorldError as error:
            return bad(404, str(error))
        return web.json_response({"members": [collection_json(person, world.catalogue) for person in people]})

    return [web.get("/sandbox/collections", show)]


def _asked(world: World, request: web.Request) -> list[Person]:
    if member := request.query.get("member"):
        return [world.person(member)]
    clans = [request.query["clan"]] if "clan" in request.query else list(world.clans)
    return [person for clan in clans for person in world.members(world.clan(clan).group_id)]


def collection_json(person: Person, catalogue: Catalogue) -> Json:
    """The truth, whether or not it is private."""
    return {
        "membership_id": person.membership_id,
        "name": person.name,
        "private": person.private,
        "exotics": sorted(owned_exotics(person)),
        "catalysts": sorted(done_catalysts(person)),
        "triumphs": sorted(done_triumphs(person, catalogue)),
        "seals": [_seal(person, completion, catalogue) for completion in person.seals],
    }


def _seal(person: Person, completion: int, catalogue: Catalogue) -> Json:
    progress = person.seals[completion]
    return {
        "record_hash": completion,
        "title": catalogue.title_of(completion),
        "held": progress.held,
        "gilded_times": progress.gilded,
        "gilded_this_season": progress.held and progress.gilded_this_season,
        "done": sum(progress.done >> place & 1 for place in catalogue.base_places(completion)),
        "of": catalogue.needed_for(completion),
    }


def find(world: World, membership_id: str, body: Json) -> list[WorldEvent]:
    """collectible_hash: the exotic, or the newest that this member lacks."""
    chosen = _chosen(body, "collectible_hash", findable(world.person(membership_id), world.catalogue))
    return world.find_exotic(membership_id, chosen)


def finish(world: World, membership_id: str, body: Json) -> list[WorldEvent]:
    """record_hash: the catalyst, or the first that is left of this member's weapons. Nobody is told of it."""
    world.finish_catalyst(membership_id, _chosen(body, "record_hash", open_catalysts(world.person(membership_id))))
    return []


def progress(world: World, membership_id: str, body: Json) -> list[WorldEvent]:
    """record_hash: the triumph, or the first that is left of the newest seal. Nobody is told of it."""
    left = open_triumphs(world.person(membership_id), world.catalogue)
    world.do_triumph(membership_id, _chosen(body, "record_hash", left))
    return []


def _chosen(body: Json, key: str, left: Iterable[int]) -> int:
    if body.get(key):
        return int(body[key])
    chosen = next(iter(left), None)
    if chosen is None:
        raise WorldError(f"{key}: nothing is left to do")
    return chosen
