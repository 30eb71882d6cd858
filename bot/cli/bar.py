"""A progress bar on stderr, on a terminal only: whatever else reads it gets plain lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.presenters.text import number


class Bar:
    """It pulses until the steps are known. `name` is what it says of them."""

    def __init__(self, progress: Progress, task: TaskID, name: str) -> None:
        self._progress, self._task = progress, task
        self.name, self._done, self._total = name, 0, 0

    def show(self, done: int, total: int) -> None:
        self._done, self._total = done, total
        self._progress.update(self._task, completed=done, total=total)

    def rename(self, description: str) -> None:
        """The same steps in other words."""
        self.name = description
        self._progress.update(self._task, description=description)

    def begin(self, description: str) -> None:
        """Other steps; how many is not known yet."""
        self.rename(description)
        self._done = self._total = 0

    def far(self, what: str) -> str:
        """ " at 37 of 98 members", or nothing while the steps are not known."""
        return f" at {number(self._done)} of {number(self._total)} {what}" if self._total else ""


@contextmanager
def progress_bar(name: str) -> Iterator[Bar]:
    """The log is to be set up within, so that its lines go above the bar."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, progress.add_task(name, total=None), name)
