"""This machine: data_dir, the database, its rights and its migrations. Nothing is made and nothing migrated."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from bot.cli.doctor.finding import Finding, Mark, fix, ok, skip
from bot.config import Config
from bot.domain.ground import DatabaseRights
from bot.errors import DatabaseUnreachable, DataDirUnusable, StartError
from bot.presenters.text import plural
from db.migrate import all_migrations, pending
from db.places import has_cluster, prepare_data_dir
from db.pool import Connection, connect_patiently, database
from db.queries.doctor import select_feed_channels, select_followed_clans, select_may_be, select_rights
from db.web_login import READ_ROLE

_LEAST_FREE = 200_000_000
_PATIENCE_SECONDS = 3.0


@dataclass
class Memory:
    """What the database knows of, beside the configuration."""

    channels: set[int] = field(default_factory=set)
    clans: set[int] = field(default_factory=set)


async def check_machine(config: Config, memory: Memory) -> AsyncIterator[Finding]:
    """data_dir first; then the database, what it holds goes into `memory`."""
    place = check_data_dir(config.data_dir)
    yield place
    if config.database.url or (place.mark is Mark.OK and has_cluster(config.data_dir)):
        async for finding in _check_database(config, memory):
            yield finding
    elif place.mark is Mark.OK:
        yield ok("database", "the embedded PostgreSQL, which the first start makes in data_dir")
    else:
        yield skip("database", "the embedded PostgreSQL needs data_dir.")


def check_data_dir(data_dir: Path) -> Finding:
    """Whether it can be written, or made."""
    there = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    try:
        if there == data_dir:
            prepare_data_dir(data_dir)
        else:
            with tempfile.TemporaryFile(dir=there):
                pass
    except DataDirUnusable as error:
        return fix("data_dir", str(error))
    except OSError as error:
        said = f"{data_dir} can't be made in {there} ({error.strerror}): name another place with data_dir."
        return fix("data_dir", said)
    free = shutil.disk_usage(there).free
    if free < _LEAST_FREE:
        return fix("data_dir", f"{data_dir} has {free / 1e6:.0f} MB left: free some space or name another place.")
    made = "" if there == data_dir else ", which the first start makes"
    return ok("data_dir", f"{data_dir}{made}, {free / 1e9:.0f} GB free")


async def _check_database(config: Config, memory: Memory) -> AsyncIterator[Finding]:
    try:
        async with database(config) as dsn:
            conn = await connect_patiently(dsn, _PATIENCE_SECONDS)
            try:
                async for finding in _check_connection(config, conn, memory):
                    yield finding
            finally:
                await conn.close()
    except (DatabaseUnreachable, DataDirUnusable) as error:
        yield fix("database", str(error))
        yield skip("migrations", "the database comes first.")
    except asyncpg.PostgresError as error:
        yield fix("tables", f"{error}: the role of database.url has to own Hawthorne's tables.")


async def _check_connection(config: Config, conn: Connection, memory: Memory) -> AsyncIterator[Finding]:
    judged = _judge_rights(config, await select_rights(conn))
    yield judged
    if judged.mark is not Mark.OK:
        yield skip("migrations", "the rights come first.")
        return
    if config.database.web_url:
        yield await _check_web_login(config.database.web_url.reveal())
    yield await _check_migrations(conn)
    memory.channels |= set(await select_feed_channels(conn))
    memory.clans |= set(await select_followed_clans(conn))


def _judge_rights(config: Config, rights: DatabaseRights) -> Finding:
    kind = "PostgreSQL" if config.database.url else "the embedded PostgreSQL"
    if rights.is_standby:
        return fix("database", "it is a standby that can't be written: give database.url the primary's address.")
    if not rights.may_create:
        return fix(
            "database",
            f"{rights.role} may not create tables: as its owner, grant create on schema public to {rights.role}, or "
            f"alter database ... owner to {rights.role}.",
        )
    web = "the web part gets a login of its own (CREATEROLE)"
    if config.database.web_url:
        web = "the web part uses database.web_url"
    elif not rights.may_create_roles:
        web = f"without CREATEROLE the web part reads as {rights.role}; database.web_url gives it less"
    return ok("database", f"{kind} {rights.version.split()[0]}; {web}")


async def _check_web_login(dsn: str) -> Finding:
    try:
        conn = await connect_patiently(dsn, _PATIENCE_SECONDS)
    except DatabaseUnreachable as error:
        return fix("web login", str(error).replace("database.url", "database.web_url"))
    try:
        if await select_may_be(conn, READ_ROLE):
            return ok("web login", f"may read as {READ_ROLE}")
        return fix("web login", f"it may not read as {READ_ROLE}: grant hawthorne_read, hawthorne_desk to its role.")
    finally:
        await conn.close()


async def _check_migrations(conn: Connection) -> Finding:
    try:
        todo = await pending(conn)
    except (StartError, asyncpg.PostgresError) as error:
        return fix("migrations", str(error))
    if todo:
        return ok("migrations", f"{len(todo)} of {len(all_migrations())} are applied by the next start")
    return ok("migrations", f"all {plural(len(all_migrations()), 'migration')} applied")
