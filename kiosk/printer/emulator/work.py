"""How each order is carried out: what moves, what is said, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.printer.emulator import answers
from kiosk.printer.emulator.mechanism import (
    CUT_S,
    DOTS_PER_MM,
    HEAD_TO_CUTTER_MM,
    LETTER_ROWS,
)
from kiosk.printer.emulator.orders import (
    AutoStatusMask,
    Cut,
    EndLine,
    Feed,
    Initialise,
    LeftMargin,
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
# As many printers start: half a dot. A host that does not say its units feeds half as far, and
# sets half the margin.
OWN_UNITS_PER_INCH = 406
_COUNTER_CUTS = 178


@dataclass(frozen=True, slots=True)
class Cost:
    """What an order takes: paper moved at the printer's speed, and time beside it."""

    moved_mm: float = 0.0
    extra_s: float = 0.0


class Work:
    """Carries out orders on one machine, with its lock held."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._across_per_inch = self._down_per_inch = OWN_UNITS_PER_INCH

    def cost(self, order: Order) -> Cost:
        """Return what an order will take, before it is carried out."""
        match order:
            case Row():
                return Cost(1 / DOTS_PER_MM)
            case EndLine():
                return Cost(LETTER_ROWS / DOTS_PER_MM)
            case Feed(units):
                return Cost(self._dots(units) / DOTS_PER_MM)
            case Cut(to_cutter, units):
                way_mm = HEAD_TO_CUTTER_MM if to_cutter else 0
                return Cost(self._dots(units) / DOTS_PER_MM + way_mm, CUT_S)
        return Cost()

    def carry_out(self, order: Order) -> bool:
        """Do it; False when it could not be done and stays first in the buffer."""
        mechanism = self._machine.mechanism
        match order:
            case Row(bits):
                mechanism.print_row(bits)
            case Feed(units):
                mechanism.feed(self._dots(units))
            case EndLine():
                mechanism.end_line()
            case Cut(_, units):
                return self._cut(units)
            case _:
                self._tell_or_set(order)
                return True
        self._machine.ailments.moved()
        return True

    def _dots(self, units: int) -> int:
        return round(units * DOTS_PER_INCH / self._down_per_inch)

    def _cut(self, units: int) -> bool:
        if not self._machine.ailments.may_cut():
            return False
        self._machine.mechanism.feed(self._dots(units))
        self._machine.tray.drop(self._machine.mechanism.cut())
        return True

    def _tell_or_set(self, order: Order) -> None:
        machine = self._machine
        match order:
            case Initialise():
                self._across_per_inch = self._down_per_inch = OWN_UNITS_PER_INCH
                machine.mechanism.drop_line()
                machine.mechanism.set_margin(0)
                machine.set_auto_status(0)
            case MotionUnit(across, down):
                self._across_per_inch = across or OWN_UNITS_PER_INCH
                self._down_per_inch = down or OWN_UNITS_PER_INCH
            case LeftMargin(units):
                machine.mechanism.set_margin(units * DOTS_PER_INCH // self._across_per_inch)
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
