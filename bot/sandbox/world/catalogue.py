"""What there is to earn and to find: the facts, and what versions of the manifest have brought beyond them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.sandbox import facts

_FORGIVING = {1284946259: 28}
"""Moments of Triumph 2021 asks for 28 of its 30 records."""


class Catalogue(msgspec.Struct, frozen=True):
    """`seals` by completion record, `records` (their triumphs, titles and gilding counters) and `exotics` by hash, each
    a row such as the facts have, of what the facts lack.

    Only grows: what a later manifest takes back is still had by those who earned it.
    """

    seals: dict[int, facts.Row] = {}
    records: dict[int, facts.Row] = {}
    exotics: dict[int, facts.Row] = {}

    def grown(self, told: Catalogue) -> Catalogue:
        """This and what a version tells; what both know is as that version tells it."""
        return Catalogue(self.seals | told.seals, self.records | told.records, self.exotics | told.exotics)

    def all_seals(self) -> list[facts.Row]:
        """The newest first, then those of the facts."""
        return [*reversed(self.seals.values()), *facts.rows("seals")]

    def is_seal(self, completion: int) -> bool:
        return completion in self.seals or completion in facts.seal_by_completion()

    def seal(self, completion: int) -> facts.Row:
        return self.seals.get(completion) or facts.seal_by_completion()[completion]

    def record(self, hash_: int) -> facts.Row:
        return self.records.get(hash_) or facts.record_by_hash()[hash_]

    def is_exotic(self, collectible: int) -> bool:
        return collectible in self.exotics or collectible in facts.exotic_by_hash()

    def exotic(self, collectible: int) -> facts.Row:
        return self.exotics.get(collectible) or facts.exotic_by_hash()[collectible]

    def seals_with(self, record: int) -> Iterator[tuple[int, int]]:
        """Completion record and place in it of each seal that asks for this triumph."""
        yield from facts.seals_with(record)
        for completion, row in self.seals.items():
            if record in row["records"]:
                yield completion, row["records"].index(record)

    def title_of(self, completion: int) -> str:
        return str(self.record(completion)["title"])

    def gilding_of(self, completion: int) -> int | None:
        """The record that counts gildings, for the few seals that can be gilded."""
        return self.record(completion).get("gilding")

    def base_places(self, completion: int) -> list[int]:
        """The places, in the node's order, of the records that count for the title: not those that only gild it."""
        return [
            place
            for place, hash_ in enumerate(self.seal(completion)["records"])
            if not self.record(hash_).get("forTitleGilding")
        ]

    def needed_for(self, completion: int) -> int:
        """How many of a seal's records the title asks for."""
        return _FORGIVING.get(completion, len(self.base_places(completion)))


FACTS = Catalogue()
"""The facts alone."""
