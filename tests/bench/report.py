"""Figures as they are printed: what, how much, against what, and the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass
class Report:
    """Prints as it goes; the summary repeats the goals that were missed."""

    missed: list[str] = field(default_factory=list)

    def section(self, name: str) -> None:
        print(f"\n== {name}", flush=True)

    def line(self, what: str, value: str, *, ratio: str = "", goal: str = "", met: bool | None = None) -> None:
        mark = "" if met is None else ("  met" if met else "  MISSED")
        print(f"{what:<58} {value:>14}  {ratio:<34} {goal}{mark}", flush=True)
        if met is False:
            self.missed.append(f"{what}: {value} ({goal})")

    def summary(self) -> None:
        print("\n== goals missed" if self.missed else "\nEvery goal with a number was met in this run.")
        for line in self.missed:
            print(f"  {line}")
