"""The printer is switched offline."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine


class Offline(Fault):
    """Goes offline without another cause; what is buffered waits until it is mended."""

    name = "offline"
    summary = "offline for no other reason; the buffer waits"

    def begin(self, machine: Machine) -> None:
        """Switch it off the line."""
        machine.sensors.switched_offline = True

    def mend(self, machine: Machine) -> None:
        """Switch it back."""
        machine.sensors.switched_offline = False
