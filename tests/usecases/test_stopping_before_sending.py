"""What changes between the tap and the first byte stops the sticker."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import (
    PrinterState,
)
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.key_making import new_key, retire_key, revoke_key
from kiosk.sticker.keys import KeyRole, load_ring
from kiosk.store.engine import writing
from kiosk.usecases import printing
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.stocking import load_roll, return_roll

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

REFERENCE = "REF0000001"


@pytest.mark.parametrize(
    "state", [PrinterState.PAPER_OUT, PrinterState.UNKNOWN, PrinterState.UNREACHABLE]
)
def test_a_printer_that_stopped_meanwhile_gets_nothing(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, state: PrinterState
) -> None:
    fake.state = state
    spool.do_one()
    assert kiosk_home.job() == ("cancelled", "printer-not-ready")
    assert fake.sent == []
    assert kiosk_home.fate() == "left"
    assert kiosk_home.validity() == []
    assert kiosk_home.one("SELECT state FROM printers") == state.value


@pytest.mark.parametrize(
    "change",
    [
        {"status": "refunded"},
        {"frozen": True},
        {"kiosk": "BKK-5-2", "fence": 2},
        {"delivery": None, "policy_number": "P-1"},  # harmless, but not what was drawn and signed
        {"version": 1, "policy_number": "P-1"},  # the same version with other content is a hold
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
        record(**{"version": 2} | change)
        return really_count()

    monkeypatch.setattr(fake, "cut_count", count_while_a_record_arrives)
    spool.do_one()
    assert kiosk_home.job() == ("cancelled", "no-longer-eligible")
    assert fake.sent == []
    assert kiosk_home.fate() == "left"


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
    assert kiosk_home.job() == ("cancelled", "session-ended")
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
    assert kiosk_home.job() == ("cancelled", "out-of-stock")
    assert kiosk_home.fate() == "returned"
    desk.request_print(REFERENCE, "visit")
    spool.do_one()
    assert len(fake.paper) == 1
    assert kiosk_home.fate("B1") == "issued"


def test_a_right_that_changed_hands_before_the_claim_stops_the_sticker(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    record: Callable[..., PaidRecord],
) -> None:
    record(version=2, fence=2)
    spool.do_one()
    assert kiosk_home.job() == ("cancelled", "no-longer-eligible")
    assert fake.sent == []
    assert kiosk_home.fate() == "left"


def test_a_request_that_waited_half_a_minute_is_printed(
    kiosk_home: Home, asked: str, spool: Spool, clock: SetClock
) -> None:
    clock.pass_(seconds=30)
    spool.saw()
    spool.do_one()
    assert kiosk_home.job() == ("printed", None)


def test_a_request_that_waited_too_long_is_not_printed_into_an_empty_room(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    clock.pass_(seconds=31)
    spool.saw()
    assert spool.do_one()
    assert kiosk_home.job() == ("cancelled", "waited-too-long")
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
    assert kiosk_home.job() == ("cancelled", "render-failed")
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
    told = bare_home.one("SELECT detail FROM job_evidence WHERE kind = 'not-sent'")
    assert json.loads(told) == {"reasons": [Reason.NO_STOCK]}
    assert desk.machine().reasons == (Reason.NO_STOCK,)


def _retired(ring: Path) -> None:
    retire_key(ring, "kiosk", datetime(2026, 1, 1, tzinfo=UTC))


def _revoked(ring: Path) -> None:
    revoke_key(ring, "kiosk")


def _replaced(ring: Path) -> None:
    (ring / "kiosk.toml").unlink()
    new_key(ring.parent, KeyRole.KIOSK, "another", kiosk="BKK-5-1", ring=ring)


@pytest.mark.parametrize("change", [_retired, _revoked, _replaced])
def test_a_key_that_no_sticker_counts_with_any_more_signs_none(
    kiosk_home: Home,
    asked: str,
    spool: Spool,
    fake: FakePrinter,
    change: Callable[[Path], None],
) -> None:
    change(kiosk_home.folder / "ring")
    ring = load_ring(kiosk_home.folder / "ring")
    site = replace(spool.site, ring=ring, signs_with=kiosk_home.key.kid)
    replace(spool, site=site).do_one()
    assert kiosk_home.job()[0] == "cancelled"
    assert fake.sent == []
    view = kiosk_home.desk().job(asked)
    assert view is not None
    assert view.reasons == (Reason.KEYS_MISSING,)


@pytest.mark.parametrize("change", [_retired, _revoked])
def test_the_screens_say_so_before_anybody_asks(
    kiosk_home: Home, spool: Spool, change: Callable[[Path], None]
) -> None:
    assert kiosk_home.desk().machine().reasons == ()
    change(kiosk_home.folder / "ring")
    site = replace(kiosk_home.site, ring=load_ring(kiosk_home.folder / "ring"))
    assert replace(kiosk_home.desk(), site=site).machine().reasons == (Reason.KEYS_MISSING,)


def test_out_of_service_stops_a_claimed_job(
    kiosk_home: Home, asked: str, spool: Spool, fake: FakePrinter
) -> None:
    with writing(kiosk_home.engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO service_stops (why, stopped_by, stopped_at)"
            " VALUES ('smoke', 'staff:T-1', '2026-11-21T05:00:00.000000+00:00')"
        )
    spool.do_one()
    assert kiosk_home.job() == ("cancelled", "printer-not-ready")
    assert fake.sent == []
