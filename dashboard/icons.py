"""Where a picture of the game is found: in the folder that `icons` fills, else at Bungie.net."""

from __future__ import annotations

import os.path
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import Config
from bot.domain.icon import is_icon
from dashboard.site import site

_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}


def folder(config: Config) -> Path:
    """What `icons` fills where it is not told otherwise."""
    return config.data_dir / "icons"


def icon_url(path: str | None) -> str:
    """The address of an icon by the path that the manifest has; "" where it has none that can be one."""
    if not path or not is_icon(path):
        return ""
    config = site().config
    here = os.path.isfile(f"{config.data_dir}/icons{path}")  # noqa: PTH113 - hundreds on a page: pathlib takes ms
    return f"/icons{path}" if here else config.bungie.url + path


def kept(path: str) -> tuple[bytes, str] | None:
    """A file of the folder with its type; None for whatever is not there or is no icon's path."""
    if not is_icon(path):
        return None
    file = folder(site().config) / path[1:]
    try:
        return file.read_bytes(), _TYPES[file.suffix]
    except OSError:
        return None


def origin(config: Config) -> str:
    """Where pictures come from that are not kept: what img-src must allow."""
    parts = urlsplit(config.bungie.url)
    return f"{parts.scheme}://{parts.netloc}"
