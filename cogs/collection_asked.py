"""What an answer about exotics or seals shows, as it stands in the ids of its controls."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from bot.domain.collection import ExoticShow
from cogs.weapons_asked import base36

_SHOWS = {"a": ExoticShow.ALL, "m": ExoticShow.MISSING, "o": ExoticShow.OWNED, "n": ExoticShow.NOBODY,
          "r": ExoticShow.RARE}  # fmt: skip
_LETTERS = {show: letter for letter, show in _SHOWS.items()}


class Topic(StrEnum):
    """Which command's answer it is; the letter that begins its ids."""

    EXOTICS = "x"
    SEALS = "s"


@dataclass(frozen=True, slots=True)
class CollectionAsked:
    """What is shown, and who may change it. `hash_`: one exotic or seal, None for all of them."""

    topic: Topic
    group_id: int
    user_id: int
    membership_id: int | None = None
    hash_: int | None = None
    show: ExoticShow = ExoticShow.ALL

    @staticmethod
    def template(kind: str) -> str:
        """The pattern of the ids of one kind of control."""
        return (
            rf"(?P<topic>[xs]):{kind}:(?P<group>[0-9a-z]{{1,13}}):(?P<user>[0-9a-z]{{1,13}})"
            r":(?P<member>[0-9a-z]{0,13}):(?P<hash>[0-9a-z]{0,7}):(?P<show>[amonr])"
        )

    def custom_id(self, kind: str) -> str:
        """At most 56 of the 100 characters that Discord allows."""
        return ":".join(
            (
                self.topic.value,
                kind,
                base36(self.group_id),
                base36(self.user_id),
                base36(self.membership_id) if self.membership_id is not None else "",
                base36(self.hash_) if self.hash_ is not None else "",
                _LETTERS[self.show],
            )
        )

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(
            topic=Topic(match["topic"]),
            group_id=int(match["group"], 36),
            user_id=int(match["user"], 36),
            membership_id=int(match["member"], 36) if match["member"] else None,
            hash_=int(match["hash"], 36) if match["hash"] else None,
            show=_SHOWS[match["show"]],
        )

    @property
    def narrowed(self) -> bool:
        """Whether it is about one member or one thing."""
        return self.membership_id is not None or self.hash_ is not None

    @property
    def charted(self) -> bool:
        """Whether its answer has a chart: those of a whole clan do, but for what nobody owns."""
        return not self.narrowed and self.show is not ExoticShow.NOBODY

    def whole(self) -> Self:
        """The same for the whole clan and all things."""
        return replace(self, membership_id=None, hash_=None)

    def only(self, show: ExoticShow) -> Self:
        return replace(self, show=show)

    def about(self, hash_: int | None) -> Self:
        """The same of one thing."""
        return replace(self, hash_=hash_)
