"""The control API: look into the world, make things happen in it, break Bungie.net, read what it was asked."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from aiohttp import web

from bot.sandbox import control_collection
from bot.sandbox.bungie import BungieServer, FaultError
from bot.sandbox.control_manifest import manifest_routes
from bot.sandbox.control_matches import match_routes
from bot.sandbox.controlling import Json, bad, body_of, whole
from bot.sandbox.world import World, WorldError, WorldEvent
from bot.sandbox.world.model import ROLES
from bot.sandbox.world.rows import roster_row, stamp, stranger_row

Deed = Callable[[World, Json], list[WorldEvent]]
_ROLE_NUMBERS = {name: number for number, name in ROLES.items()}


def control_routes(world: World, bungie: BungieServer) -> list[web.RouteDef]:
    """Routes under /sandbox, to be mounted by whichever app has a port of its own."""
    desk = _Desk(world, bungie)
    return [
        *match_routes(world, bungie),
        *control_collection.collection_routes(world),
        *manifest_routes(world, bungie),
        web.get("/sandbox/world", desk.show_world),
        web.post("/sandbox/world/{deed}", desk.act),
        web.get("/sandbox/log", desk.show_log),
        web.get("/sandbox/requests", desk.show_requests),
        web.get("/sandbox/faults", desk.show_faults),
        web.post("/sandbox/faults", desk.add_fault),
        web.delete("/sandbox/faults", desk.clear_faults),
    ]


class _Desk:
    def __init__(self, world: World, bungie: BungieServer) -> None:
        self.world = world
        self.bungie = bungie

    async def show_world(self, request: web.Request) -> web.Response:
        return web.json_response(world_json(self.world))

    async def act(self, request: web.Request) -> web.Response:
        """Run one deed; the answer is the events that it made."""
        deed = DEEDS.get(request.match_info["deed"])
        if deed is None:
            return bad(404, f"deed: one of {', '.join(DEEDS)}")
        try:
            events = deed(self.world, await body_of(request))
        except KeyError as missing:
            return bad(400, f"{missing.args[0]}: is missing")
        except (WorldError, ValueError) as error:
            return bad(400, str(error))
        return web.json_response({"events": [event_json(event) for event in events]})

    async def show_log(self, request: web.Request) -> web.Response:
        """?after=ID leaves out the events up to that one."""
        after = whole(request, "after")
        events = [event_json(event) for event in self.world.log if event.id > after]
        return web.json_response({"events": events})

    async def show_requests(self, request: web.Request) -> web.Response:
        """?last=N adds the last N requests. most_in_10s: of one source, on both hosts."""
        last = whole(request, "last")
        recent = {"recent": self.bungie.log.recent(last)} if last else {}
        counted = {"most_in_10s": self.bungie.rate.most}
        return web.json_response(self.bungie.log.summary() | counted | recent)

    async def show_faults(self, request: web.Request) -> web.Response:
        return web.json_response({"faults": [fault.show() for fault in self.bungie.faults.active()]})

    async def add_fault(self, request: web.Request) -> web.Response:
        try:
            fault = self.bungie.faults.add(await body_of(request))
        except FaultError as error:
            return bad(400, str(error))
        return web.json_response(fault.show(), status=201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self.bungie.faults.clear()
        return web.json_response({"faults": []})


def event_json(event: WorldEvent) -> Json:
    """All of an event, in JSON's own types."""
    built: Json = msgspec.to_builtins(event)
    return built


def world_json(world: World) -> Json:
    now = world.now()
    return {
        "now": stamp(now),
        "clans": [
            {
                "group_id": clan.group_id,
                "name": clan.name,
                "callsign": clan.callsign,
                "motto": clan.motto,
                "disbanded": clan.disbanded,
                "members": [roster_row(person, now, world.catalogue) for person in world.members(clan.group_id)],
            }
            for clan in world.clans.values()
        ],
        "strangers": [stranger_row(person) for person in world.strangers()],
    }


def _join(world: World, body: Json) -> list[WorldEvent]:
    return [world.join(_group(world, body), _id(body, "membership_id"), body.get("name"))]


def _leave(world: World, body: Json) -> list[WorldEvent]:
    return _logged(world, lambda: world.leave(_who(world, body)))


def _rename(world: World, body: Json) -> list[WorldEvent]:
    return world.rename(_who(world, body), str(body["name"]), body.get("code"))


def _promote(world: World, body: Json) -> list[WorldEvent]:
    """role: a word of the contract, or Bungie.net's number."""
    role = body.get("role", "admin")
    number = role if isinstance(role, int) else _ROLE_NUMBERS.get(str(role), 0)
    if number not in ROLES:
        raise ValueError(f"role: one of {', '.join(_ROLE_NUMBERS)}")
    return world.promote(_who(world, body), number)


def _switch(world: World, body: Json) -> list[WorldEvent]:
    """Into to_group_id, or the first other clan."""
    membership_id = _who(world, body)
    home = world.person(membership_id).group_id
    target = _id(body, "to_group_id") or next(key for key in world.clans if key != home)
    return [world.switch(membership_id, target)]


def _purge(world: World, body: Json) -> list[WorldEvent]:
    return world.purge(_group(world, body), int(body.get("count", 30)))


def _private(world: World, body: Json) -> list[WorldEvent]:
    world.set_private(_who(world, body), bool(body.get("private", True)))
    return []


def _move_platform(world: World, body: Json) -> list[WorldEvent]:
    """membership_type: Bungie.net's number of the new platform; keep_old: the old id stays until it leaves."""
    membership_id = _id(body, "membership_id")
    known = [person for person in world.members(_group(world, body)) if person.bungie_net_id]
    person = world.person(membership_id) if membership_id else known[-1]
    target = int(body.get("membership_type", 3 if person.membership_type != 3 else 6))
    keep_old = bool(body.get("keep_old", False))
    return _logged(world, lambda: world.move_platform(person.membership_id, target, keep_old))


def _online(world: World, body: Json) -> list[WorldEvent]:
    """activity: a hash; orbit when left out."""
    activity = body.get("activity")
    world.set_online(_who(world, body), None if activity is None else int(activity))
    return []


def _offline(world: World, body: Json) -> list[WorldEvent]:
    world.set_offline(_who(world, body))
    return []


def _seal(world: World, body: Json) -> list[WorldEvent]:
    """record_hash: the seal's completion record, or the newest that this member lacks."""
    person = world.person(_who(world, body))
    seals = [row["completion"] for row in world.catalogue.all_seals()]
    lacking = (completion for completion in seals if not person.seals[completion].held)
    return world.earn_seal(person.membership_id, int(body.get("record_hash") or next(lacking, seals[0])))


def _gild(world: World, body: Json) -> list[WorldEvent]:
    """record_hash: the seal's completion record, or the newest that can be gilded."""
    seals = (row["completion"] for row in world.catalogue.all_seals())
    gildable = (completion for completion in seals if world.catalogue.gilding_of(completion))
    return world.gild_seal(_who(world, body), int(body.get("record_hash") or next(gildable)))


def _disband(world: World, body: Json) -> list[WorldEvent]:
    return [world.disband(_group(world, body))]


def _clan(world: World, body: Json) -> list[WorldEvent]:
    return world.change_clan(_group(world, body), str(body["field"]), str(body["value"]))


DEEDS: dict[str, Deed] = {
    "join": _join,
    "leave": _leave,
    "rename": _rename,
    "promote": _promote,
    "switch": _switch,
    "purge": _purge,
    "private": _private,
    "move_platform": _move_platform,
    "online": _online,
    "offline": _offline,
    "seal": _seal,
    "gild": _gild,
    "exotic": lambda world, body: control_collection.find(world, _who(world, body), body),
    "catalyst": lambda world, body: control_collection.finish(world, _who(world, body), body),
    "triumph": lambda world, body: control_collection.progress(world, _who(world, body), body),
    "disband": _disband,
    "clan": _clan,
}


def _logged(world: World, act: Callable[[], object]) -> list[WorldEvent]:
    """All events that an act wrote, those of its consequences included."""
    before = len(world.log)
    act()
    return world.log[before:]


def _id(body: Json, key: str) -> str | None:
    return str(body[key]) if body.get(key) not in (None, "") else None


def _group(world: World, body: Json) -> str:
    """The clan named, or the first one."""
    return _id(body, "group_id") or next(iter(world.clans))


def _who(world: World, body: Json) -> str:
    """The member named by membership_id, or the newest of the clan."""
    if (membership_id := _id(body, "membership_id")) is not None:
        return membership_id
    members = world.members(_group(world, body))
    return members[-1].membership_id
