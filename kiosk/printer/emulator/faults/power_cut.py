"""The power goes out while paper moves."""

from __future__ import annotations

from kiosk.printer.emulator.fault import RowFault
from kiosk.printer.emulator.machine import Machine


class PowerCut(RowFault):
    """Dark at once or after `at` rows; mended, the printer comes back with nothing to print."""

    name = "power-cut"
    summary = "the power goes out, at once or after N rows; comes back empty"

    def strike(self, machine: Machine) -> None:
        """Go dark."""
        machine.lose_power()

    def mend(self, machine: Machine) -> None:
        """Bring the power back."""
        machine.regain_power()
