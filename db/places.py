"""Where the embedded PostgreSQL keeps its files and its socket, and as whom it runs."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.errors import DataDirUnusable

CLUSTER = "pgdata"
_SOCKET_PATH_LIMIT = 90  # sun_path holds 107 bytes, and PostgreSQL adds its own name
_NOBODY = 65534
_UNSHARE = ("unshare", "--user", "--map-user=1000", "--")


def prepare_data_dir(data_dir: Path) -> Path:
    """Make data_dir, prove that it can be written, and return it resolved.

    Raises DataDirUnusable when it is read-only, full, or no directory.
    """
    with writing(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = data_dir / f".probe-{os.getpid()}"
        try:
            probe.write_bytes(b"x" * 65536)
        finally:
            probe.unlink(missing_ok=True)
    return data_dir.resolve()


@contextlib.contextmanager
def writing(data_dir: Path) -> Iterator[None]:
    """What the file system refuses in here becomes DataDirUnusable, with what to do."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise DataDirUnusable(f"data_dir {data_dir} is no folder: name another place with data_dir.") from error
    except OSError as error:
        raise DataDirUnusable(
            f"data_dir {data_dir} can't be written ({error.strerror}): free some space or give its owner the right, "
            "or name another place with data_dir."
        ) from error


def home_of(data_dir: Path) -> Path:
    """The folder of the cluster's files, for a resolved data_dir; nothing is made.

    data_dir itself, but for root without user namespaces: then the cluster belongs to `nobody`, who must be able to
    reach it: below data_dir where every folder above lets others through, else below /var/lib.
    """
    if not as_somebody_else():
        return data_dir
    if all(parent.stat().st_mode & 0o001 for parent in data_dir.parents):
        return data_dir / "postgres"
    return Path("/var/lib/hawthorne") / _digest(data_dir)


def make_home(data_dir: Path) -> Path:
    """`home_of`, made and closed to others. Raises DataDirUnusable."""
    home = home_of(data_dir)
    with writing(data_dir):
        if home.parent == data_dir:
            data_dir.chmod(0o711)
        home.mkdir(parents=True, exist_ok=True)
        hand_over(home)
    return home


def has_cluster(data_dir: Path) -> bool:
    """Whether a cluster was made here before."""
    return (home_of(data_dir.resolve()) / CLUSTER / "PG_VERSION").exists()


def hand_over(folder: Path) -> None:
    """Give a folder to whom the server runs as, and to nobody else."""
    if as_somebody_else():
        os.chown(folder, _NOBODY, _NOBODY)
    folder.chmod(0o700)


def make_socket_dir(home: Path) -> Path:
    """The cluster's own folder, or a short one under the temporary directory.

    The latter when the path is too long for a socket, or has a comma, which separates addresses.
    """
    if len(str(home).encode()) <= _SOCKET_PATH_LIMIT and "," not in str(home):
        return home
    short = Path(tempfile.gettempdir()) / f"hawthorne-{os.geteuid()}-{_digest(home)}"
    with writing(short):
        short.mkdir(mode=0o700, exist_ok=True)
        if short.is_symlink() or short.stat().st_uid not in (os.geteuid(), _NOBODY):
            raise DataDirUnusable(f"{short} belongs to someone else: remove it, or use a shorter data_dir.")
        hand_over(short)
    return short


def server_prefix() -> list[str]:
    """PostgreSQL refuses to run as root: as root, what runs it as someone else."""
    if os.geteuid() != 0:
        return []
    if not as_somebody_else():
        return list(_UNSHARE)
    return ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--pdeathsig=INT", "--"]


def as_somebody_else() -> bool:
    """Whether the server runs under another user id than ours: as root where user namespaces are closed."""
    global _namespaces
    if os.geteuid() != 0:
        return False
    if _namespaces is None:
        _namespaces = shutil.which("unshare") is not None and _succeeds(*_UNSHARE, "true")
    return not _namespaces


_namespaces: bool | None = None  # asked once a process; containers often refuse


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - constants


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:16]
