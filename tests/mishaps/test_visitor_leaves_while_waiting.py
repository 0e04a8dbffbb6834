from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.job import JobState

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_nothing_prints_into_an_empty_room(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.desk.cancel_waiting("visit")
    assert not spool.do_one()
    assert at.screen(job).cause == "session-ended"
    assert at.valid() == at.paper() == []


def test_a_request_that_waited_half_a_minute_is_over(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.home.clock.pass_(seconds=31)
    spool.saw()
    spool.do_one()
    assert at.screen(job).cause == "waited-too-long"
    assert at.paper() == []


def test_a_restart_forgets_who_was_waiting(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.run_until(lambda: at.screen(job).state is JobState.CANCELLED, spool)
    assert at.screen(job).cause == "process-started"
    assert at.paper() == []


def test_once_it_is_printing_leaving_changes_nothing(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    spool.do_one()
    at.desk.cancel_waiting("visit")
    assert at.screen(job).state is JobState.PRINTED
    assert at.paper() == at.valid() == ["A0000001"]
