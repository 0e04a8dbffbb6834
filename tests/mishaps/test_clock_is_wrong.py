from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import Tax

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

BEHIND = Refused((Reason.CLOCK_WRONG,))


def test_after_an_empty_battery_no_tap_prints_however_often(at: Office) -> None:
    at.home.clock.pass_(days=-400)
    spool = at.spool()  # the start itself is logged, under the wrong time
    for visit in range(3):
        assert at.desk.request_print("REF0000001", f"visit {visit}") == BEHIND
    assert at.desk.machine().reasons == (Reason.CLOCK_WRONG,)
    assert at.paper() == []
    at.home.clock.pass_(days=400)
    spool.saw()
    at.tap()
    spool.do_one()
    assert at.paper() == ["A0000001"]


def test_a_clock_that_falls_back_after_the_tap_stops_the_sticker(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    at.home.clock.pass_(hours=-1)
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.cause) == (JobState.CANCELLED, "printer-not-ready")
    assert at.paper() == []


def test_a_clock_that_was_put_right_by_a_minute_bothers_nobody(at: Office) -> None:
    spool = at.spool()
    at.home.clock.pass_(minutes=-1)
    spool.saw()
    at.tap()
    spool.do_one()
    assert at.paper() == ["A0000001"]


def test_a_sticker_whose_period_ended_at_midnight_is_not_printed_after_it(at: Office) -> None:
    last_year = Tax(2568, date(2025, 11, 22), date(2026, 11, 21), 165000, 0)
    at.home.take_in(at.home.signed(version=2, tax=last_year))
    spool = at.spool()
    at.home.clock.pass_(hours=12)  # noon in Bangkok, then midnight
    at.home.clock.pass_(seconds=-1)
    spool.saw()
    job = at.tap()
    at.home.clock.pass_(seconds=1)
    spool.do_one()
    assert at.screen(job).cause == "no-longer-eligible"
    asked = at.desk.request_print("REF0000001", "next")
    assert asked == Refused((Reason.EXPIRED,))
    assert at.paper() == []
