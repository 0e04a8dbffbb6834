from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.usecases.resolving import ResolveProblem

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_a_whole_sticker_without_its_confirmation_is_a_doubt(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.printer.adapter._CUT_AND_ANSWER_S", 0.3)
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("lost-acknowledgement")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.paper() == at.valid() == ["A0000001"]
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.IN_DOUBT,))

    at.emulator.mend("lost-acknowledgement")
    at.gather(spool)
    with pytest.raises(ResolveProblem, match="went from 0 to 1"):
        at.resolve(job, JobState.NO_OUTPUT, ["T-1"])
    at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial="A0000001")
    assert at.screen(job).state is JobState.PRINTED
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.ALREADY_PRINTED,))
    assert at.paper() == ["A0000001"]
