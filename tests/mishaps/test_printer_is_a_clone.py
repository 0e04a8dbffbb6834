from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.job import JobState

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_without_process_ids_the_weaker_evidence_is_recorded_as_such(at: Office) -> None:
    at.emulator.inject("no-process-id")
    spool = at.spool()
    job = at.tap()
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.evidence) == (JobState.PRINTED, ("processed",))
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_clone_that_runs_out_of_paper_is_not_believed(at: Office) -> None:
    at.emulator.inject("no-process-id")
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("paper-out@300")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.paper() == []
