"""A clone that knows less."""

from __future__ import annotations

from dataclasses import replace

from kiosk.printer.emulator.fault import Fault
from kiosk.printer.emulator.machine import Machine


class NoProcessId(Fault):
    """Steps over GS ( H without an answer, as printers do that never learnt it."""

    name = "no-process-id"
    summary = "a clone without GS ( H"

    def begin(self, machine: Machine) -> None:
        """Unlearn it."""
        self._before = machine.abilities
        machine.abilities = replace(machine.abilities, process_id=False)

    def mend(self, machine: Machine) -> None:
        """Learn it again."""
        machine.abilities = self._before
