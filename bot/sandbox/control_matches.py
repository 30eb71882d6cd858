"""The control API of matches: the truth about them and its sums, matches to order, seasons to turn."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import msgspec
from aiohttp import web

from bot.sandbox.bungie import BungieServer
from bot.sandbox.controlling import Json, bad, body_of, moment, whole
from bot.sandbox.world import World, WorldError
from bot.sandbox.world.matches.model import Entry, Match
from bot.sandbox.world.matches.playing import Kills

_LIMIT, _MOST = 100, 1000
_SENSELESS = (WorldError, ValueError, TypeError, AttributeError, IndexError)
"""What orders raise that make no sense."""


def match_routes(world: World, bungie: BungieServer) -> list[web.RouteDef]:
    """To be routed before the deeds, whose pattern meets these paths too."""
    desk = _MatchDesk(world, bungie)
    return [
        web.get("/sandbox/matches", desk.list_matches),
        web.get("/sandbox/matches/{id}", desk.show_match),
        web.get("/sandbox/totals", desk.totals),
        web.post("/sandbox/world/match", desk.play),
        web.post("/sandbox/world/fill", desk.fill),
        web.post("/sandbox/world/season", desk.turn_season),
    ]


class _MatchDesk:
    def __init__(self, world: World, bungie: BungieServer) -> None:
        self.world = world
        self.bungie = bungie

    async def list_matches(self, request: web.Request) -> web.Response:
        """?member= of one person; ?after=ID those with a greater id; ?limit=. Oldest first, without their entries."""
        after, limit = whole(request, "after"), min(whole(request, "limit", _LIMIT), _MOST)
        member = request.query.get("member")
        book, now = self.world.matches, self.world.now().timestamp()
        known = book.meetings_of(member) if member else book.everything()
        chosen = [meeting for meeting in known if meeting.id > after and meeting.end <= now]
        rows = [
            {
                "instance_id": str(meeting.id),
                "period": meeting.period,
                "seconds": meeting.seconds,
                "kind": meeting.kind,
                "members": [seat.membership_id for seat in meeting.party],
            }
            for meeting in chosen[:limit]
        ]
        return _answer({"matches": rows, "total": len(chosen)})

    async def show_match(self, request: web.Request) -> web.Response:
        text = request.match_info["id"]
        match = self.world.match(text) if text.isdecimal() else None
        return _answer(match) if match else bad(404, f"there is no match {text}")

    async def totals(self, request: web.Request) -> web.Response:
        """Sums of final reports: ?member= (else everyone in a clan), ?mode= a mode type, ?since= and ?until= times."""
        query = request.query
        mode, member = whole(request, "mode"), query.get("member")
        try:
            since, until = moment(query.get("since")), moment(query.get("until"))
        except ValueError as error:
            return bad(400, str(error))
        people = [member] if member else _everyone(self.world)
        sums = Totals()
        for membership_id in people:
            for match, entry in self.world.entries_of(membership_id, since, until, mode):
                sums.add(match, entry)
            await asyncio.sleep(0)
        return _answer(sums.show())

    async def play(self, request: web.Request) -> web.Response:
        """{members: [ids], mode, seconds?, ended_seconds_ago?, passers?, kills?: {id: {hash: [kills, precision]}}}."""
        body = await body_of(request)
        try:
            match = self._play(body)
        except KeyError as missing:
            return bad(400, f"{missing.args[0]}: is missing")
        except _SENSELESS as error:
            return bad(400, str(error))
        return _answer(match)

    def _play(self, body: Json) -> Match:
        members = [self.world.person(str(one)).membership_id for one in body["members"]]
        seconds, ago = int(body.get("seconds", 600)), int(body.get("ended_seconds_ago", 0))
        start = self.world.now() - timedelta(seconds=seconds + ago)
        passers = body.get("passers")
        mode = body.get("mode", "control")
        return self.world.play_match(mode, members, start=start, seconds=seconds, kills=_kills(body), passers=passers)

    async def fill(self, request: web.Request) -> web.Response:
        """{count, since, until?, members?: [ids] (else everyone in a clan), kinds?: [keys], warm?: bool}.

        warm: make all of their reports now and remember them.
        """
        body = await body_of(request)
        try:
            made = self._fill(body)
        except KeyError as missing:
            return bad(400, f"{missing.args[0]}: is missing")
        except _SENSELESS as error:
            return bad(400, str(error))
        if body.get("warm"):
            self.bungie.matches.warm(made)
        return _answer({"instance_ids": made})

    def _fill(self, body: Json) -> list[str]:
        names = body.get("members") or _everyone(self.world)
        members = [self.world.person(str(one)).membership_id for one in names]
        since, until = moment(body["since"]), moment(body.get("until"))
        if since is None:
            raise ValueError("since: a time")
        return self.world.fill_matches(int(body["count"]), members, since, until, body.get("kinds", ()))

    async def turn_season(self, request: web.Request) -> web.Response:
        """The next season begins now, and a new manifest says so."""
        seasons = self.world.turn_season()
        return _answer({"seasons": seasons, "version": self.bungie.manifest.begin_season(seasons)})


def _answer(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _kills(body: Json) -> Kills | None:
    told = body.get("kills")
    if told is None:
        return None
    return {
        str(who): {int(weapon): (int(pair[0]), int(pair[1])) for weapon, pair in uses.items()}
        for who, uses in told.items()
    }


def _everyone(world: World) -> list[str]:
    """All who are in a clan."""
    return [person.membership_id for person in world.people.values() if person.group_id]


class Totals:
    """Kills of each kind, matches (one per member and match), and kills and precision kills by weapon."""

    def __init__(self) -> None:
        self._sums: Counter[str] = Counter()
        self._weapons: dict[int, list[int]] = {}
        self._played: set[tuple[str, str]] = set()

    def add(self, match: Match, entry: Entry) -> None:
        self._played.add((match.instance_id, entry.membership_id))
        for name in ("kills", "deaths", "assists", "grenade", "melee", "super_"):
            self._sums[name.rstrip("_")] += getattr(entry, name)
        for use in entry.weapons:
            both = self._weapons.setdefault(use.weapon, [0, 0])
            both[0] += use.kills
            both[1] += use.precision

    def show(self) -> Json:
        ordered = sorted(self._weapons.items(), key=lambda item: (-item[1][0], item[0]))
        rows = [{"weapon_hash": key, "kills": both[0], "precision_kills": both[1]} for key, both in ordered]
        weapon_kills = sum(both[0] for both in self._weapons.values())
        return {"matches": len(self._played), **self._sums, "weapon_kills": weapon_kills, "weapons": rows}
