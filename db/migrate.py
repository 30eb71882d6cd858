"""Numbered plain-SQL migrations, applied in order under an advisory lock, each in its own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from bot.errors import StartError
from db.pool import Connection

LOCK_KEY = 0x4861_7774  # "Hawt": every Hawthorne that migrates this database waits for it
EARLIER = {
    8: "bfd76c42cc75b76a7ff1effd9ae09fa7afdef7c3828dc332a7677de0f343fcfc",
    11: "e82544eb4ecd01a93518c453588bf3d09ec3fec74cd40b993b5c6e529b51ab4b",
}
"""Checksums of earlier texts that a database may have applied: migration 14 brings what they lack."""
_REGISTER = """
create table if not exists schema_migration (
  number     integer primary key,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of db/migrations: NNNN_name.sql."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, to notice a released file that was edited."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def all_migrations() -> tuple[Migration, ...]:
    """Every migration of this version, in order."""
    folder = files("db") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple(Migration(int(n[:4]), n[5:-4], (folder / n).read_text("utf-8")) for n in names)


async def pending(conn: Connection) -> tuple[Migration, ...]:
    """What `migrate` would apply.

    Raises StartError when an applied migration was edited since, or the database is newer than this program.
    """
    known = await conn.fetchval("select to_regclass('schema_migration') is not null")
    applied = await conn.fetch("select number, checksum from schema_migration") if known else []
    return _not_yet(all_migrations(), {row["number"]: row["checksum"] for row in applied})


def _not_yet(migrations: Sequence[Migration], applied: dict[int, str]) -> tuple[Migration, ...]:
    ours = {m.number: m for m in migrations}
    if newer := [number for number in applied if number not in ours]:
        raise StartError(
            f"The database has migration {max(newer)}, which this version of Hawthorne does not know: "
            "start a newer version."
        )
    for number, checksum in applied.items():
        if checksum not in (ours[number].checksum, EARLIER.get(number)):
            raise StartError(f"Migration {number:04d} was edited after it had been applied: restore its file.")
    return tuple(m for m in migrations if m.number not in applied)


async def migrate(conn: Connection) -> tuple[Migration, ...]:
    """Apply what is pending and return it; a second process waits for the first, then finds nothing to do."""
    await conn.execute("select pg_advisory_lock($1)", LOCK_KEY)
    try:
        await conn.execute(_REGISTER)
        todo = await pending(conn)
        for migration in todo:
            await _apply(conn, migration)
    finally:
        await conn.execute("select pg_advisory_unlock($1)", LOCK_KEY)
    return todo


async def _apply(conn: Connection, migration: Migration) -> None:
    async with conn.transaction():
        await conn.execute(migration.sql)
        await conn.execute(
            "insert into schema_migration (number, name, checksum) values ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.checksum,
        )
