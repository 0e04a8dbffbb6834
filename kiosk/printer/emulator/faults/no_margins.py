"""A clone that puts every picture at the left edge."""

from __future__ import annotations

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine


class NoMargins(Fault):
    """Steps over GS L, so that what is left out on the left is missing on the paper."""

    name = "no-margins"
    summary = "a clone whose pictures obey no left margin"

    def begin(self, machine: Machine) -> None:
        """Unlearn it."""
        machine.mechanism.set_margin(0)
        machine.mechanism.takes_margins = False

    def mend(self, machine: Machine) -> None:
        """Learn it again."""
        machine.mechanism.takes_margins = True
