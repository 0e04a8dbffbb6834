"""The cutter sticks."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine
from kiosk.printer.emulator.mechanism import Trouble


class CutterJam(Fault):
    """Stops at the next cut with the paper still hanging; once mended, the cut is made."""

    name = "cutter-jam"
    summary = "the next cut does not happen; recoverable"

    def may_cut(self, machine: Machine) -> bool:
        """Stick."""
        machine.sensors.trouble = Trouble.CUTTER
        return False

    def mend(self, machine: Machine) -> None:
        """Free the cutter."""
        if machine.sensors.trouble is Trouble.CUTTER:
            machine.sensors.trouble = Trouble.NONE
