"""The manifest loop: look for a new one, fetch and unpack it aside, switch to it in one transaction."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.manifest import ManifestRead, SettingsRead
from bot.domain.outcome import Outcome, Verdict
from bot.errors import BungieError, KeyRefused
from bot.ingest.manifest import NEEDED, is_current, wanted_tables
from bot.jobs.loop import Loop
from bot.jobs.manifest_files import ALL, download, stats_in, unpack, workplace
from bot.jobs.manifest_stats import learn_stats, learn_stats_once, store_stats
from bot.jobs.manifest_switch import switch
from bot.services import Services
from db.pool import Connection
from db.queries import manifest as queries
from db.queries import weapon_write as weapon_queries

_JUST_READ = timedelta(minutes=10)


async def run(services: Services) -> Outcome:
    """One check; a new manifest is loaded and made current, or refused with its reason."""
    if services.bungie.breaker("manifest").open:
        return Outcome(Verdict.SKIPPED, "Bungie.net does not answer about the manifest.")
    try:
        return await _check(services)
    except KeyRefused:
        raise
    except BungieError as error:
        return Outcome(Verdict.NOT_ACCEPTED, str(error))


async def run_from(services: Services, source: Path) -> Outcome:
    """Load a sqlite or zipped `.content` file of Bungie.net instead, whatever is current."""
    choice, language = services.config.manifest.tables, services.config.manifest.language
    try:
        file = await asyncio.to_thread(_named, source)
        async with workplace(services.config.data_dir) as folder:
            tables = await unpack(folder, (ALL,) if choice == "all" else NEEDED, source)
            offered = ManifestRead(f"file {source.name}", dict.fromkeys(tables, file), language)
            outcome = await switch(services, offered, await _roots_if_any(services), folder)
            await store_stats(services, await stats_in(folder))
        return outcome
    except BungieError as error:
        return Outcome(Verdict.NOT_ACCEPTED, str(error))
    except OSError as error:
        return Outcome(Verdict.NOT_ACCEPTED, f"{source} can't be read: {error.strerror}.")


def _named(source: Path) -> str:
    """What stands for the content path: the same file again is nothing new, a file that changed is."""
    stat = source.stat()
    return f"file:{source.resolve()}:{stat.st_size}:{stat.st_mtime_ns}"


async def _roots_if_any(services: Services) -> SettingsRead:
    """A file needs no Bungie.net: without it the roots are those that have always been."""
    try:
        return await services.bungie.get_settings()
    except BungieError:
        return SettingsRead(None, None, True)


async def wanted_by_names(conn: Connection, now: datetime) -> tuple[str, ...]:
    """This loop's name, to be woken, when something just read has no name yet; at most once in ten minutes."""
    if await queries.select_nameless(conn, now - _JUST_READ) and await queries.claim_check(conn, now):
        return (LOOP.name,)
    return ()


async def wanted_by_weapons(conn: Connection, now: datetime) -> tuple[str, ...]:
    """This loop's name, to be woken, when somebody has kills with what no manifest so far knows and Bungie.net has not
    been asked about by itself; at most once in ten minutes. To be asked before bot.jobs.weapons.resolve."""
    used = await weapon_queries.select_used_hashes(conn)
    unknown = await weapon_queries.select_unknown_weapons(conn, list(used))
    if unknown and await queries.claim_check(conn, now):
        return (LOOP.name,)
    return ()


async def _check(services: Services) -> Outcome:
    offered = await services.bungie.get_manifest(services.config.manifest.language)
    async with services.pool.acquire() as conn:
        await queries.update_checked(conn, services.clock.now())
        stored = await queries.select_current(conn)
    wanted = wanted_tables(services.config.manifest.tables, offered.paths)
    if is_current(stored, offered, wanted):
        await learn_stats_once(services)
        return Outcome(Verdict.DONE, f"Manifest {offered.version} is current.")
    if missing := [table for table in wanted if table not in offered.paths]:
        return Outcome(Verdict.NOT_ACCEPTED, f"Manifest {offered.version} lacks {', '.join(missing)}.")
    chosen = ManifestRead(offered.version, {table: offered.paths[table] for table in wanted}, offered.language)
    outcome = await _load(services, chosen)
    await learn_stats(services)
    return outcome


async def _load(services: Services, chosen: ManifestRead) -> Outcome:
    settings = await services.bungie.get_settings()
    async with workplace(services.config.data_dir) as folder:
        await download(services, chosen.paths, folder)
        await unpack(folder, chosen.paths)
        return await switch(services, chosen, settings, folder)


LOOP = Loop("manifest", "manifest_seconds", run)
