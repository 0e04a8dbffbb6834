from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.printing import (
    Capabilities,
    Confirmed,
    Doubt,
    EvidenceKind,
    NothingSent,
    PrinterState,
    PrinterStatus,
)
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.code import StickerClaims, read_sticker_code
from kiosk.store.engine import writing
from kiosk.store.errors import DiskFull, StoreError
from kiosk.usecases import printing, recording
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.stocking import load_roll, return_roll
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

REFERENCE = "REF0000001"


@pytest.fixture
def asked(record: Callable[..., PaidRecord], desk: Desk, spool: Spool) -> str:
    """The id of a job that a visitor asked for, with the spool not yet at work."""
    record()
    view = desk.request_print(REFERENCE, "visit")
    assert isinstance(view, JobView), view
    return view.id


def job(home: Home) -> tuple[str, str | None]:
    [(state, cause)] = home.sql("SELECT state, cause FROM jobs")
    return state, cause


def fate(home: Home, serial: str = "A0000001") -> str:
    return str(home.one("SELECT fate FROM blanks WHERE serial = ?", serial))


def validity(home: Home) -> list[tuple[str, str | None]]:
    return home.sql("SELECT validity, void_reason FROM issues ORDER BY id")  # type: ignore[return-value]


def test_a_sticker_comes_out_and_everything_says_so(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    assert spool.do_one()
    assert len(fake.paper) == 1
    assert job(kiosk_home) == ("printed", None)
    assert fate(kiosk_home) == "issued"
    assert validity(kiosk_home) == [("valid", None)]
    steps = ["job-requested", "job-claimed", "job-sending", "job-printed"]
    assert kiosk_home.events()[-4:] == steps
    outbox = kiosk_home.sql("SELECT kind, key FROM print_log ORDER BY number")
    assert outbox == [("job-sending", f"{asked}:sending"), ("job-printed", f"{asked}:printed")]
    assert not spool.do_one()


def test_the_qr_on_record_is_verifiable_and_says_what_was_issued(
    kiosk_home: Home, asked: str, spool: Spool, clock: SetClock
) -> None:
    spool.do_one()
    claims = read_sticker_code(kiosk_home.one("SELECT code FROM issues"), kiosk_home.site.ring)
    assert isinstance(claims, StickerClaims), claims
    assert (claims.serial, claims.attempt) == ("A0000001", 1)


def test_the_issue_is_durable_before_the_first_byte_leaves(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    really_send = fake.send

    def send(encoded: bytes, *, process_id: int) -> object:
        seen.append((job(kiosk_home)[0], validity(kiosk_home), fate(kiosk_home)))
        return really_send(encoded, process_id=process_id)

    monkeypatch.setattr(fake, "send", send)
    spool.do_one()
    assert seen == [("sending", [("valid", None)], "issued")]


def test_nothing_sent_frees_renewal_and_blank(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, desk: Desk
) -> None:
    fake.script(NothingSent(PrinterStatus(PrinterState.COVER_OPEN)))
    spool.do_one()
    assert job(kiosk_home)[0] == "no_output"
    assert fate(kiosk_home) == "left"
    assert validity(kiosk_home) == [("void", "no-output")]
    again = desk.request_print(REFERENCE, "visit")
    assert isinstance(again, JobView)
    spool.do_one()
    assert validity(kiosk_home) == [("void", "no-output"), ("valid", None)]
    assert kiosk_home.sql("SELECT serial, attempt FROM issues") == [
        ("A0000001", 1),
        ("A0000001", 2),
    ]
    assert len(fake.paper) == 1


def test_a_doubt_blocks_the_renewal_and_the_printer(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    desk: Desk,
    record: Callable[..., PaidRecord],
) -> None:
    fake.script(Doubt("line lost", 100))
    spool.do_one()
    assert job(kiosk_home) == ("in_doubt", "line lost")
    assert validity(kiosk_home) == [("valid", None)]
    view = desk.job(asked)
    assert view is not None
    assert (view.state, view.serial) == (JobState.IN_DOUBT, None)  # the serial is on the paper only
    assert desk.request_print(REFERENCE, "other") == Refused((Reason.IN_DOUBT,))
    record(reference="REF0000002")
    assert desk.request_print("REF0000002", "other") == Refused((Reason.PRINTER_IN_DOUBT,))


def test_weaker_evidence_is_recorded_as_what_it_is(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter
) -> None:
    fake.script(Confirmed(EvidenceKind.PROCESSED, "clean"))
    spool.do_one()
    assert kiosk_home.sql("SELECT kind, by FROM job_evidence") == [("processed", "system")]
    payload = json.loads(
        kiosk_home.one("SELECT payload FROM audit_events WHERE event = 'job-printed'")
    )
    assert payload["evidence"] == "processed"


# Before anything is sent


@pytest.mark.parametrize(
    "state", [PrinterState.PAPER_OUT, PrinterState.UNKNOWN, PrinterState.UNREACHABLE]
)
def test_a_printer_that_stopped_meanwhile_gets_nothing(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, state: PrinterState
) -> None:
    fake.state = state
    spool.do_one()
    assert job(kiosk_home) == ("cancelled", "printer-not-ready")
    assert fake.sent == []
    assert fate(kiosk_home) == "left"
    assert validity(kiosk_home) == []
    assert kiosk_home.one("SELECT state FROM printers") == state.value


@pytest.mark.parametrize(
    "change",
    [
        {"status": "refunded"},
        {"frozen": True},
        {"kiosk": "BKK-5-2", "fence": 2},
        {"delivery": None, "policy_number": "P-1"},  # harmless, but not what was drawn and signed
    ],
)
def test_a_newer_record_between_drawing_and_sending_stops_the_sticker(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    record: Callable[..., PaidRecord],
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, object],
) -> None:
    really_count = fake.cut_count

    def count_while_a_record_arrives() -> int | None:
        record(version=2, **change)
        return really_count()

    monkeypatch.setattr(fake, "cut_count", count_while_a_record_arrives)
    spool.do_one()
    assert job(kiosk_home) == ("cancelled", "no-longer-eligible")
    assert fake.sent == []
    assert fate(kiosk_home) == "left"


def test_a_visitor_who_leaves_while_it_is_drawn_stops_the_sticker(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fake, "cut_count", lambda: desk.cancel_waiting("visit"))
    spool.do_one()
    assert job(kiosk_home) == ("cancelled", "session-ended")
    assert fake.sent == []


def test_a_roll_that_is_taken_out_meanwhile_stops_the_sticker_and_not_the_spool(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def change_the_roll() -> None:
        return_roll(kiosk_home.engine, kiosk_home.clock)
        load_roll(kiosk_home.engine, kiosk_home.clock, first="B1", last="B9", mode="plain")

    with monkeypatch.context() as patched:
        patched.setattr(fake, "cut_count", change_the_roll)
        spool.do_one()
    assert job(kiosk_home) == ("cancelled", "out-of-stock")
    assert fate(kiosk_home) == "returned"
    desk.request_print(REFERENCE, "visit")
    spool.do_one()
    assert len(fake.paper) == 1
    assert fate(kiosk_home, "B1") == "issued"


def test_a_request_that_waited_too_long_is_not_printed_into_an_empty_room(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    clock.pass_(seconds=31)
    spool.saw()
    assert spool.do_one()
    assert job(kiosk_home) == ("cancelled", "waited-too-long")
    assert fake.sent == []


def test_a_sticker_that_cannot_be_drawn_harms_nobody_else(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    desk: Desk,
    record: Callable[..., PaidRecord],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a mark that no font has")

    with monkeypatch.context() as patched:
        patched.setattr(printing, "draw", fail)
        spool.do_one()
    assert job(kiosk_home) == ("cancelled", "render-failed")
    record(reference="REF0000002")
    desk.request_print("REF0000002", "other")
    spool.do_one()
    assert len(fake.paper) == 1


def test_the_last_blank_is_used_and_then_no_more(
    bare_home: Home, fake: FakePrinter, clock: SetClock
) -> None:
    load_roll(bare_home.engine, clock, first="A1", last="A1", mode="plain")
    bare_home.take_in(bare_home.signed(), bare_home.signed(reference="REF0000002"))
    spool, desk = bare_home.spool(fake), bare_home.desk()
    desk.request_print(REFERENCE, "one")
    desk.request_print("REF0000002", "two")
    spool.do_one()
    spool.do_one()
    states = bare_home.sql("SELECT state, cause FROM jobs ORDER BY number")
    assert states == [("printed", None), ("cancelled", "out-of-stock")]
    assert desk.machine().reasons == (Reason.NO_STOCK,)


# The database refuses


def test_an_outcome_is_written_once_the_disk_has_room_again(
    kiosk_home: Home, asked: str, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "RECORD_PAUSES_S", (0, 0, 0))
    refusals = iter([DiskFull("full"), DiskFull("full")])
    really_call = recording.call_printed

    def call_printed(*args: object, **more: object) -> None:
        for refusal in refusals:
            raise refusal
        really_call(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(recording, "call_printed", call_printed)
    spool.do_one()
    assert job(kiosk_home)[0] == "printed"
    assert kiosk_home.one("SELECT count(*) FROM job_evidence") == 1


def test_an_outcome_that_cannot_be_written_becomes_a_doubt(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording, "RECORD_PAUSES_S", (0, 0))

    def refuse(*_: object, **__: object) -> None:
        raise DiskFull("full")

    with monkeypatch.context() as patched:
        patched.setattr(recording, "call_printed", refuse)
        with pytest.raises(StoreError, match="free disk space"):
            spool.do_one()
    assert job(kiosk_home)[0] == "sending"
    assert not spool.do_one()
    assert job(kiosk_home) == ("in_doubt", "the outcome could not be written down")
    assert len(fake.sent) == 1


def test_a_claim_that_could_be_neither_sent_nor_cancelled_is_cancelled_later(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DiskFull("full")

    with monkeypatch.context() as patched:
        patched.setattr(printing, "record_step", refuse)
        with pytest.raises(StoreError):
            spool.do_one()
    assert job(kiosk_home)[0] == "claimed"
    assert fate(kiosk_home) == "left"
    spool.do_one()
    assert job(kiosk_home) == ("cancelled", "printer-not-ready")
    assert isinstance(desk.request_print(REFERENCE, "visit"), JobView)
    assert fake.sent == []


def test_the_database_itself_refuses_a_sending_that_the_code_would_let_pass(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    record: Callable[..., PaidRecord],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Spool, "_objection", lambda *_: None)
    record(version=2, status="refunded")
    with pytest.raises(Exception, match="not paid"):
        spool.do_one()
    assert fake.sent == []
    assert validity(kiosk_home) == []


# Seeing the printer


def test_a_change_of_the_printer_is_logged_and_a_poll_is_not(
    kiosk_home: Home, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    for state in (PrinterState.READY, PrinterState.PAPER_OUT, PrinterState.PAPER_OUT):
        clock.pass_(seconds=1)
        fake.state = state
        spool.saw()
    assert kiosk_home.events().count("printer-changed") == 2
    [row] = kiosk_home.sql("SELECT state, changed_at, checked_at FROM printers")
    assert row[0] == "paper-out"
    assert row[1] < row[2]


def test_a_printer_is_probed_once_and_only_when_it_is_there(
    kiosk_home: Home, fake: FakePrinter
) -> None:
    fake.state = PrinterState.UNREACHABLE
    spool = kiosk_home.spool(fake)
    assert kiosk_home.one("SELECT capabilities FROM printers") is None
    fake.state = PrinterState.READY
    for _ in range(2):
        spool.saw()
        spool.probe()
    assert kiosk_home.events().count("printer-probed") == 1
    found = json.loads(kiosk_home.one("SELECT capabilities FROM printers"))
    assert found == {"process_id": True, "counters": True, "clear_buffer": True}


def test_a_silent_printer_leaves_what_is_known_of_it(kiosk_home: Home, fake: FakePrinter) -> None:
    kiosk_home.spool(fake)
    before = kiosk_home.one("SELECT capabilities FROM printers")
    fake.can = None
    kiosk_home.spool(fake)
    assert kiosk_home.one("SELECT capabilities FROM printers") == before
    assert kiosk_home.events().count("printer-probed") == 1
    fake.can = Capabilities(process_id=False, counters=False, clear_buffer=True)
    kiosk_home.spool(fake)
    assert kiosk_home.one("SELECT capabilities FROM printers") != before
    assert kiosk_home.events().count("printer-probed") == 2


def test_out_of_service_stops_a_claimed_job(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter
) -> None:
    with writing(kiosk_home.engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO service_stops (why, stopped_by, stopped_at)"
            " VALUES ('smoke', 'staff:T-1', '2026-11-21T05:00:00.000000+00:00')"
        )
    spool.do_one()
    assert job(kiosk_home) == ("cancelled", "printer-not-ready")
    assert fake.sent == []
