"""What the screen shows of a renewal, and what a tap on print gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Eligible, Refused
from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.keys import KeyRing, KeyRole
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import Denied, Found, JobView

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

Record = Callable[..., PaidRecord]
REFERENCE = "REF0000001"


def test_the_screen_shows_the_newest_record_and_the_decision(record: Record, desk: Desk) -> None:
    paid = record()
    found = desk.look(REFERENCE)
    assert isinstance(found, Found)
    assert (found.record, found.decision, found.job) == (paid, Eligible(), None)
    record(version=2, status=PaymentStatus.REFUNDED)
    found = desk.look(REFERENCE)
    assert isinstance(found, Found)
    assert found.decision == Refused((Reason.REFUNDED,))
    assert desk.look("REF0000009") == Denied(Reason.NOT_FOUND)


def test_a_printed_renewal_shows_when_and_which_serial(
    record: Record, desk: Desk, spool: Spool, clock: SetClock
) -> None:
    record()
    desk.request_print(REFERENCE, "visit")
    spool.do_one()
    found = desk.look(REFERENCE)
    assert isinstance(found, Found)
    assert found.decision == Refused((Reason.ALREADY_PRINTED,))
    assert (found.serial, found.issued_at) == ("A0000001", clock.now)


def test_the_preview_is_drawn_and_an_unknown_one_is_not(record: Record, desk: Desk) -> None:
    record()
    preview = desk.preview(REFERENCE)
    assert not isinstance(preview, Denied)
    assert preview.width == 576
    assert desk.preview("REF0000009") == Denied(Reason.NOT_FOUND)


def test_a_second_tap_gets_the_job_there_is(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool, fake: FakePrinter
) -> None:
    record()
    first = desk.request_print(REFERENCE, "visit")
    again = desk.request_print(REFERENCE, "visit")
    assert isinstance(first, JobView)
    assert again == first
    spool.do_one()
    last = desk.request_print(REFERENCE, "visit")
    assert isinstance(last, JobView)
    assert (last.id, last.state) == (first.id, JobState.PRINTED)
    assert not spool.do_one()
    assert len(fake.paper) == kiosk_home.one("SELECT count(*) FROM jobs") == 1


def test_somebody_else_is_told_that_it_prints_already(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool
) -> None:
    record()
    desk.request_print(REFERENCE, "visit")
    assert desk.request_print(REFERENCE, "other") == Refused((Reason.PRINTING_NOW,))
    assert kiosk_home.events()[-1] == "print-refused"


@pytest.mark.usefixtures("spool")
def test_what_stands_against_the_renewal_is_told_before_the_machines_troubles(
    record: Record, desk: Desk, clock: SetClock
) -> None:
    record(frozen=True, problem="chassis differs")
    clock.pass_(minutes=1)
    asked = desk.request_print(REFERENCE, "visit")
    assert asked == Refused((Reason.FROZEN, Reason.PROBLEM_REPORTED))
    assert desk.request_print("REF0000009", "visit") == Refused((Reason.NOT_FOUND,))


def test_a_held_renewal_is_not_printed(record: Record, desk: Desk) -> None:
    record()
    record(policy_number="P-1")  # the same version, with other content
    assert desk.request_print(REFERENCE, "visit") == Refused((Reason.ON_HOLD,))


def test_a_day_ends_at_midnight_in_bangkok(
    record: Record, desk: Desk, spool: Spool, clock: SetClock
) -> None:
    record(tax__expires_on=date(2027, 11, 30))
    clock.now = datetime(2027, 11, 30, 17, 0, tzinfo=UTC)
    spool.saw()
    assert desk.request_print(REFERENCE, "visit") == Refused((Reason.EXPIRED,))
    clock.now -= timedelta(seconds=1)
    assert isinstance(desk.request_print(REFERENCE, "visit"), JobView)


def test_a_machine_that_cannot_print_takes_no_request(
    kiosk_home: Home, record: Record, desk: Desk, spool: Spool, fake: FakePrinter
) -> None:
    record()
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    assert desk.request_print(REFERENCE, "visit") == Refused((Reason.COVER_OPEN,))
    assert desk.machine().reasons == (Reason.COVER_OPEN,)
    assert kiosk_home.one("SELECT count(*) FROM jobs") == 0


def test_before_the_printer_was_ever_seen_nothing_is_asked_of_it(
    record: Record, desk: Desk
) -> None:
    record()
    assert desk.request_print(REFERENCE, "visit") == Refused((Reason.PRINTER_PROCESS_DOWN,))


@pytest.mark.parametrize(("days", "is_good"), [(1, True), (-1, False)])
def test_a_retired_keys_grant_counts_if_it_came_in_the_keys_time(
    kiosk_home: Home, record: Record, days: int, *, is_good: bool
) -> None:
    paid = record()
    end = kiosk_home.clock() + timedelta(days=days)
    retired = [
        replace(key, not_after=end) if key.role is KeyRole.CENTRAL else key
        for key in kiosk_home.site.ring
    ]
    kiosk_home.site = replace(kiosk_home.site, ring=KeyRing(retired))
    kiosk_home.clock.pass_(days=10)
    found = kiosk_home.desk().look(paid.reference)
    assert isinstance(found, Found)
    if is_good:
        assert isinstance(found.decision, Eligible)
    else:
        assert isinstance(found.decision, Refused)
        assert Reason.GRANT_INVALID in found.decision.reasons


def test_old_records_are_called_old_and_stop_the_kiosk(
    kiosk_home: Home, record: Record, spool: Spool
) -> None:
    record()
    kiosk_home.site = replace(
        kiosk_home.site, stale_after=timedelta(hours=24), stop_after=timedelta(hours=72)
    )
    spool.saw()
    assert not kiosk_home.desk().machine().is_stale
    kiosk_home.clock.pass_(hours=25)
    seen = kiosk_home.desk().machine()
    assert (seen.is_stale, Reason.DATA_STALE in seen.reasons) == (True, False)
    kiosk_home.clock.pass_(hours=48)
    assert Reason.DATA_STALE in kiosk_home.desk().machine().reasons
