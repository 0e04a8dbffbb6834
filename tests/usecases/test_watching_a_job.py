"""After the tap: waiting, leaving, taking the sticker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.job import JobState
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

Record = Callable[..., PaidRecord]
REFERENCE = "REF0000001"


def test_a_request_nobody_serves_ends_after_30_seconds(
    record: Record, desk: Desk, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    record()
    asked = desk.request_print(REFERENCE, "visit")
    assert isinstance(asked, JobView)
    clock.pass_(seconds=30)
    seen = desk.job(asked.id)
    assert seen is not None
    assert seen.state is JobState.REQUESTED
    clock.pass_(seconds=1)
    seen = desk.job(asked.id)
    assert seen is not None
    assert (seen.state, seen.cause) == (JobState.CANCELLED, "waited-too-long")
    assert not spool.do_one()
    assert fake.paper == []


def test_after_a_cancelled_request_the_next_tap_is_a_new_wish(
    record: Record, desk: Desk, spool: Spool, fake: FakePrinter
) -> None:
    record()
    first = desk.request_print(REFERENCE, "visit")
    desk.cancel_waiting("visit")
    second = desk.request_print(REFERENCE, "visit")
    assert isinstance(first, JobView)
    assert isinstance(second, JobView)
    assert second.id != first.id
    spool.do_one()
    assert len(fake.paper) == 1


def test_leaving_cancels_ones_own_request_only(record: Record, desk: Desk, spool: Spool) -> None:
    record()
    asked = desk.request_print(REFERENCE, "visit")
    assert isinstance(asked, JobView)
    desk.cancel_waiting("other")
    seen = desk.job(asked.id)
    assert seen is not None
    assert seen.state is JobState.REQUESTED
    desk.cancel_waiting("visit")
    seen = desk.job(asked.id)
    assert seen is not None
    assert (seen.state, seen.cause) == (JobState.CANCELLED, "session-ended")


def test_taking_the_sticker_is_noted_once(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool
) -> None:
    record()
    asked = desk.request_print(REFERENCE, "visit")
    assert isinstance(asked, JobView)
    desk.taken(asked.id)  # not printed yet
    spool.do_one()
    desk.taken(asked.id)
    desk.taken(asked.id)
    desk.taken("no such job")
    assert kiosk_home.events().count("sticker-taken") == 1


def test_the_seconds_left_come_from_the_last_print_and_run_down(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool, clock: SetClock
) -> None:
    record()
    asked = desk.request_print(REFERENCE, "visit")
    assert isinstance(asked, JobView)
    assert asked.seconds_left == 4
    clock.pass_(seconds=3)
    seen = desk.job(asked.id)
    assert seen is not None
    assert seen.seconds_left == 1
    spool.do_one()
    seen = desk.job(asked.id)
    assert seen is not None
    assert seen.seconds_left == 0
    assert kiosk_home.one("SELECT print_ms FROM printers") is not None
    assert desk.job("no such job") is None
