from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_a_sticker_that_comes_out_after_a_pause_is_for_people_to_judge(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("too-hot@300")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    spool.saw()
    assert at.desk.machine().reasons == (Reason.PRINTER_ERROR, Reason.PRINTER_IN_DOUBT)

    at.emulator.mend("too-hot")
    assert at.paper() == ["A0000001"]
    spool.saw()
    assert at.desk.machine().reasons == (Reason.PRINTER_IN_DOUBT,)
    assert not spool.do_one()

    at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial="A0000001")
    assert at.paper() == at.valid() == ["A0000001"]
    assert at.desk.machine().reasons == ()


def test_a_head_that_is_too_hot_takes_no_request(at: Office) -> None:
    spool = at.spool()
    at.emulator.inject("too-hot")
    spool.saw()
    assert at.desk.machine().reasons == (Reason.PRINTER_ERROR,)
    at.emulator.mend("too-hot")
    spool.saw()
    assert at.desk.machine().reasons == ()
