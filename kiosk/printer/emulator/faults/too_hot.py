"""The head is too hot."""

from __future__ import annotations

from kiosk.printer.emulator.fault import RowFault
from kiosk.printer.emulator.machine import Machine
from kiosk.printer.emulator.mechanism import Trouble


class TooHot(RowFault):
    """Printing pauses, and goes on by itself with the row that was next."""

    name = "too-hot"
    summary = "the head is too hot, at once or after N rows; mends itself when it cools"

    def strike(self, machine: Machine) -> None:
        """Overheat."""
        machine.sensors.trouble = Trouble.TOO_HOT

    def mend(self, machine: Machine) -> None:
        """Cool down."""
        if machine.sensors.trouble is Trouble.TOO_HOT:
            machine.sensors.trouble = Trouble.NONE
