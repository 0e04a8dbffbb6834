"""One measured figure, judged against a peer or a limit of the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what `value` must stay at or below (`at_most`) or reach (`at_least`).

    `spread` is the interquartile range in the figure's own unit; `note` says what was compared.
    """

    name: str
    value: float
    unit: str
    spread: float
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit."""
        below = self.at_most is None or self.value <= self.at_most
        return below and (self.at_least is None or self.value >= self.at_least)


def times_ms(run: Callable[[], object], count: int, *, warm: int = 3) -> list[float]:
    """Return the milliseconds of `count` warm runs."""
    for _ in range(warm):
        run()
    spent = []
    for _ in range(count):
        started = time.perf_counter()
        run()
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 stay below."""
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def p99(values: Sequence[float]) -> float:
    """Return the value that 99 of 100 stay below."""
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)]


def spread(values: Sequence[float]) -> float:
    """Return the interquartile range."""
    if len(values) < 2:
        return 0.0
    quarters = statistics.quantiles(values, n=4)
    return quarters[2] - quarters[0]


def flatness(of: str, few: tuple[int, float], many: tuple[int, float]) -> list[Figure]:
    """Judge the peak memory with many records, and how much that is of the peak with few.

    Both are pairs of records and MB. Where many batches come, one is taken in while the one before
    it is applied: that is 10 MB, and anything that grows with the records is far more.
    """
    note = f"{many[1]:.1f} MB with {many[0]:,} records, {few[1]:.1f} MB with {few[0]:,}"
    return [
        Figure(f"memory of {of}", many[1], "MB", 0, at_most=150, note=f"peak; {note}"),
        Figure(f"memory of {of}, many to few", many[1] / few[1], "×", 0, at_most=1.3, note=note),
    ]
