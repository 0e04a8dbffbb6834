"""The roll ends."""

from __future__ import annotations

from kiosk.printer.emulator.fault import RowFault
from kiosk.printer.emulator.machine import Machine


class PaperOut(RowFault):
    """No paper under the head. Mending tears off what hangs out and loads a new roll."""

    name = "paper-out"
    summary = "the roll ends, at once or after N rows"

    def strike(self, machine: Machine) -> None:
        """Run out."""
        machine.sensors.paper_end = True

    def mend(self, machine: Machine) -> None:
        """Load a new roll; the printer goes on with the row that was next."""
        machine.tear_off()
        machine.sensors.paper_end = machine.sensors.near_end = False
