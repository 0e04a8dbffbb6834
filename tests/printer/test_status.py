from __future__ import annotations

import pytest

from kiosk.domain.printing import PrinterState
from kiosk.printer.replies import AutoStatus
from kiosk.printer.status import from_answers, from_auto_status

CLEAN = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_one_missing_answer_makes_the_printer_unknown_and_not_ready(missing: int) -> None:
    status = from_answers({kind: byte for kind, byte in CLEAN.items() if kind != missing})
    assert status.state is PrinterState.UNKNOWN
    assert not status.is_ready
    assert str(missing) in status.detail


def test_silence_is_unknown() -> None:
    assert from_answers({}).state is PrinterState.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, PrinterState.READY),
        ({4: 0x1E}, PrinterState.NEAR_END),
        ({1: 0x1A}, PrinterState.OFFLINE),
        ({1: 0x32}, PrinterState.RECOVERABLE_ERROR),
        ({1: 0x52}, PrinterState.FEEDING),
        ({2: 0x16}, PrinterState.COVER_OPEN),
        ({2: 0x1A}, PrinterState.FEEDING),
        ({2: 0x32}, PrinterState.PAPER_OUT),
        ({2: 0x52}, PrinterState.RECOVERABLE_ERROR),
        ({3: 0x16}, PrinterState.RECOVERABLE_ERROR),
        ({3: 0x1A}, PrinterState.CUTTER_ERROR),
        ({3: 0x32}, PrinterState.UNRECOVERABLE_ERROR),
        ({3: 0x52}, PrinterState.RECOVERABLE_ERROR),
        ({4: 0x72}, PrinterState.PAPER_OUT),
        ({1: 0x1A, 2: 0x16, 4: 0x72}, PrinterState.COVER_OPEN),
        ({1: 0x1A, 3: 0x3A, 4: 0x72}, PrinterState.UNRECOVERABLE_ERROR),
    ],
)
def test_the_worst_news_names_the_state(changes: dict[int, int], state: PrinterState) -> None:
    status = from_answers(CLEAN | changes)
    assert status.state is state
    assert status.is_ready == (state in (PrinterState.READY, PrinterState.NEAR_END))


@pytest.mark.parametrize(
    ("frame", "state"),
    [
        (b"\x10\x00\x00\x00", PrinterState.READY),
        (b"\x10\x00\x03\x00", PrinterState.NEAR_END),
        (b"\x18\x00\x00\x00", PrinterState.OFFLINE),
        (b"\x38\x00\x00\x00", PrinterState.COVER_OPEN),
        (b"\x50\x00\x00\x00", PrinterState.FEEDING),
        (b"\x18\x04\x00\x00", PrinterState.RECOVERABLE_ERROR),
        (b"\x18\x08\x00\x00", PrinterState.CUTTER_ERROR),
        (b"\x18\x20\x00\x00", PrinterState.UNRECOVERABLE_ERROR),
        (b"\x18\x40\x00\x00", PrinterState.RECOVERABLE_ERROR),
        (b"\x18\x00\x0f\x00", PrinterState.PAPER_OUT),
    ],
)
def test_automatic_status_says_the_same(frame: bytes, state: PrinterState) -> None:
    assert from_auto_status(AutoStatus(frame)).state is state
