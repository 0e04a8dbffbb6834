"""Somebody opens the cover."""

from __future__ import annotations

from kiosk.printer.emulator.fault import RowFault
from kiosk.printer.emulator.machine import Machine


class CoverOpen(RowFault):
    """The cover stands open, and nothing moves."""

    name = "cover-open"
    summary = "the cover is open, at once or after N rows"

    def strike(self, machine: Machine) -> None:
        """Open it."""
        machine.sensors.cover_open = True

    def mend(self, machine: Machine) -> None:
        """Close it; the printer goes on with the row that was next."""
        machine.sensors.cover_open = False
