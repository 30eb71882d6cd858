"""Where tests put databases that are made and thrown away."""

from __future__ import annotations

import shutil
from pathlib import Path

_ENOUGH_BYTES = 2_000_000_000


def quick_place() -> str | None:
    """Memory where there is enough of it, so that nothing waits for a disk; None: the usual temporary folder."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > _ENOUGH_BYTES else None
