"""Keeps the store in a directory: one JSON file, replaced atomically, and the attachments beside it."""

import asyncio
import contextlib
import json
import os
from pathlib import Path

from bot.sandbox.discord.model import channel_from, message_from
from bot.sandbox.discord.store import Store
from bot.sandbox.discord.wire import Json

_EVERY_SECONDS = 0.5
_GLOBAL = "global"
_KEPT_MESSAGES = 2000


class Keeper:
    """Writes at most twice a second while things change, and once more at the end."""

    def __init__(self, store: Store, directory: Path) -> None:
        self._store = store
        self._directory = directory
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._written: set[str] = set()

    @property
    def _file(self) -> Path:
        return self._directory / "discord.json"

    def load(self) -> None:
        (self._directory / "attachments").mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            restore(self._store, json.loads(self._file.read_text()))
        for path in (self._directory / "attachments").iterdir():
            self._store.files[path.name] = path.read_bytes()
        self._written = set(self._store.files)
        self._store.changed = self._changed.set

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._save(json.dumps(snapshot(self._store)), self._new_files(), self._gone_files())

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            text = json.dumps(snapshot(self._store))
            await asyncio.to_thread(self._save, text, self._new_files(), self._gone_files())
            await asyncio.sleep(_EVERY_SECONDS)

    def _new_files(self) -> dict[str, bytes]:
        return {name: data for name, data in self._store.files.items() if name not in self._written}

    def _gone_files(self) -> set[str]:
        return self._written - set(self._store.files)

    def _save(self, text: str, new: dict[str, bytes], gone: set[str]) -> None:
        for name, data in new.items():
            _replace(self._directory / "attachments" / name, data)
        for name in gone:
            (self._directory / "attachments" / name).unlink(missing_ok=True)
        _replace(self._file, text.encode())
        self._written = (self._written | set(new)) - gone


def _replace(path: Path, data: bytes) -> None:
    """A reader sees the old file or the new one, never half."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(data)
    os.replace(temporary, path)  # noqa: PTH105


def snapshot(store: Store) -> Json:
    """What is kept: each channel's last messages; ephemeral ones are not, as Discord forgets them too."""
    return {
        "last_id": store.ids.last,
        "channels": [vars(channel) for channel in store.channels.values()],
        "messages": [
            message.to_json() for channel in store.channels for message in store.listed(channel)[-_KEPT_MESSAGES:]
        ],
        "commands": {guild or _GLOBAL: commands for guild, commands in store.commands.items()},
    }


def restore(store: Store, data: Json) -> None:
    store.ids.last = data["last_id"]
    store.channels = {one["id"]: channel_from(one) for one in data["channels"]}
    store.messages = {channel: {} for channel in store.channels}
    for one in data["messages"]:
        message = message_from(one)
        store.messages[message.channel_id][message.id] = message
    store.commands = {None if key == _GLOBAL else key: value for key, value in data["commands"].items()}
