from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_silence_is_unknown_and_unknown_is_not_ready(at: Office) -> None:
    at.emulator.inject("silent")
    at.spool()
    asked = at.desk.request_print("REF0000001", "visit")
    assert asked == Refused((Reason.PRINTER_UNKNOWN,))
    assert at.paper() == []


def test_a_printer_that_falls_silent_while_it_prints_leaves_a_doubt(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.printer.adapter._CUT_AND_ANSWER_S", 0.3)
    spool = at.spool()
    job = at.tap()
    really_write = spool.printer._device.write

    def write(raw: bytes) -> None:
        if len(raw) > 1000:
            at.emulator.inject("silent")
        really_write(raw)

    monkeypatch.setattr(spool.printer._device, "write", write)
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.paper() == at.valid() == ["A0000001"]
