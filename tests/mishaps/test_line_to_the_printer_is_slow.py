from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_a_sticker_takes_longer_and_comes(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("slow-line@1000000")
    spool.do_one()
    assert at.screen(job).state is JobState.PRINTED
    assert at.paper() == at.valid() == ["A0000001"]


def test_one_that_takes_longer_than_anybody_waits_is_a_doubt_until_people_see_it(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.printer.adapter._CUT_AND_ANSWER_S", 0.1)
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("slow-line@460800")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    at.emulator.tray.wait_for(1, 10)
    assert at.paper() == at.valid() == ["A0000001"]
    at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial=at.paper()[0])
    assert at.screen(job).state is JobState.PRINTED
