from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.usecases.resolving import ResolveProblem

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

FIRST_BYTES_OF_A_JOB = 60  # more than the status questions that come before it


@pytest.mark.parametrize("at_byte", [FIRST_BYTES_OF_A_JOB, 2000, 9000])
def test_it_is_in_doubt_and_blocks_until_people_have_looked(at: Office, at_byte: int) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject(f"disconnect@{at_byte}")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.valid() == ["A0000001"]
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.IN_DOUBT,))
    assert at.desk.machine().reasons == (Reason.PRINTER_IN_DOUBT,)
    assert at.paper() == []

    at.gather(spool)
    at.emulator.machine.tear_off()
    at.resolve(job, JobState.NO_OUTPUT, ["T-1"])
    assert at.desk.machine().reasons == ()
    at.tap(visit="next")
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_line_that_drops_after_the_last_byte_leaves_a_sticker_and_a_doubt(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = at.spool()
    job = at.tap()
    really_send = spool.printer.send

    def send(encoded: bytes, *, process_id: int) -> object:
        at.emulator.inject(f"disconnect@{len(encoded)}")
        return really_send(encoded, process_id=process_id)

    monkeypatch.setattr(spool.printer, "send", send)
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    monkeypatch.undo()
    at.gather(spool)
    came_out = at.paper()
    if came_out:
        with pytest.raises(ResolveProblem, match="went from 0 to 1"):
            at.resolve(job, JobState.NO_OUTPUT, ["T-1"])
        at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial=came_out[0])
        assert at.paper() == at.valid() == ["A0000001"]
    else:  # the status questions of `send` counted too: the sticker hangs there, uncut
        at.emulator.machine.tear_off()
        at.resolve(job, JobState.SPOILED, ["T-1", "T-2"], serial="A0000001")
        at.tap(visit="next")
        spool.do_one()
        assert at.paper() == at.valid() == ["A0000002"]
