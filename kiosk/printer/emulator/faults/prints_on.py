"""A printer that still prints when its host is long dead."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine

_CRAWL_MM_S = 40
_HUGE_BUFFER_BYTES = 1 << 20


class PrintsOn(Fault):
    """Swallows whole jobs at once and prints them at `at` mm a second, whoever still listens."""

    name = "prints-on"
    summary = "takes all bytes at once and prints at N mm/s (40), with or without a host"
    unit = "mm/s"

    def begin(self, machine: Machine) -> None:
        """Swallow and crawl."""
        self._before = machine.motor.run_at(self.at or _CRAWL_MM_S, _HUGE_BUFFER_BYTES)

    def mend(self, machine: Machine) -> None:
        """Take up the earlier speed."""
        machine.motor.run_at(*self._before)
