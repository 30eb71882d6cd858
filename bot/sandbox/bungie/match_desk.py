"""The endpoints of matches: a character's history, an account's sums, and the reports on the other host."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.bungie import codes
from bot.sandbox.bungie.answers import Json, Refusal, pack, packed
from bot.sandbox.bungie.asking import number, person_of, query_number
from bot.sandbox.bungie.guard import told_lies
from bot.sandbox.bungie.history import LONGEST, account_response, history_response, played_by
from bot.sandbox.bungie.match_lies import lie_about_match, lie_about_meetings, page_of
from bot.sandbox.bungie.reports import report_of
from bot.sandbox.world.matches.model import Entry, Match, Seat
from bot.sandbox.world.model import Clan, Person

if TYPE_CHECKING:
    from bot.sandbox.bungie.server import BungieServer

_DEFAULT_ROWS = 25


class MatchDesk:
    """The handlers, all over one server. `keep`: how many packed reports are remembered, about 5 KB each."""

    def __init__(self, server: BungieServer, keep: int = 4096) -> None:
        self.server = server
        self.world = server.world
        self.keep = keep
        self._packed: OrderedDict[str, bytes] = OrderedDict()

    async def history(self, request: web.Request) -> web.Response:
        """`count` up to 250 rows (error 8 beyond), `page` from 0, `mode` one number; private accounts refuse."""
        person = person_of(self.world, request)
        count = query_number(request, "count", _DEFAULT_ROWS)
        page, mode = query_number(request, "page", 0), query_number(request, "mode", 0)
        if not 1 <= count <= LONGEST or page < 0:
            raise Refusal(codes.PARAMETER_INVALID_RANGE)
        if person.private:
            raise Refusal(codes.PRIVACY)
        seat = self._seat(person, number(request, "character"))
        now, lies = int(self.world.now().timestamp()), told_lies()
        known = lie_about_meetings(played_by(self.world.matches, seat, mode, now), person.membership_id, now, lies)
        return _sent(request, history_response(self.world.matches, seat, page_of(known, page, count, lies)))

    async def account(self, request: web.Request) -> web.Response:
        person = person_of(self.world, request)
        if person.private or any(lie.kind == "private" for lie in told_lies()):
            raise Refusal(codes.PRIVACY)
        return _sent(request, account_response(self.world.matches, person, int(self.world.now().timestamp())))

    def _seat(self, person: Person, character: int) -> Seat:
        """One of the account's characters, those that were deleted included."""
        seat = Seat(person.membership_id, str(character))
        if self.world.matches.character(seat) is None:
            raise Refusal(codes.CHARACTER_NOT_FOUND)
        return seat

    async def report(self, request: web.Request) -> web.Response:
        """Not there before the match has ended."""
        instance_id, lies = str(number(request, "id")), told_lies()
        if not lies and (ready := self._packed.get(instance_id)):
            return packed(ready, _wants_gzip(request))
        match = self.world.matches.match(instance_id)
        now = self.world.now()
        if match is None or match.ended_at > now:
            raise Refusal(codes.PGCR_NOT_FOUND)
        if not lies:
            return packed(self.packed_report(match), _wants_gzip(request))
        if any(lie.kind == "swapped" for lie in lies):
            match = self._another(match)
        return _sent(request, report_of(lie_about_match(match, now.timestamp(), lies), self._identify))

    def packed_report(self, match: Match) -> bytes:
        """The whole answer, gzipped; the names in it are those of when it was first asked for."""
        found = self._packed.get(match.instance_id)
        if found is None:
            found = pack(report_of(match, self._identify))
            self._packed[match.instance_id] = found
            if len(self._packed) > self.keep:
                self._packed.popitem(last=False)
        return found

    def warm(self, instance_ids: Sequence[str]) -> None:
        """Make the reports that there are now and remember them all, so that answering costs next to nothing."""
        self.keep = max(self.keep, len(self._packed) + len(instance_ids))
        now = self.world.now()
        for match in filter(None, map(self.world.match, instance_ids)):
            if match.ended_at <= now:
                self.packed_report(match)

    def _another(self, match: Match) -> Match:
        """Some other match, all of it: an answer to a question that nobody asked."""
        meetings = self.world.matches.meetings_of(match.entries[0].membership_id) if match.entries else []
        others = [str(meeting.id) for meeting in meetings if str(meeting.id) != match.instance_id]
        other = (
            self.world.matches.match(others[zlib.crc32(match.instance_id.encode()) % len(others)]) if others else None
        )
        return other or match

    def _identify(self, entry: Entry, match: Match) -> tuple[Person | None, Clan | None]:
        """Who this is, and the clan that they were in on the day."""
        person = self.world.people.get(entry.membership_id)
        if person is None:
            return None, None
        at = match.period
        stays = (s for s in person.stints if s.joined_at <= at and (s.left_at is None or at < s.left_at))
        stay = next(stays, None)
        return person, self.world.state.clans[stay.group_id] if stay else None


def _sent(request: web.Request, response: Json) -> web.Response:
    return packed(pack(response), _wants_gzip(request))


def _wants_gzip(request: web.Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
