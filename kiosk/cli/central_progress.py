"""How far a push is: a bar for each kiosk, with its rate and the time left."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

SHOWN_KIOSKS = 10
"""More bars than that would not fit on a terminal."""

_OTHERS = "others"

Told = Callable[[str, int, int], None]


class _Rate(ProgressColumn):
    """Lines a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} lines/s")


@contextmanager
def push_progress() -> Iterator[Told]:
    """Show bars on standard error while it is a terminal; yields what is told of each step."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        bars = _Bars(progress)
        yield bars.told


class _Bars:
    """A bar for each of the first kiosks, and one for all the others."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}
        self._others: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()  # kiosks are served by several threads

    def told(self, kiosk: str, done: int, total: int) -> None:
        with self._lock:
            if kiosk in self._bars or len(self._bars) < SHOWN_KIOSKS:
                self._show(kiosk, done, total)
                return
            self._others[kiosk] = done, total
            sums = (sum(numbers) for numbers in zip(*self._others.values(), strict=True))
            self._show(_OTHERS, *sums)

    def _show(self, name: str, done: int, total: int) -> None:
        if name in self._bars:
            self._progress.update(self._bars[name], completed=done, total=total)
        else:  # what was there before counts for no rate
            self._bars[name] = self._progress.add_task(name, completed=done, total=total)
