"""The line drops."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine


class Disconnect(Fault):
    """Hangs up once, at once or after `at` bytes; what arrived before is still printed."""

    name = "disconnect"
    summary = "the line drops once, at once or after N bytes"
    unit = "byte"

    def begin(self, machine: Machine) -> None:
        """Hang up now, or start to count."""
        self._left: int | None = self.at
        if not self.at:
            self._left = None
            machine.hang_up()

    def on_received(self, machine: Machine, chunk: bytes) -> bytes:
        """Let through what came before the line dropped."""
        if self._left is None:
            return chunk
        got, self._left = chunk[: self._left], self._left - len(chunk)
        if self._left <= 0:
            self._left = None
            machine.hang_up()
        return got
