from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


@pytest.mark.parametrize("fault", ["power-cut@300", "power-cut-at-byte@9000"])
def test_it_is_a_doubt_and_the_printer_that_comes_back_knows_nothing_of_it(
    at: Office, fault: str
) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject(fault)
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    spool.saw()
    reasons = (Reason.PRINTER_UNREACHABLE, Reason.PRINTER_IN_DOUBT)
    assert at.desk.machine().reasons == reasons
    at.gather(spool)
    assert at.home.sql("SELECT kind FROM job_evidence") == []

    at.emulator.mend(fault.partition("@")[0])
    at.home.clock.pass_(seconds=5)
    spool.printer._device._retry_at = 0.0  # the wait for the next try is over
    spool.saw()
    assert at.desk.machine().reasons == (Reason.PRINTER_IN_DOUBT,)
    at.gather(spool)
    assert at.paper() == []
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.IN_DOUBT,))

    at.emulator.machine.tear_off()
    at.resolve(job, JobState.SPOILED, ["T-1", "T-2"])
    at.tap(visit="next")
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000002"]
