"""The world's outside: look people up, make things happen, let time pass."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random

import msgspec

from bot.sandbox import facts
from bot.sandbox.world import collection, deeds, life, play
from bot.sandbox.world.catalogue import Catalogue
from bot.sandbox.world.deeds import WorldError
from bot.sandbox.world.generate import generate
from bot.sandbox.world.matches.book import Book
from bot.sandbox.world.matches.model import Amount
from bot.sandbox.world.matchmaking import Matchmaking
from bot.sandbox.world.model import FOUNDER, Activity, Clan, Person, State, WorldEvent

__all__ = ["World", "WorldError"]

_KEEP_ROSTERS = 20


class World(Matchmaking):
    """Two clans and the people around them. `now` is the clock; nothing happens by itself unless `advance` is called.

    `past_rosters` keeps a clan's last rosters from before each change, oldest first, for answers that are stale.
    """

    def __init__(
        self,
        seed: int,
        now: Callable[[], datetime],
        fast: bool = False,
        state: State | None = None,
        matches: Amount = "none",
    ) -> None:
        self.now = now
        self.fast = fast
        self.state = state or generate(seed, now())
        if state is None:
            self.state.amount = matches
        self.matches = Book(self.state)
        self.past_rosters: dict[str, deque[list[Person]]] = {}

    # -- looking --------------------------------------------------------------------------------------

    @property
    def log(self) -> list[WorldEvent]:
        """Everything that truly happened since the world began, oldest first."""
        return self.state.log

    @property
    def clans(self) -> dict[str, Clan]:
        """Clans by group id; groups that are no clans are found by `clan` alone."""
        return {key: clan for key, clan in self.state.clans.items() if clan.group_type == 1}

    @property
    def people(self) -> dict[str, Person]:
        return self.state.people

    @property
    def catalogue(self) -> Catalogue:
        """What there is to earn and to find."""
        return self.state.catalogue

    def clan(self, group_id: str) -> Clan:
        try:
            return self.state.clans[group_id]
        except KeyError:
            raise WorldError(f"there is no clan {group_id}") from None

    def person(self, membership_id: str) -> Person:
        try:
            return self.state.people[membership_id]
        except KeyError:
            raise WorldError(f"there is nobody with the membership id {membership_id}") from None

    def members(self, group_id: str) -> list[Person]:
        """In the order in which Bungie.net lists them here: the longest stay first."""
        members = [p for p in self.state.people.values() if p.group_id == group_id]
        return sorted(members, key=lambda p: (p.joined_at or self.state.origin, p.membership_id))

    def strangers(self) -> list[Person]:
        return [p for p in self.state.people.values() if p.group_id is None and p.applicable]

    # -- making things happen -------------------------------------------------------------------------

    def join(self, group_id: str, membership_id: str | None = None, name: str | None = None) -> WorldEvent:
        """A stranger joins: the one named, or a newcomer."""
        clan = self._open_clan(group_id)
        person = self.person(membership_id) if membership_id else deeds.newcomer(self.state, self.now(), name)
        self._keep(group_id)
        return deeds.join(self.state, self.now(), person, clan)

    def leave(self, membership_id: str) -> WorldEvent:
        """Left or removed, or moved to another platform where the same human has a second id in the clan.

        A founder's clan passes to an heir.
        """
        person = self.person(membership_id)
        group_id = deeds.require_member(person)
        self._keep(group_id)
        was_founder = person.role == FOUNDER
        event = deeds.leave(self.state, self.now(), person)
        if was_founder and (heir := deeds.founder_heir(self.state, group_id)):
            deeds.set_role(self.state, self.now(), heir, FOUNDER)
        return event

    def purge(self, group_id: str, count: int) -> list[WorldEvent]:
        """So many members at once, the longest absent first; never the founder."""
        removable = [p for p in self.members(group_id) if p.role != FOUNDER]
        removable.sort(key=lambda p: (p.last_played, p.membership_id))
        return [self.leave(person.membership_id) for person in removable[:count]]

    def switch(self, membership_id: str, to_group_id: str) -> WorldEvent:
        person, clan = self.person(membership_id), self._open_clan(to_group_id)
        self._keep(deeds.require_member(person), to_group_id)
        return deeds.switch(self.state, self.now(), person, clan)

    def rename(self, membership_id: str, name: str, code: int | None = None) -> list[WorldEvent]:
        person = self.person(membership_id)
        self._keep(person.group_id)
        return deeds.rename(self.state, self.now(), person, name, code)

    def promote(self, membership_id: str, role: int) -> list[WorldEvent]:
        """Set a member's role to one of Bungie.net's numbers (1 beginner … 5 founder), up or down."""
        person = self.person(membership_id)
        self._keep(person.group_id)
        return deeds.set_role(self.state, self.now(), person, role)

    def move_platform(self, membership_id: str, membership_type: int, keep_old: bool = False) -> Person:
        """The same human under a new id, who is returned; `keep_old`: the old one stays too, until it leaves."""
        person = self.person(membership_id)
        self._keep(person.group_id)
        moved = deeds.second_membership(self.state, self.now(), person, membership_type)
        if not keep_old:
            deeds.leave(self.state, self.now(), person)
        return moved

    def disband(self, group_id: str) -> WorldEvent:
        return deeds.disband(self.state, self.now(), self._open_clan(group_id))

    def change_clan(self, group_id: str, field: str, value: str) -> list[WorldEvent]:
        return deeds.change_clan(self.state, self.now(), self.clan(group_id), field, value)

    def set_private(self, membership_id: str, private: bool = True) -> None:
        self.person(membership_id).private = private

    def set_online(self, membership_id: str, activity: int | None = None) -> None:
        """Playing until set offline: the activity with this hash, orbit when left out.

        What ends by this, here and in `set_offline`, becomes a match, as in the live world.
        """
        person = self.person(membership_id)
        self.end_activity(person, self.now())
        person.online_until = person.activity_until = None
        play.log_in(person, self.now(), activity_of(activity or facts.ORBIT))

    def set_offline(self, membership_id: str) -> None:
        person = self.person(membership_id)
        rng = Random(f"{self.state.seed}:offline:{membership_id}:{self.now().isoformat()}")
        self.end_activity(person, self.now())
        play.log_out(person, self.now(), rng)

    def earn_seal(self, membership_id: str, completion: int) -> list[WorldEvent]:
        self._known_seal(completion)
        return deeds.earn_seal(self.state, self.now(), self.person(membership_id), completion)

    def gild_seal(self, membership_id: str, completion: int) -> list[WorldEvent]:
        self._known_seal(completion)
        return deeds.gild_seal(self.state, self.now(), self.person(membership_id), completion)

    def find_exotic(self, membership_id: str, collectible: int) -> list[WorldEvent]:
        if not self.catalogue.is_exotic(collectible):
            raise WorldError(f"no exotic has the collectible hash {collectible}")
        return deeds.find_exotic(self.state, self.now(), self.person(membership_id), collectible)

    def finish_catalyst(self, membership_id: str, record: int) -> None:
        if record not in facts.by_hash("catalysts"):
            raise WorldError(f"no catalyst is completed by record {record}")
        deeds.finish_catalyst(self.person(membership_id), record)

    def do_triumph(self, membership_id: str, record: int) -> None:
        """A triumph of one or more seals; its last one completes no title, which is claimed by `earn_seal`."""
        if not any(self.catalogue.seals_with(record)):
            raise WorldError(f"no seal asks for record {record}")
        collection.mark(self.person(membership_id), record, self.catalogue)

    def learn(self, told: Catalogue) -> None:
        """What a version of the manifest tells beyond what was known can be earned and found from now on."""
        collection.learn(self.people.values(), self.catalogue, told)
        self.state.catalogue = self.catalogue.grown(told)

    # -- time -----------------------------------------------------------------------------------------

    def advance(self, now: datetime | None = None) -> list[WorldEvent]:
        """Let everything happen that is due by `now`; the events of it."""
        before = len(self.state.log)
        life.advance(self, now or self.now())
        return self.state.log[before:]

    # -- keeping --------------------------------------------------------------------------------------

    def dump(self) -> bytes:
        return msgspec.json.encode(self.state)

    @classmethod
    def load(cls, raw: bytes, now: Callable[[], datetime], fast: bool = False) -> World:
        state = msgspec.json.decode(raw, type=State)
        return cls(state.seed, now, fast, state)

    def _keep(self, *group_ids: str | None) -> None:
        """Remember the roster as it is before a change."""
        for group_id in filter(None, group_ids):
            rosters = self.past_rosters.setdefault(group_id, deque(maxlen=_KEEP_ROSTERS))
            rosters.append([snapshot(person) for person in self.members(group_id)])

    def _open_clan(self, group_id: str) -> Clan:
        clan = self.clan(group_id)
        if clan.disbanded:
            raise WorldError(f"clan {group_id} is disbanded")
        if clan.group_type != 1:
            raise WorldError(f"group {group_id} is no clan")
        return clan

    def _known_seal(self, completion: int) -> None:
        if not self.catalogue.is_seal(completion):
            raise WorldError(f"no seal is completed by record {completion}")


def snapshot(person: Person) -> Person:
    """A copy that later changes of name, role and clan don't reach."""
    return msgspec.structs.replace(person)


def activity_of(hash_: int) -> Activity:
    """An activity by its hash, with the playlist and modes it is usually played under."""
    rows: Iterable[facts.Row] = facts.rows("spots")
    for row in rows:
        if row["hash"] == hash_:
            return Activity(row["hash"], row["playlist"], tuple(row["mode_types"]))
    return Activity(hash_)
