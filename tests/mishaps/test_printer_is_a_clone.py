from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.printing import Picture
from kiosk.printer.emulator.machine import CLONE
from kiosk.sticker.picture import draw
from kiosk.store import issues, jobs
from kiosk.store.engine import reading

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


def test_a_clone_without_left_margins_prints_whole_stickers_when_the_settings_say_so(
    at: Office,
) -> None:
    at.emulator.inject("no-margins")
    spool = at.spool(has_margins=False)
    at.tap()
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]
    assert drawn_last(at).bits in at.emulator.tray.pieces[-1].bits


def test_without_the_setting_the_dots_stand_elsewhere(at: Office) -> None:
    at.emulator.inject("no-margins")
    spool = at.spool()
    at.tap()
    spool.do_one()
    assert at.emulator.machine.wait_idle(5)
    assert drawn_last(at).bits not in at.emulator.tray.pieces[-1].bits


def drawn_last(at: Office) -> Picture:
    """Draw the newest sticker as it should have come out."""
    with reading(at.home.engine) as connection:
        [newest] = jobs.newest(connection, 1)
        issue = issues.of_job(connection, newest)
    assert issue is not None
    return draw(issue.fields, at.home.template, issue.code).picture


def test_a_clone_that_runs_out_of_paper_is_not_believed(at: Office) -> None:
    at.emulator.inject("no-process-id")
    spool = at.spool()
    job = at.tap()
    at.emulator.inject("paper-out@300")
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.paper() == []


@pytest.mark.parametrize("at_byte", [2000, 9000])
def test_what_a_broken_line_left_unsaid_is_not_taken_from_the_next_sticker(
    at: Office, at_byte: int
) -> None:
    at.emulator.machine.abilities = CLONE
    spool = at.spool()
    broken = at.tap()
    at.emulator.inject(f"disconnect@{at_byte}")
    spool.do_one()
    at.gather(spool)
    at.emulator.machine.tear_off()
    at.resolve(broken, JobState.SPOILED, ["T-1", "T-2"])

    job = at.tap(visit="next")
    spool.do_one()
    assert at.screen(job).state is JobState.PRINTED
    assert drawn_last(at).bits in at.emulator.tray.pieces[-1].bits
