"""The power goes out while bytes arrive."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine


class PowerCutAtByte(Fault):
    """Dark after `at` bytes: what was received and not yet printed is lost."""

    name = "power-cut-at-byte"
    summary = "the power goes out, at once or after N bytes; comes back empty"
    unit = "byte"

    def begin(self, machine: Machine) -> None:
        """Go dark now, or start to count."""
        self._left: int | None = self.at
        if not self.at:
            self._strike(machine)

    def on_received(self, machine: Machine, chunk: bytes) -> bytes:
        """Count, and go dark when it is time."""
        if self._left is not None:
            self._left -= len(chunk)
            if self._left <= 0:
                self._strike(machine)
        return chunk

    def _strike(self, machine: Machine) -> None:
        self._left = None
        machine.lose_power()

    def mend(self, machine: Machine) -> None:
        """Bring the power back."""
        machine.regain_power()
