"""From status bytes to a state, worst news first.

Bits are those of the printer's manual. What was not answered is unknown, and unknown is not ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.printer.commands import (
    STATUS_ERROR,
    STATUS_OFFLINE_CAUSE,
    STATUS_PAPER,
    STATUS_PRINTER,
)
from kiosk.printer.replies import AutoStatus

BIT_2, BIT_3, BIT_5, BIT_6 = 0x04, 0x08, 0x20, 0x40
ASB_NEAR_END, ASB_END = 0x03, 0x0C
PAPER_NEAR_END, PAPER_END = BIT_2 | BIT_3, BIT_5 | BIT_6

ALL_KINDS: Final = (STATUS_PRINTER, STATUS_OFFLINE_CAUSE, STATUS_ERROR, STATUS_PAPER)


def from_answers(answers: Mapping[int, int]) -> PrinterStatus:
    """Read the answers to DLE EOT 1-4, by question. A missing answer makes the state unknown."""
    raw = bytes(answers[kind] for kind in ALL_KINDS if kind in answers)
    missing = [kind for kind in ALL_KINDS if kind not in answers]
    if missing:
        asked = ", ".join(map(str, missing))
        return PrinterStatus(PrinterState.UNKNOWN, f"no answer to DLE EOT {asked}", raw)
    return PrinterStatus(_state(*(answers[kind] for kind in ALL_KINDS)), raw=raw)


def from_auto_status(reply: AutoStatus) -> PrinterStatus:
    """Read a frame of automatic status."""
    first, errors, paper, _ = reply.frame
    offline = (BIT_3 if first & BIT_3 else 0) | (BIT_5 if first & 0x01 else 0)
    cause = BIT_2 if first & BIT_5 else 0
    sensor = PAPER_END if paper & ASB_END else PAPER_NEAR_END if paper & ASB_NEAR_END else 0
    state = _state(offline, cause, errors, sensor)
    if state in (PrinterState.READY, PrinterState.NEAR_END) and first & BIT_6:
        state = PrinterState.FEEDING
    return PrinterStatus(state, raw=reply.frame)


def _state(printer: int, cause: int, error: int, paper: int) -> PrinterState:
    """Name the worst of what the bits say; a stop without a cause is offline."""
    found = (
        (error & BIT_5, PrinterState.UNRECOVERABLE_ERROR),
        (error & BIT_3, PrinterState.CUTTER_ERROR),
        (cause & BIT_2, PrinterState.COVER_OPEN),
        (paper & PAPER_END or cause & BIT_5, PrinterState.PAPER_OUT),
        (error & (BIT_2 | BIT_6), PrinterState.RECOVERABLE_ERROR),
        (cause & BIT_6 or printer & BIT_5, PrinterState.RECOVERABLE_ERROR),
        (cause & BIT_3 or printer & BIT_6, PrinterState.FEEDING),
        (printer & BIT_3, PrinterState.OFFLINE),
        (paper & PAPER_NEAR_END, PrinterState.NEAR_END),
    )
    return next((state for bits, state in found if bits), PrinterState.READY)
