from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_a_plug_that_was_pulled_before_the_print_costs_nothing(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.close()
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.cause) == (JobState.CANCELLED, "printer-not-ready")
    assert at.desk.machine().reasons == (Reason.PRINTER_UNREACHABLE,)
    assert at.valid() == []


def test_a_plug_that_is_pulled_after_the_last_look_frees_renewal_and_blank(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = at.spool()
    job = at.tap()
    really_send = spool.printer.send

    def send(encoded: bytes, *, process_id: int) -> object:
        assert at.job() == "sending"
        at.emulator.close()
        return really_send(encoded, process_id=process_id)

    monkeypatch.setattr(spool.printer, "send", send)
    spool.do_one()
    assert at.screen(job).state is JobState.NO_OUTPUT
    assert at.valid() == []
    assert at.home.sql("SELECT DISTINCT fate FROM blanks") == [("left",)]
    assert at.home.sql("SELECT kind FROM job_evidence") == [("not-sent",)]
