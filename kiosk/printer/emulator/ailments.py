"""What is wrong with one printer now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.printer.emulator.fault import Fault

if TYPE_CHECKING:
    from kiosk.printer.emulator.machine import Machine


class Ailments:
    """The faults that are set on a machine, in the order in which they were; one of each name."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._faults: dict[str, Fault] = {}

    @property
    def all(self) -> tuple[Fault, ...]:
        """The faults."""
        return tuple(self._faults.values())

    def begin(self, fault: Fault) -> None:
        """Set a fault; one already set by that name is mended first."""
        self.mend(fault.name)
        self._faults[fault.name] = fault
        fault.begin(self._machine)

    def mend(self, name: str) -> bool:
        """Put a fault right; False when it was not set."""
        fault = self._faults.pop(name, None)
        if fault is None:
            return False
        fault.mend(self._machine)
        return True

    def received(self, chunk: bytes) -> bytes:
        """Return what the printer gets of the bytes that arrived."""
        for fault in self.all:
            chunk = fault.on_received(self._machine, chunk)
        return chunk

    def said(self, reply: bytes) -> bytes:
        """Return what the host gets of a reply."""
        for fault in self.all:
            reply = fault.on_reply(reply)
        return reply

    def wire_s(self, count: int) -> float:
        """Return how long so many bytes take to arrive beyond the time of the network itself."""
        return sum(fault.wire_s(count) for fault in self.all)

    def moved(self) -> None:
        """Let each act after paper moved."""
        for fault in self.all:
            fault.on_move(self._machine)

    def may_cut(self) -> bool:
        """Whether the cutter is free."""
        return all(fault.may_cut(self._machine) for fault in self.all)
