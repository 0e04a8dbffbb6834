from __future__ import annotations

import pytest

from kiosk.domain.printing import (
    Confirmed,
    Doubt,
    EvidenceKind,
    NothingSent,
    Picture,
    PrinterState,
    PrinterStatus,
)
from kiosk.printer.fakes import FakePrinter


def test_outcomes_come_as_scripted_and_then_it_prints_again(picture: Picture) -> None:
    printer = FakePrinter()
    nothing = NothingSent(PrinterStatus(PrinterState.UNREACHABLE))
    printer.script(nothing, Doubt("cover-open", 10))
    job = printer.encode(picture, 1)
    assert printer.send(job, process_id=1) == nothing
    assert printer.sent == []
    assert printer.send(job, process_id=1) == Doubt("cover-open", 10)
    assert printer.send(job, process_id=1) == Confirmed(EvidenceKind.PROCESS_ID)
    assert (len(printer.sent), printer.paper, printer.cuts) == (2, [picture], 1)


def test_a_scripted_kill_comes_after_the_first_byte(picture: Picture) -> None:
    printer = FakePrinter()
    printer.script(KeyboardInterrupt())
    announced: list[bool] = []
    with pytest.raises(KeyboardInterrupt):
        printer.send(
            printer.encode(picture, 1), process_id=1, on_first_byte=lambda: announced.append(True)
        )
    assert announced == [True]
    assert len(printer.sent) == 1
