"""The control API of the manifest: versions that hide, change, add and take back."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.bungie import BungieServer
from bot.sandbox.bungie.adding import AddError, add
from bot.sandbox.bungie.manifest import edited
from bot.sandbox.bungie.novelties import novelties
from bot.sandbox.controlling import Json, bad, body_of
from bot.sandbox.world import World


def manifest_routes(world: World, bungie: BungieServer) -> list[web.RouteDef]:
    async def publish(request: web.Request) -> web.Response:
        """A new version of the manifest: {hide: [[table, hash], ...], edit: {table: {hash: definition}}},
        {add: true}, {restore: true}, or {reveal: true}.

        An edit changes the keys that it names, and adds what is not there. `add` brings an exotic and a seal, with all
        that belongs to them (bot.sandbox.bungie.adding). What either brings, people can find and earn from then on.
        `restore` takes everything back. `reveal` adds the weapons that people kill with although it doesn't know them
        yet.
        """
        try:
            return web.json_response(_published(world, bungie, await body_of(request)))
        except AddError as error:
            return bad(400, str(error))

    return [web.post("/sandbox/manifest", publish)]


def _published(world: World, bungie: BungieServer, body: Json) -> Json:
    manifest = bungie.manifest
    if body.get("restore"):
        return {"version": manifest.restore(world.seasons())}
    if body.get("reveal"):
        return {"version": manifest.reveal()}
    if wish := body.get("add"):
        return _added(world, bungie, wish)
    hide = [(str(table), int(hash_)) for table, hash_ in body.get("hide", [])]
    edits = body.get("edit") or {}
    return {"version": manifest.publish(edit=edited(edits) if edits else None, hide=hide)}


def _added(world: World, bungie: BungieServer, wish: Any) -> Json:
    """The version, and what it brought beyond the one before."""
    manifest = bungie.manifest
    before = novelties(manifest.tables, world.catalogue)
    version = manifest.publish(edit=lambda tables: add(tables, wish))
    after = novelties(manifest.tables, world.catalogue)
    seals, exotics = after.seals.keys() - before.seals.keys(), after.exotics.keys() - before.exotics.keys()
    return {
        "version": version,
        "seals": [{"record_hash": each, "title": after.title_of(each)} for each in sorted(seals)],
        "exotics": [{"collectible_hash": each, "name": after.exotic(each)["name"]} for each in sorted(exotics)],
    }
