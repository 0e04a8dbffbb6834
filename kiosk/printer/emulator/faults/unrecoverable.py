"""The printer breaks for good."""

from __future__ import annotations

from kiosk.printer.emulator.fault import RowFault
from kiosk.printer.emulator.machine import Machine
from kiosk.printer.emulator.mechanism import Trouble


class Unrecoverable(RowFault):
    """Nothing moves and no command helps."""

    name = "unrecoverable"
    summary = "an error that only a repair ends, at once or after N rows"

    def strike(self, machine: Machine) -> None:
        """Break."""
        machine.sensors.trouble = Trouble.UNRECOVERABLE

    def mend(self, machine: Machine) -> None:
        """Repair it, with the power off: the buffer is lost and the paper taken out."""
        machine.forget()
        machine.tear_off()
        machine.sensors.trouble = Trouble.NONE
