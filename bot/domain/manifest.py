"""The manifest: what Bungie.net offers, what is stored, and what a switch changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The roots that /Settings/ names, None where it names none; `destiny_enabled` is Bungie's switch for Destiny 2."""

    active_seals_root: int | None
    legacy_seals_root: int | None
    destiny_enabled: bool


@dataclass(frozen=True, slots=True)
class ManifestRead:
    """One answer of GetDestinyManifest in one language: table name -> content path."""

    version: str
    paths: Mapping[str, str]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """The current version as stored, with the content paths it was loaded from."""

    version: str
    paths: Mapping[str, str]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class TableCount:
    """Definitions of one table: those about to be loaded, and those that are current now."""

    table: str
    incoming: int
    present: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What a switch did to the definitions; a definition that returned counts as added."""

    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal: its node's name and icon, its completion record, the records under it, its title's gilding record.

    `position` is the fixed place in every strip of seals: active ones first, each root in its own order.
    """

    record_hash: int
    node_hash: int
    name: str
    title: str
    gilding_record_hash: int | None
    legacy: bool
    position: int
    icon: str
    record_hashes: tuple[int, ...]


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


KINDS = ("exotic", "seal", "weapon")
"""What people look for first in a new version; in the log of changes these stand beside the tables."""


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """A version that was current, with the last step that made it so: what lies between steps is known."""

    version: str
    loaded_at: datetime
    step: int


@dataclass(frozen=True, slots=True)
class TableChanges:
    """How many definitions of one table were added, changed and removed."""

    table: str
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """One definition of `table`. `name_before` is None where it was not there."""

    table: str
    hash: int
    change: Change
    name: str
    name_before: str | None


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One of KINDS that came, changed or went; `icon` is its path, "" where none is known."""

    kind: str
    hash: int
    change: Change
    name: str
    name_before: str | None
    icon: str


@dataclass(frozen=True, slots=True)
class HistoricalStat:
    """A stat of the game, by the text key that Bungie.net's answers use; numbers are those of its enums."""

    stat_id: str
    name: str
    description: str
    category: int
    group: int
    unit: int
    modes: tuple[int, ...]
    periods: tuple[int, ...]
    medal_tier_hash: int | None
    icon: str
    definition: Mapping[str, Any]
