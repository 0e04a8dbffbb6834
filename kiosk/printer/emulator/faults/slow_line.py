"""A serial line, or a bad cable."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault

_BITS_A_BYTE = 10  # start, eight, stop
_USUAL_BAUD = 9600


class SlowLine(Fault):
    """Bytes arrive at `at` baud, 9600 without a number; replies are as fast as ever."""

    name = "slow-line"
    summary = "bytes arrive at N baud (9600)"
    unit = "baud"

    def wire_s(self, count: int) -> float:
        """Return the time of so many bytes at this speed."""
        return count * _BITS_A_BYTE / (self.at or _USUAL_BAUD)
