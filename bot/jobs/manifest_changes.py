"""The diary of a switch: what it changes is logged in its transaction, and told in names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.manifest import KINDS, ManifestRead, StoredManifest
from db.pool import Connection
from db.queries import manifest_changes as queries

_MOST_NAMES = 200
"""Names of a kind that an event keeps: an expansion brings some ten exotics and a hundred weapons."""


@dataclass(frozen=True, slots=True)
class Diary:
    """One switch that is being written down; `first`: there was nothing before it that it could change."""

    step: int
    first: bool
    same_language: bool

    async def end(self, conn: Connection) -> dict[str, Any]:
        """When all is merged and derived: the counts, and the names of what came, for the event's detail."""
        if not self.first:
            await queries.insert_shown_changes(conn, self.step, same_language=self.same_language)
        tables = await queries.select_tables_between(conn, self.step - 1, self.step)
        names = {f"{kind}s": await queries.select_added_names(conn, self.step, kind, _MOST_NAMES) for kind in KINDS}
        return {
            "added": sum(table.added for table in tables),
            "changed": sum(table.changed for table in tables),
            "removed": sum(table.removed for table in tables),
            "news": {kind: list(found) for kind, found in names.items()},
        }


async def begin(conn: Connection, stored: StoredManifest | None, chosen: ManifestRead, now: datetime) -> Diary:
    """With the new definitions loaded beside the current ones, before they are merged.

    A table that was not followed before has no past to differ from: its definitions are not news.
    """
    step = await queries.insert_step(conn, chosen.version, chosen.language, now)
    if stored is None:
        return Diary(step, True, True)
    same_language = stored.language == chosen.language
    followed = sorted(stored.paths.keys() & chosen.paths.keys())
    await queries.insert_changes(conn, step, followed, same_language=same_language)
    await queries.create_shown_before(conn)
    return Diary(step, False, same_language)
