from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.printer.emulator.machine import CLONE

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

from kiosk.usecases.resolving import ResolveProblem

CRAWL = "prints-on@100"  # mm/s: a sticker takes a second


class Killed(BaseException):
    """What a kill leaves of the process: nothing that runs on."""


def print_and_die(at: Office, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the kiosk die when it has handed the last byte over."""
    spool = at.spool()
    job = at.tap()
    at.emulator.inject(CRAWL)

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(spool.printer, "_await", die)
    with pytest.raises(Killed):
        spool.do_one()
    spool.printer.close()
    until = time.monotonic() + 10
    while at.emulator.state.rows_out == 0:
        assert time.monotonic() < until, "the printer does not print on"
        time.sleep(0.005)
    return job


def test_started_again_it_stops_the_printer_and_half_a_sticker_is_a_doubt(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = print_and_die(at, monkeypatch)
    spool = at.spool()
    at.run_until(lambda: at.screen(job).evidence == ("cleared", "counter"), spool)
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.paper() == []
    at.emulator.machine.tear_off()
    assert at.scraps() == 1
    at.resolve(job, JobState.SPOILED, ["T-1", "T-2"])
    assert at.valid() == []


def test_one_that_cannot_be_stopped_prints_to_the_end_and_counts(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = print_and_die(at, monkeypatch)
    at.emulator.machine.abilities = CLONE
    spool = at.spool()
    at.run_until(lambda: at.screen(job).evidence == ("cleared", "counter"), spool)
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.IN_DOUBT,))
    with pytest.raises(ResolveProblem, match="not acknowledged"):
        at.resolve(job, JobState.NO_OUTPUT, ["T-1"])
    at.emulator.tray.wait_for(1, 10)
    assert at.paper() == at.valid() == ["A0000001"]
    at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial="A0000001")
    assert at.screen(job).state is JobState.PRINTED
