from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Eligible, Refused
from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.code import collection_code
from kiosk.sticker.keys import KeyRing, KeyRole
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import Denied, Found, JobView, NeedsId, Opened

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

Record = Callable[..., PaidRecord]
REFERENCE = "REF0000001"
OWNER_ID = "1101700230708"
OTHER_ID = "1101700230716"


# By code


def test_a_signed_code_opens_its_vehicle_at_once(
    kiosk_home: Home, record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    code = collection_code(REFERENCE, clock.now + timedelta(days=1), kiosk_home.central)
    assert desk.open_by_code(code) == Opened(REFERENCE)
    assert kiosk_home.events()[-1] == "code-accepted"


def test_an_expired_code_is_told_apart_from_a_forged_one(
    kiosk_home: Home, record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    code = collection_code(REFERENCE, clock.now, kiosk_home.central)
    forged = collection_code(REFERENCE, clock.now + timedelta(days=1), kiosk_home.key)
    clock.pass_(seconds=1)
    assert desk.open_by_code(code) == Denied(Reason.CODE_EXPIRED)
    assert desk.open_by_code(forged) == Denied(Reason.CODE_FORGED)
    assert kiosk_home.events()[-2:] == ["code-refused"] * 2


def test_a_plain_code_fills_in_the_reference_and_the_id_is_asked(
    record: Record, desk: Desk
) -> None:
    record()
    assert desk.open_by_code(REFERENCE) == NeedsId(REFERENCE)
    assert desk.open_by_code(f"https://tax.example/{REFERENCE}") == NeedsId(REFERENCE)


@pytest.mark.parametrize("text", ["", "hello", "DLT1:", "DLT1:%%%", "\x00", "ก" * 5000])
def test_what_is_no_code_is_called_unreadable(desk: Desk, text: str) -> None:
    denied = desk.open_by_code(text)
    assert isinstance(denied, Denied)
    assert denied.reason in (Reason.CODE_UNREADABLE, Reason.CODE_FORGED)


def test_a_code_of_a_renewal_that_never_came_here_says_so(
    kiosk_home: Home, desk: Desk, clock: SetClock
) -> None:
    code = collection_code("REF0000009", clock.now + timedelta(days=1), kiosk_home.central)
    assert desk.open_by_code(code) == Denied(Reason.NOT_FOUND)


def test_a_reader_that_is_switched_off_is_not_used(
    kiosk_home: Home, record: Record, clock: SetClock
) -> None:
    record()
    desk = replace(kiosk_home.desk(), site=replace(kiosk_home.site, codes=("signed",)))
    assert desk.open_by_code(REFERENCE) == Denied(Reason.CODE_UNREADABLE)


# By reference and ID


@pytest.mark.parametrize(
    ("reference", "owner_id"),
    [
        (REFERENCE, OWNER_ID),
        ("ref 000 0001", "1-1017-00230-70-8"),
        ("REF-0000001", "1 1017 00230 70 8"),
        ("REF๐๐๐๐๐๐๑", "๑๑๐๑๗๐๐๒๓๐๗๐๘"),
    ],
)
def test_reference_and_id_open_however_they_are_typed(
    record: Record, desk: Desk, reference: str, owner_id: str
) -> None:
    record()
    assert desk.open_by_reference(reference, owner_id) == Opened(REFERENCE)


@pytest.mark.parametrize(
    ("reference", "owner_id", "reason"),
    [
        ("", OWNER_ID, Reason.REFERENCE_MALFORMED),
        ("X" * 41, OWNER_ID, Reason.REFERENCE_MALFORMED),
        (REFERENCE, "", Reason.ID_MALFORMED),
        (REFERENCE, "1101700230709", Reason.ID_MALFORMED),
        ("REF0000009", OWNER_ID, Reason.NOT_FOUND),
        (REFERENCE, OTHER_ID, Reason.ID_MISMATCH),
    ],
)
def test_what_was_typed_wrong_is_named(
    record: Record, desk: Desk, reference: str, owner_id: str, reason: Reason
) -> None:
    record()
    denied = desk.open_by_reference(reference, owner_id)
    assert isinstance(denied, Denied)
    assert denied.reason is reason


def try_wrong(desk: Desk, times: int, reference: str = REFERENCE) -> None:
    for _ in range(times):
        denied = desk.open_by_reference(reference, OTHER_ID)
        assert isinstance(denied, Denied)
        assert denied.reason is not Reason.TOO_MANY_TRIES


def test_three_wrong_ids_cost_nothing_and_the_fourth_costs_30_seconds(
    kiosk_home: Home, record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    try_wrong(desk, 4)
    denied = desk.open_by_reference(REFERENCE, OWNER_ID)
    assert denied == Denied(Reason.TOO_MANY_TRIES, 30, {"seconds": "30"})
    clock.pass_(seconds=29)
    denied = desk.open_by_reference(REFERENCE, OWNER_ID)
    assert denied == Denied(Reason.TOO_MANY_TRIES, 1, {"seconds": "1"})
    clock.pass_(seconds=1)
    assert desk.open_by_reference(REFERENCE, OWNER_ID) == Opened(REFERENCE)
    assert kiosk_home.events().count("owner-mismatch") == 4


def test_each_further_wrong_id_doubles_the_wait_up_to_a_quarter_of_an_hour(
    record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    try_wrong(desk, 3)
    waits = []
    for _ in range(8):
        try_wrong(desk, 1)
        denied = desk.open_by_reference(REFERENCE, OWNER_ID)
        assert isinstance(denied, Denied)
        waits.append(denied.retry_after_s)
        clock.pass_(seconds=denied.retry_after_s or 0)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_the_right_id_forgives_the_wrong_ones(record: Record, desk: Desk) -> None:
    record()
    for _ in range(3):
        try_wrong(desk, 3)
        assert desk.open_by_reference(REFERENCE, OWNER_ID) == Opened(REFERENCE)


def test_the_wait_of_one_vehicle_is_not_another_ones(record: Record, desk: Desk) -> None:
    record()
    record(reference="REF0000002")
    try_wrong(desk, 4)
    assert desk.open_by_reference("REF0000002", OWNER_ID) == Opened("REF0000002")


def test_guessing_over_many_vehicles_makes_everybody_wait(record: Record, desk: Desk) -> None:
    references = [f"REF{number:07}" for number in range(1, 7)]
    for reference in references:
        record(reference=reference)
    for reference in references[:5]:
        try_wrong(desk, 3, reference)
    try_wrong(desk, 1, references[5])
    denied = desk.open_by_reference(references[5], OWNER_ID)
    assert denied == Denied(Reason.TOO_MANY_TRIES, 30, {"seconds": "30"})


def test_a_try_is_counted_before_it_is_judged(
    kiosk_home: Home, record: Record, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    record()

    def plug_is_pulled(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.usecases.opening.owner_digest", plug_is_pulled)
    with pytest.raises(KeyboardInterrupt):
        desk.open_by_reference(REFERENCE, OTHER_ID)
    assert kiosk_home.one("SELECT wrong FROM tries WHERE subject = ?", REFERENCE) == 1


def test_no_id_number_gets_into_the_database(kiosk_home: Home, record: Record, desk: Desk) -> None:
    record()
    desk.open_by_reference(REFERENCE, OWNER_ID)
    desk.open_by_reference(REFERENCE, OTHER_ID)
    kiosk_home.sql("PRAGMA wal_checkpoint")
    for file in kiosk_home.folder.glob("kiosk.db*"):
        content = file.read_bytes()
        assert OWNER_ID.encode() not in content
        assert OTHER_ID.encode() not in content


# Looking and asking


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


# Waiting, leaving, taking


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
