"""The embedded PostgreSQL: its owner, its guests, and everything that may happen to it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.children import die_with_parent
from bot.errors import DatabaseUnreachable, DataDirUnusable
from db import places
from db.cluster import binaries, forget_stranger, log_file, make_cluster
from db.embedded import embedded
from db.places import CLUSTER, has_cluster, home_of, prepare_data_dir
from tests.quick import quick_place

_PROCESS = """
import asyncio, sys
from pathlib import Path
from db.embedded import embedded

async def main():
    async with embedded(Path(sys.argv[1])) as dsn:
        print(dsn, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main())
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, so that sockets fit; pytest's own are long."""
    with tempfile.TemporaryDirectory(prefix="hw-", dir=quick_place(), ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A cluster that was made once, to be copied: initdb is the slow part."""
    with tempfile.TemporaryDirectory(prefix="hw-", dir=quick_place(), ignore_cleanup_errors=True) as name:
        make_cluster(binaries(), Path(name))
        yield Path(name) / CLUSTER


@pytest.fixture
def ready(folder: Path, made: Path) -> Path:
    """A data_dir with a cluster in it."""
    shutil.copytree(made, folder / CLUSTER)
    return folder


@asynccontextmanager
async def process(data_dir: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Another process with this data_dir; ends when its stdin does."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PROCESS, str(data_dir)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    assert child.stdout is not None
    try:
        line = await asyncio.wait_for(child.stdout.readline(), 30)
        assert line, "the other process ended"
        yield child, line.decode().strip()
    finally:
        if child.returncode is None:
            assert child.stdin is not None
            child.stdin.close()
            await asyncio.wait_for(child.wait(), 15)
        # a killed child leaves its pipes to us
        child._transport.close()  # type: ignore[attr-defined]


async def ask(dsn: str, question: str) -> Any:
    conn = await asyncpg.connect(dsn, timeout=5)
    try:
        return await conn.fetchval(question)
    finally:
        await conn.close()


async def soon(dsn: str, question: str, seconds: float = 20) -> Any:
    """Its answer as soon as there is one."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await ask(dsn, question)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            assert time.monotonic() < deadline, f"no answer within {seconds} s"
            await asyncio.sleep(0.1)


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.1)


def postmaster(data_dir: Path) -> int:
    return int((home_of(data_dir) / CLUSTER / "postmaster.pid").read_text().splitlines()[0])


def is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except FileNotFoundError:
        return False


# -- one owner, any number of guests -----------------------------------------------------------------------


async def test_it_is_made_answers_and_is_gone_afterwards(folder: Path) -> None:
    assert not has_cluster(folder)
    async with embedded(folder) as dsn:
        assert has_cluster(folder)
        assert await ask(dsn, "show server_encoding") == "UTF8"
        assert await ask(dsn, "show listen_addresses") == ""
        pid = postmaster(folder)
        assert is_postgres(pid)
    assert not is_postgres(pid)
    assert folder.stat().st_mode & 0o077 == (0o011 if places.as_somebody_else() else 0)


async def test_what_was_stored_is_there_again(ready: Path) -> None:
    async with embedded(ready) as dsn:
        await ask(dsn, "create table kept as select 7 n")
    async with embedded(ready) as dsn:
        assert await ask(dsn, "select n from kept") == 7


async def test_two_processes_share_one_server(ready: Path) -> None:
    async with embedded(ready) as ours, process(ready) as (_, theirs):
        assert theirs == ours
        assert await ask(theirs, "select pg_postmaster_start_time()") == await ask(
            ours, "select pg_postmaster_start_time()"
        )


async def test_a_guest_in_the_same_moment_waits_for_the_database(folder: Path) -> None:
    async def one() -> Any:
        async with embedded(folder) as dsn:
            await asyncio.sleep(0.5)
            return await soon(dsn, "select current_database()")

    assert await asyncio.gather(one(), one(), one()) == ["hawthorne"] * 3


async def test_a_guest_leaves_and_the_server_stays(ready: Path) -> None:
    async with embedded(ready) as dsn:
        async with process(ready):
            pass
        assert await ask(dsn, "select 1") == 1


async def test_the_owner_ends_and_the_guest_takes_over(ready: Path) -> None:
    async with process(ready) as (owner, _):
        async with embedded(ready) as dsn:
            await ask(dsn, "create table kept as select 7 n")
            assert owner.stdin is not None
            owner.stdin.close()
            await owner.wait()
            assert await soon(dsn, "select n from kept") == 7
            pid = postmaster(ready)
        assert not is_postgres(pid)


async def test_the_owner_is_killed_and_its_server_goes_with_it(ready: Path) -> None:
    async with process(ready) as (owner, dsn):
        await ask(dsn, "create table kept as select 7 n")
        pid = postmaster(ready)
        owner.kill()
        await owner.wait()

        async def gone() -> bool:
            return not is_postgres(pid)

        await until(gone)
    async with embedded(ready) as dsn:
        assert await ask(dsn, "select n from kept") == 7


async def test_the_owner_is_killed_and_the_guest_takes_over(ready: Path) -> None:
    async with process(ready) as (owner, _), embedded(ready) as dsn:
        await ask(dsn, "create table kept as select 7 n")
        before = postmaster(ready)
        owner.kill()
        await owner.wait()

        async def another() -> bool:
            return await soon(dsn, "select n from kept") == 7 and postmaster(ready) != before

        await until(another)


# -- crashes ------------------------------------------------------------------------------------------------


async def test_a_server_that_crashed_is_started_again(ready: Path) -> None:
    async with embedded(ready) as dsn:
        await ask(dsn, "create table kept as select 7 n")
        before = postmaster(ready)
        os.kill(before, signal.SIGKILL)
        await asyncio.sleep(0.2)
        assert await soon(dsn, "select n from kept") == 7
        assert postmaster(ready) != before


async def test_an_immediate_shutdown_is_recovered_from(ready: Path) -> None:
    async with embedded(ready) as dsn:
        await ask(dsn, "create table kept as select generate_series(1, 1000) n")
        os.kill(postmaster(ready), signal.SIGQUIT)
        await asyncio.sleep(0.2)
        assert await soon(dsn, "select count(*) from kept") == 1000


async def test_a_number_that_belongs_to_another_program_now_is_no_hindrance(ready: Path) -> None:
    async with embedded(ready):
        pass
    pid_file = home_of(ready) / CLUSTER / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{pid_file.parent}\n1\n5432\n\n\n  1  1\n")
    started = time.monotonic()
    async with embedded(ready) as dsn:
        assert await ask(dsn, "select 1") == 1
    assert time.monotonic() - started < 10


def test_a_number_that_nobody_has_is_left_to_postgresql(folder: Path) -> None:
    pid_file = folder / "postmaster.pid"
    pid_file.write_text(f"{2**22 + 1}\n")
    forget_stranger(pid_file)
    assert pid_file.exists()
    pid_file.write_text("")
    forget_stranger(pid_file)
    forget_stranger(folder / "none")


async def test_what_a_killed_initdb_left_is_cleared_away(folder: Path) -> None:
    home = places.make_home(folder)
    (home / "init-left").mkdir()
    (home / "init-left" / "pgdata").mkdir()
    async with embedded(folder):
        assert not list(home.glob("init-*"))


# -- places -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["with spaces and 'quotes'", "x" * 60 + "/" + "y" * 60, "é" * 50, "a,b", "50%&=?#:"],
    ids=["spaces", "long", "bytes", "comma", "signs"],
)
async def test_any_path_will_do(folder: Path, made: Path, name: str) -> None:
    shutil.copytree(made, folder / name / CLUSTER)
    async with embedded(folder / name) as dsn:
        assert await ask(dsn, "select 1") == 1
        async with embedded(folder / name) as guest:
            assert await ask(guest, "select 1") == 1


async def test_a_relative_path_is_the_same_place(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ready)
    async with embedded(Path("data")) as ours, embedded(ready / "data") as theirs:
        assert ours == theirs


@pytest.mark.parametrize("where", ["file", "below a file", "/proc"])
async def test_a_data_dir_that_can_not_be_written_is_refused(folder: Path, where: str) -> None:
    (folder / "file").write_text("x")
    bad = {"file": folder / "file", "below a file": folder / "file" / "x", "/proc": Path("/proc/hawthorne")}[where]
    with pytest.raises(DataDirUnusable, match=str(bad)) as caught:
        async with embedded(bad):
            pass
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_and_leaves_no_probe(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = folder / f".probe-{os.getpid()}"
    probe.symlink_to("/dev/full")
    with pytest.raises(DataDirUnusable, match="No space left on device"):
        prepare_data_dir(folder)
    assert not probe.is_symlink()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_read_only_data_dir_is_refused(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(DataDirUnusable, match="Permission denied"):
        prepare_data_dir(folder)


async def test_data_of_another_version_says_what_to_do(folder: Path) -> None:
    home = places.make_home(folder)
    (home / CLUSTER).mkdir()
    (home / CLUSTER / "PG_VERSION").write_text("14\n")
    with pytest.raises(DatabaseUnreachable, match=r"belongs to PostgreSQL 14.*dump it.*or set database\.url"):
        async with embedded(folder):
            pass


def test_data_without_a_version_is_never_thrown_away(folder: Path) -> None:
    (folder / CLUSTER).mkdir()
    (folder / CLUSTER / "precious").write_text("x")
    with pytest.raises(DataDirUnusable, match="move it out of the way"):
        make_cluster(binaries(), folder)
    assert (folder / CLUSTER / "precious").exists()


async def test_a_server_that_can_not_start_says_why(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with embedded(ready):
        pass
    monkeypatch.setattr("db.embedded._PATIENCE_SECONDS", 0.5)
    (home_of(ready) / CLUSTER / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(DatabaseUnreachable, match="does not start: "):
        async with embedded(ready):
            pass
    (home_of(ready) / CLUSTER / "postgresql.conf").write_text("")
    async with embedded(ready) as dsn:  # the lock was given back
        assert await ask(dsn, "select 1") == 1


async def test_a_lock_without_a_server_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setattr("db.embedded._PATIENCE_SECONDS", 0.5)
    with (places.make_home(folder) / "owner.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DatabaseUnreachable, match=r"owner\.lock"):
            async with embedded(folder):
                pass


def test_a_long_log_is_put_aside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.cluster._LOG_BYTES", 10)
    log = folder / "postgres.log"
    for text in (b"0123456789a", b"new"):
        with log_file(log) as sink:
            sink.write(text)
    assert (log.read_bytes(), (folder / "postgres.log.1").read_bytes()) == (b"new", b"0123456789a")


# -- as root without user namespaces ------------------------------------------------------------------------


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root, with setpriv, runs the server as nobody")
    monkeypatch.setattr(places, "_namespaces", False)


@pytest.mark.usefixtures("no_namespaces")
async def test_it_runs_as_nobody_below_data_dir(folder: Path) -> None:
    folder.chmod(0o700)
    async with embedded(folder) as dsn:
        assert await ask(dsn, "select 1") == 1
        assert Path(f"/proc/{postmaster(folder)}").stat().st_uid == 65534
        assert home_of(folder).stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("no_namespaces")
async def test_where_nobody_can_not_reach_it_lives_below_var_lib(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "data"
    home = home_of(prepare_data_dir(data_dir))
    assert home.parent == Path("/var/lib/hawthorne")
    try:
        async with embedded(data_dir) as dsn:
            assert await ask(dsn, "select 1") == 1
    finally:
        shutil.rmtree(home)
