"""A sticker's way through the printer, and each way in which it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.printing import (
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
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

REFERENCE = "REF0000001"


def test_a_sticker_comes_out_and_everything_says_so(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    assert spool.do_one()
    assert len(fake.paper) == 1
    assert kiosk_home.job() == ("printed", None)
    assert kiosk_home.fate() == "issued"
    assert kiosk_home.validity() == [("valid", None)]
    steps = ["job-requested", "job-claimed", "job-sending", "job-printed"]
    assert kiosk_home.events()[-4:] == steps
    actors = kiosk_home.sql("SELECT actor FROM audit_events ORDER BY number DESC LIMIT 4")
    assert actors == [("system",), ("system",), ("system",), ("collector",)]
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
        seen.append((kiosk_home.job()[0], kiosk_home.validity(), kiosk_home.fate()))
        return really_send(encoded, process_id=process_id)

    monkeypatch.setattr(fake, "send", send)
    spool.do_one()
    assert seen == [("sending", [("valid", None)], "issued")]


def test_nothing_sent_frees_renewal_and_blank(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, desk: Desk
) -> None:
    fake.script(NothingSent(PrinterStatus(PrinterState.COVER_OPEN)))
    spool.do_one()
    assert kiosk_home.job()[0] == "no_output"
    assert kiosk_home.fate() == "left"
    assert kiosk_home.validity() == [("void", "no-output")]
    assert kiosk_home.events()[-3:] == ["job-sending", "issue-voided", "job-no-output"]
    assert kiosk_home.sql("SELECT kind, by FROM job_evidence") == [("not-sent", "system")]
    told = kiosk_home.sql("SELECT kind FROM print_log ORDER BY number")
    assert told == [("job-sending",), ("issue-voided",), ("job-no-output",)]
    again = desk.request_print(REFERENCE, "visit")
    assert isinstance(again, JobView)
    spool.do_one()
    assert kiosk_home.validity() == [("void", "no-output"), ("valid", None)]
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
    assert kiosk_home.job() == ("in_doubt", "line lost")
    assert kiosk_home.validity() == [("valid", None)]
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
