"""What is known of a member's collections, and what one more answer adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.stamp import Stamp


@dataclass(frozen=True, slots=True)
class CollectionReading:
    """When component 800 was read of one member. `read_at` None: never readable.

    `hidden_reads`: answers in a row that bore none; two mean private. `played_at`: dateLastPlayed at the last read that
    was believed. `reads_since`: reads of the roster while playing since then.
    """

    tried_at: datetime | None = None
    read_at: datetime | None = None
    stamp: Stamp = field(default_factory=Stamp)
    hidden_reads: int = 0
    private: bool = False
    played_at: datetime | None = None
    failures: int = 0
    reads_since: int = 0


@dataclass(frozen=True, slots=True)
class Catalog:
    """What there is to collect: exotics with the time when a manifest first brought them (None: there from the first),
    catalysts by record hash, names for the events."""

    exotics: Mapping[int, datetime | None] = field(default_factory=dict)
    catalysts: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acquired:
    """An exotic seen for the first time. `quiet`: owned before anyone looked, so nothing is told."""

    collectible_hash: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class CatalystState:
    """`done_at`: first seen complete. `done` of `of`: its last objective."""

    record_hash: int
    done_at: datetime | None = None
    quiet: bool = False
    done: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class TriumphState:
    """A triumph that a seal needs."""

    record_hash: int
    complete: bool
    done: int | None = None
    of: int | None = None
