"""After the tap: waiting, leaving, taking the sticker."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store import machine
from kiosk.store.engine import writing
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

REFERENCE = "REF0000001"


def see(desk: Desk, job_id: str) -> JobView:
    seen = desk.job(job_id)
    assert seen is not None
    return seen


def test_a_request_nobody_serves_ends_after_30_seconds(
    asked: str, desk: Desk, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    clock.pass_(seconds=30)
    assert see(desk, asked).state is JobState.REQUESTED
    clock.pass_(seconds=1)
    seen = see(desk, asked)
    assert (seen.state, seen.cause) == (JobState.CANCELLED, "waited-too-long")
    assert seen.ended_at == clock()
    assert not spool.do_one()
    assert fake.paper == []


def test_after_a_cancelled_request_the_next_tap_is_a_new_wish(
    asked: str, desk: Desk, spool: Spool, fake: FakePrinter
) -> None:
    desk.cancel_waiting("visit")
    again = desk.request_print(REFERENCE, "visit")
    assert isinstance(again, JobView)
    assert again.id != asked
    spool.do_one()
    assert len(fake.paper) == 1


def test_leaving_cancels_ones_own_request_only(
    kiosk_home: Home, asked: str, desk: Desk, record: Callable[..., PaidRecord]
) -> None:
    other = desk.request_print(record(reference="REF0000002").reference, "other")
    assert isinstance(other, JobView)
    desk.cancel_waiting("other")
    assert see(desk, other.id).state is JobState.CANCELLED
    assert see(desk, asked).state is JobState.REQUESTED
    desk.cancel_waiting("visit")
    seen = see(desk, asked)
    assert (seen.state, seen.cause, seen.evidence) == (JobState.CANCELLED, "session-ended", ())
    assert kiosk_home.events()[-2:] == ["job-cancelled", "job-cancelled"]


def test_who_asked_for_nothing_leaves_without_waiting_for_a_writer(
    kiosk_home: Home, asked: str, desk: Desk
) -> None:
    begun = time.monotonic()
    with writing(kiosk_home.engine):
        desk.cancel_waiting("other")
    assert time.monotonic() - begun < 1
    assert see(desk, asked).state is JobState.REQUESTED


def test_the_visitor_is_told_why_nothing_was_sent(
    kiosk_home: Home, asked: str, desk: Desk, spool: Spool, fake: FakePrinter
) -> None:
    assert see(desk, asked).reasons == ()
    fake.state = PrinterState.PAPER_OUT
    spool.do_one()
    assert see(desk, asked).reasons == (Reason.PAPER_OUT,)
    assert kiosk_home.sql("SELECT kind, by FROM job_evidence") == [("not-sent", "system")]


def test_taking_the_sticker_is_noted_once(
    kiosk_home: Home, asked: str, desk: Desk, spool: Spool
) -> None:
    desk.taken(asked)  # not printed yet
    spool.do_one()
    desk.taken(asked)
    desk.taken(asked)
    desk.taken("no such job")
    assert kiosk_home.events().count("sticker-taken") == 1


def test_the_serial_is_told_once_the_sticker_is_out(asked: str, desk: Desk, spool: Spool) -> None:
    assert see(desk, asked).serial is None
    spool.do_one()
    assert see(desk, asked).serial == "A0000001"


def test_the_seconds_left_run_down_until_the_sticker_is_out(
    asked: str, desk: Desk, spool: Spool, clock: SetClock
) -> None:
    assert see(desk, asked).seconds_left == 4
    clock.pass_(seconds=3)
    assert see(desk, asked).seconds_left == 1
    clock.pass_(seconds=3)
    assert see(desk, asked).seconds_left == 0
    spool.do_one()
    assert see(desk, asked).seconds_left == 0


def test_the_seconds_left_count_from_the_first_byte(
    asked: str,
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []
    really_send = fake.send

    def send(encoded: bytes, *, process_id: int) -> object:
        clock.pass_(seconds=1)
        seen.append(see(desk, asked).seconds_left)
        return really_send(encoded, process_id=process_id)

    monkeypatch.setattr(fake, "send", send)
    clock.pass_(seconds=2)
    spool.do_one()
    assert seen == [3]


@pytest.mark.parametrize(("print_ms", "seconds"), [(1, 1), (6000, 6), (6001, 7)])
def test_the_seconds_left_come_from_the_last_print(
    kiosk_home: Home, asked: str, desk: Desk, print_ms: int, seconds: int
) -> None:
    with writing(kiosk_home.engine) as connection:
        machine.set_print_ms(connection, "sticker", print_ms)
    assert see(desk, asked).seconds_left == seconds


def test_a_printer_that_was_never_seen_is_taken_for_an_ordinary_one(
    kiosk_home: Home, asked: str, desk: Desk
) -> None:
    with writing(kiosk_home.engine) as connection:
        connection.exec_driver_sql("DELETE FROM printers")
    assert see(desk, asked).seconds_left == 4


def test_how_long_a_print_took_is_measured(kiosk_home: Home, asked: str, spool: Spool) -> None:
    assert kiosk_home.one("SELECT print_ms FROM printers") is None
    spool.do_one()
    assert 0 <= kiosk_home.one("SELECT print_ms FROM printers") < 10_000


def test_a_job_that_never_was_is_not_shown(desk: Desk) -> None:
    assert desk.job("no such job") is None
