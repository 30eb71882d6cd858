"""What someone does in the game, in words."""

from __future__ import annotations

from dataclasses import dataclass

ORBIT_HASH = 82913930
"""DestinyActivityDefinition of orbit; it has no name in the manifest (Bungie-net/api#552)."""

NO_HASH = 2166136261
"""FNV-1's offset basis: Bungie.net writes it where it means "none"."""

_ON_A_MAP = frozenset({5, 63, 75})
"""Mode types whose activities are maps: AllPvP, Gambit, GambitPrime."""


@dataclass(frozen=True, slots=True)
class NamedActivity:
    """A current activity with the names that the manifest has for it; None: no such definition, "": it has no name."""

    activity_hash: int
    name: str | None = None
    mode: str | None = None
    playlist: str | None = None
    mode_types: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The words of the roster's `activity`.

        1. Orbit (hash 82913930) is "Orbit".
        2. An activity that the manifest does not have is "Unknown (hash)". One without a name goes by its playlist's
           name, else its mode's, else as unknown.
        3. On a map (mode types contain 5, 63 or 75: Crucible and Gambit) it is "MODE on NAME": "Control on Javelin-4".
           MODE is the playlist's name if there is one and the mode's name does not contain it already ("Survival:
           Freelance on Javelin-4"), else the mode's name; where neither is known, or it equals NAME, just NAME.
        4. Anything else is its NAME alone: "Lake of Shadows", also when it was launched from a playlist.
        """
        if self.activity_hash == ORBIT_HASH:
            return "Orbit"
        if not self.name:
            return self._nameless
        if not _ON_A_MAP.isdisjoint(self.mode_types) and self._mode not in ("", self.name):
            return f"{self._mode} on {self.name}"
        return self.name

    @property
    def _mode(self) -> str:
        mode, playlist = self.mode or "", self.playlist or ""
        return mode if playlist in mode else playlist

    @property
    def _nameless(self) -> str:
        said = (self.playlist or self.mode) if self.name is not None else None
        return said or f"Unknown ({self.activity_hash})"
