from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("paper-out", Reason.PAPER_OUT),
        ("cover-open", Reason.COVER_OPEN),
        ("offline", Reason.PRINTER_OFFLINE),
        ("unrecoverable", Reason.PRINTER_ERROR),
    ],
)
def test_the_screen_says_so_and_takes_no_request(at: Office, fault: str, reason: Reason) -> None:
    spool = at.spool()
    at.emulator.inject(fault)
    spool.saw()
    assert at.desk.machine().reasons == (reason,)
    assert at.desk.request_print("REF0000001", "visit") == Refused((reason,))
    assert at.home.sql("SELECT * FROM jobs") == at.paper() == []


def test_paper_that_ends_just_after_the_tap_costs_nothing(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("paper-out")
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.cause) == (JobState.CANCELLED, "printer-not-ready")
    assert at.valid() == at.paper() == []
    assert at.desk.machine().reasons == (Reason.PAPER_OUT,)


def test_after_the_refill_nothing_prints_by_itself_and_the_next_tap_does(at: Office) -> None:
    spool = at.spool()
    at.tap()
    at.emulator.inject("paper-out")
    spool.do_one()
    at.emulator.mend("paper-out")
    spool.saw()
    assert not spool.do_one()
    assert at.paper() == []
    at.tap()
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_roll_that_is_nearly_empty_still_prints(at: Office) -> None:
    spool = at.spool()
    at.emulator.inject("near-end")
    spool.saw()
    at.tap()
    spool.do_one()
    assert at.paper() == ["A0000001"]
