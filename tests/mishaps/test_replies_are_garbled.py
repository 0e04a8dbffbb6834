from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason

if TYPE_CHECKING:
    from kiosk.usecases.printing import Spool
    from tests.mishaps.conftest import Office

by_noise_or_twice = pytest.mark.parametrize("fault", ["garbage-replies", "duplicate-replies"])


@by_noise_or_twice
def test_what_cannot_be_told_is_unknown_and_nothing_starts(at: Office, fault: str) -> None:
    spool = at.spool()
    at.emulator.inject(fault)
    spool.saw()
    assert at.desk.machine().reasons == (Reason.PRINTER_UNKNOWN,)
    assert at.desk.request_print("REF0000001", "visit") == Refused((Reason.PRINTER_UNKNOWN,))
    assert at.home.sql("SELECT * FROM jobs") == at.paper() == []


@by_noise_or_twice
def test_just_after_the_tap_it_costs_nothing(at: Office, fault: str) -> None:
    spool = at.spool()
    job = at.tap()
    at.emulator.inject(fault)
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.cause) == (JobState.CANCELLED, "printer-not-ready")
    at.emulator.mend(fault)
    spool.saw()
    at.tap(visit="next")
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]


@by_noise_or_twice
def test_on_the_confirmation_it_never_makes_a_second_sticker(at: Office, fault: str) -> None:
    spool = at.spool()
    job = at.tap()
    during_the_print(at, spool, fault)
    assert at.screen(job).state in (JobState.PRINTED, JobState.IN_DOUBT)
    assert at.paper() == at.valid() == ["A0000001"]
    refused = at.desk.request_print("REF0000001", "next")
    assert refused in (Refused((Reason.ALREADY_PRINTED,)), Refused((Reason.IN_DOUBT,)))


def during_the_print(at: Office, spool: Spool, fault: str) -> None:
    """Print, with a fault from the first dots on."""
    really_write = spool.printer._device.write

    def write(raw: bytes) -> None:
        if len(raw) > 1000:
            at.emulator.inject(fault)
        really_write(raw)

    spool.printer._device.write = write
    spool.do_one()
