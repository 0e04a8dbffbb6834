from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

MIDDLE = 300  # rows


@pytest.mark.parametrize("fault", ["paper-out", "cover-open", "unrecoverable"])
def test_half_a_sticker_is_a_doubt_and_its_rest_never_comes(at: Office, fault: str) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject(f"{fault}@{MIDDLE}")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    spool.saw()
    assert Reason.PRINTER_IN_DOUBT in at.desk.machine().reasons

    at.gather(spool)  # clears the buffer, so that the refill brings no second half
    at.emulator.machine.tear_off()
    at.emulator.mend(fault)
    at.home.clock.pass_(seconds=1)
    spool.saw()
    at.home.clock.pass_(seconds=1)
    at.gather(spool)
    assert at.paper() == []
    assert at.desk.machine().reasons == (Reason.PRINTER_IN_DOUBT,)

    at.resolve(job, JobState.SPOILED, ["T-1", "T-2"], serial="A0000001")
    at.tap(visit="next")
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000002"]
    fates = at.home.sql("SELECT fate FROM blanks ORDER BY position LIMIT 3")
    assert fates == [("spoiled",), ("issued",), ("left",)]


def test_a_jammed_cutter_leaves_a_doubt_though_the_picture_is_whole(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("cutter-jam")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.valid() == ["A0000001"]
