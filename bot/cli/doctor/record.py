"""What `doctor --record` saves: answers of Bungie.net without the names and ids of people and clans."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import bot
from bot.errors import StartError

_CODE_KEYS = {"bungieGlobalDisplayNameCode", "DisplayNameCode"}
_KEPT_TEXTS = {"ErrorStatus", "Message", "minutesPlayedThisSession", "minutesPlayedTotal", "lastOnlineStatusChange"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?")
_PUBLIC = ("/Settings/", "/Destiny2/Manifest/")
_LONG_NUMBER = re.compile(r"\d{4,}")


class Pseudonyms:
    """The same stand-in for the same text or id, everywhere in one recording."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._codes: dict[int, int] = {}

    def id(self, text: str) -> str:
        """As long as the real one, so that what depends on its length still shows; a membership's stays one."""
        if not text.isdecimal() or len(text) < 4:
            return text
        if text not in self._ids:
            number = len(self._ids) + 1
            head = "4611686018" if len(text) == 19 else "2"
            self._ids[text] = head + str(number).zfill(max(len(text) - len(head), 3))
        return self._ids[text]

    def text(self, text: str) -> str:
        return self._texts.setdefault(text, f"text {len(self._texts) + 1}") if text else text

    def code(self, code: int) -> int:
        return self._codes.setdefault(code, len(self._codes) + 1)

    def path(self, path: str) -> str:
        """A request's path: its long numbers are ids, but for those of its query."""
        place, mark, query = path.partition("?")
        return _LONG_NUMBER.sub(lambda found: self.id(found[0]), place) + mark + query

    def clean(self, value: Any, key: str = "") -> Any:
        """A copy: every text is replaced that is not a time, a number or known to be about nobody."""
        if isinstance(value, dict):
            return {self._key(name): self.clean(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.clean(inner, key) for inner in value]
        if isinstance(value, str):
            return self._string(value, key)
        if key in _CODE_KEYS and type(value) is int:
            return self.code(value)
        return value

    def _key(self, name: str) -> str:
        """Dictionaries are keyed by hashes (up to ten digits) or by ids of characters and people."""
        return self.id(name) if len(name) > 10 else name

    def _string(self, value: str, key: str) -> str:
        if key in _KEPT_TEXTS or _TIME.fullmatch(value):
            return value
        return self.id(value) if value.isdecimal() else self.text(value)


class Recording:
    """Collects answers; `tell` is a Probe's."""

    def __init__(self) -> None:
        self._names = Pseudonyms()
        self._answers: list[dict[str, Any]] = []

    def tell(self, host: str, path: str, status: int, body: bytes) -> None:
        public = path.startswith(_PUBLIC)
        try:
            content = json.loads(body)
        except ValueError:
            content = {"not JSON": len(body)}
        self._answers.append(
            {
                "host": host,
                "path": path if public else self._names.path(path),
                "status": status,
                "body": content if public else self._names.clean(content),
            }
        )

    def whole(self, lines: list[str], now: datetime) -> dict[str, Any]:
        """The whole recording. Lines name clans and channels: only their check and mark are kept."""
        return {
            "hawthorne": bot.__version__,
            "recorded_at": now.isoformat(timespec="seconds"),
            "checks": [self._names.path(line.split(":")[0].split("#")[0].strip()) for line in lines],
            "answers": self._answers,
        }


def save(path: Path, recording: dict[str, Any]) -> None:
    """Raises StartError where the file can't be written."""
    try:
        path.write_text(json.dumps(recording, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise StartError(f"{path} can't be written ({error.strerror}): name another file with --record.") from error
