"""The manifest: what Bungie.net offers, what is stored, and what a switch changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """The current version as stored, with the content paths it was loaded from."""

    version: str
    paths: Mapping[str, str]


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
