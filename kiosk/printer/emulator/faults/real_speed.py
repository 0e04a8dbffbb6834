"""A printer as slow as a real one, with as little memory."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine

_USUAL_MM_S = 150
_SMALL_BUFFER_BYTES = 4096


class RealSpeed(Fault):
    """Moves `at` mm a second and holds 4 KiB: the host waits with most of a job unsent."""

    name = "real-speed"
    summary = "paper moves at N mm/s (150), through a buffer of 4 KiB"
    unit = "mm/s"

    def begin(self, machine: Machine) -> None:
        """Slow down."""
        self._before = machine.motor.run_at(self.at or _USUAL_MM_S, _SMALL_BUFFER_BYTES)

    def mend(self, machine: Machine) -> None:
        """Take up the earlier speed."""
        machine.motor.run_at(*self._before)
