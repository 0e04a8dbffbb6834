"""How each order is carried out: what moves, what is said, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.printer.emulator import answers
from kiosk.printer.emulator.mechanism import CUT_S, DOTS_PER_MM, HEAD_TO_CUTTER_MM
from kiosk.printer.emulator.orders import (
    AutoStatusMask,
    Cut,
    EndLine,
    Feed,
    Initialise,
    Letter,
    MotionUnit,
    Order,
    Row,
    TellCounter,
    TellPaper,
    TellProcessId,
)

if TYPE_CHECKING:
    from kiosk.printer.emulator.machine import Machine

DOTS_PER_INCH = 203
# As many printers start: half a dot. A host that does not say its unit feeds half as far.
OWN_UNITS_PER_INCH = 406
_COUNTER_CUTS = 178


@dataclass(frozen=True, slots=True)
class Spent:
    """What an order took: paper moved at the printer's speed, and time beside it."""

    moved_mm: float = 0.0
    extra_s: float = 0.0


_NOTHING = Spent()


class Work:
    """Carries out orders on one machine, with its lock held."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._units_per_inch = OWN_UNITS_PER_INCH

    def carry_out(self, order: Order) -> Spent | None:
        """Return what it took, or None when the order stays first in the buffer."""
        match order:
            case Row(bits):
                return self._row(bits)
            case Feed(units):
                return self._feed(units)
            case Cut():
                return self._cut(order)
            case EndLine():
                before = self._machine.mechanism.rows_out
                self._machine.mechanism.end_line()
                return Spent((self._machine.mechanism.rows_out - before) / DOTS_PER_MM)
        self._tell_or_set(order)
        return _NOTHING

    def _row(self, bits: bytes) -> Spent:
        self._machine.mechanism.print_row(bits)
        self._moved()
        return Spent(1 / DOTS_PER_MM)

    def _feed(self, units: int) -> Spent:
        dots = round(units * DOTS_PER_INCH / self._units_per_inch)
        self._machine.mechanism.feed(dots)
        self._moved()
        return Spent(dots / DOTS_PER_MM)

    def _moved(self) -> None:
        for fault in self._machine.faults:
            fault.on_move(self._machine)

    def _cut(self, order: Cut) -> Spent | None:
        if not all(fault.may_cut(self._machine) for fault in self._machine.faults):
            return None
        moved = self._feed(order.units).moved_mm
        self._machine.tray.drop(self._machine.mechanism.cut())
        return Spent(moved + (HEAD_TO_CUTTER_MM if order.to_cutter else 0), CUT_S)

    def _tell_or_set(self, order: Order) -> None:
        machine = self._machine
        match order:
            case Initialise():
                self._units_per_inch = OWN_UNITS_PER_INCH
                machine.mechanism.drop_line()
                machine.set_auto_status(0)
            case MotionUnit(per_inch):
                self._units_per_inch = per_inch or OWN_UNITS_PER_INCH
            case AutoStatusMask(mask):
                machine.set_auto_status(mask)
            case Letter(code):
                machine.mechanism.letter(code)
            case TellPaper():
                machine.reply(answers.paper_sensor(machine.sensors))
            case TellProcessId(text) if machine.abilities.process_id:
                machine.reply(answers.process_id(text))
            case TellCounter(which) if machine.abilities.counters and which == _COUNTER_CUTS:
                machine.reply(answers.counter(machine.mechanism.cuts))
            case _:
                pass
