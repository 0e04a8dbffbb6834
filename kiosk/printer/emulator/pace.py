"""How fast paper moves."""

from __future__ import annotations

import time

from kiosk.printer.emulator.work import Cost

# Sleeping for less is too coarse to be worth a system call; the debt is kept for the next row.
_SHORTEST_SLEEP_S = 0.002
_REST_S = 0.02


class Pace:
    """Spends the time that movements take, without drift; None moves in no time."""

    def __init__(self, speed_mm_s: float | None) -> None:
        self.speed_mm_s = speed_mm_s
        self._due = 0.0

    def spend(self, cost: Cost) -> None:
        """Sleep as long as the movement lasts, counted from the end of the one before."""
        speed_mm_s = self.speed_mm_s
        if speed_mm_s is None:
            return
        now = time.monotonic()
        # After a rest the clock starts anew; while busy, time lost in waking up is made good.
        self._due = now if now - self._due > _REST_S else self._due
        self._due += cost.moved_mm / speed_mm_s + cost.extra_s
        if cost.extra_s or self._due - now >= _SHORTEST_SLEEP_S:
            time.sleep(max(self._due - now, 0.0))
