from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


@pytest.mark.parametrize("fault", ["foreign-ids", "half-replies"])
def test_a_whole_sticker_is_a_doubt_until_people_have_seen_it(
    at: Office, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("kiosk.printer.adapter._CUT_AND_ANSWER_S", 0.3)
    spool = at.spool()
    job = at.tap()
    at.emulator.inject(fault)
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.IN_DOUBT,))
    assert at.paper() == at.valid() == ["A0000001"]

    at.emulator.mend(fault)
    at.gather(spool)
    at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial=at.paper()[0])
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.ALREADY_PRINTED,))
    assert at.paper() == ["A0000001"]
