"""The roll is nearly used up."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine


class NearEnd(Fault):
    """Trips the near-end sensor: a warning, nothing stops."""

    name = "near-end"
    summary = "the roll is nearly used up; printing goes on"

    def begin(self, machine: Machine) -> None:
        """Trip the sensor."""
        machine.sensors.near_end = True

    def mend(self, machine: Machine) -> None:
        """Release the sensor."""
        machine.sensors.near_end = False
