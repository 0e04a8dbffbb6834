from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.job import JobState

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_the_kiosk_waits_for_each_part_and_the_sticker_is_whole(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("real-speed@300")
    spool.do_one()
    assert at.screen(job).state is JobState.PRINTED
    assert at.home.one("SELECT kind FROM job_evidence") == "process-id"
    assert at.paper() == at.valid() == ["A0000001"]
    assert at.home.one("SELECT print_ms FROM printers") >= 300
