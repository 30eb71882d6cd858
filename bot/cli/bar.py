"""A progress bar on stderr, on a terminal only: whatever else reads it gets plain lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Bar:
    """It pulses until the steps are known."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def show(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)

    def rename(self, description: str) -> None:
        self._progress.update(self._task, description=description)


@contextmanager
def progress_bar(name: str) -> Iterator[Bar]:
    """The log is to be set up within, so that its lines go above the bar."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Bar(progress, progress.add_task(name, total=None))
