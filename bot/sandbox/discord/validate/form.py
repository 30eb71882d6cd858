"""Collects form errors by path and raises them the way Discord writes them."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.discord.wire import ApiError, Json

Path = tuple[str | int, ...]


class Form:
    """Errors of one request body."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def add(self, path: Path, code: str, message: str) -> None:
        node = self.errors
        for part in path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def check(self) -> None:
        """Raises ApiError 50035 when anything was added."""
        if self.errors:
            raise ApiError(400, 50035, "Invalid Form Body", self.errors)

    def required(self, path: Path) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def text(self, path: Path, value: Any, longest: int, shortest: int = 0) -> None:
        """A string of `shortest` to `longest` characters; None and absent count as missing when shortest is above 0."""
        if value is None or value == "":
            if shortest:
                self.required(path)
        elif not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f'Could not convert "{value}" to a string.')
        elif len(value) > longest and not shortest:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
        elif not shortest <= len(value) <= longest:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {shortest} and {longest} in length.")

    def count(self, path: Path, value: Collection[Any], most: int) -> None:
        if len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def number(self, path: Path, value: Any, low: int, high: int) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value > high:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")
        elif value < low:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")

    def url(self, path: Path, value: Any, schemes: Collection[str] = ("http", "https")) -> None:
        if not isinstance(value, str):
            self.required(path)
            return
        self.text(path, value, 2048, 1)
        scheme = urlsplit(value).scheme
        if scheme not in schemes:
            allowed = ", ".join(f"'{one}'" for one in schemes)
            message = f'Scheme "{scheme}" is not supported. Scheme must be one of ({allowed}).'
            self.add(path, "URL_TYPE_INVALID_SCHEME", message)
        elif not urlsplit(value).netloc:
            self.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def as_list(form: Form, path: Path, value: Any) -> list[Json]:
    """The objects in a list; what is neither is reported and left out."""
    if value is None:
        return []
    if not isinstance(value, list):
        form.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            form.add((*path, index), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    return [item for item in value if isinstance(item, dict)]
