"""A visitor's slip is printed once, on plain paper, and only while its visitor is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import Doubt, PrinterState
from kiosk.domain.reasons import Reason
from kiosk.domain.service import ServiceKind
from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.receipt import Row
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.recovery import cancel_all_waiting
from kiosk.usecases.servicing import ServiceProblem
from kiosk.usecases.views import Denied, SlipView

if TYPE_CHECKING:
    from tests.conftest import Home

ROWS = [Row("สถานะ", is_title=True), Row("EMS 😀", "EX1", wraps=True)]
PRINTED = SlipView(is_open=False, is_printed=True, may_ask_again=False)
WITHDRAWN = SlipView(is_open=False, is_printed=False, may_ask_again=True)
NOT_KNOWN = SlipView(is_open=False, is_printed=False, may_ask_again=False)


@pytest.fixture
def paper() -> FakePrinter:
    return FakePrinter("receipt")


@pytest.fixture
def attendant(kiosk_home: Home, paper: FakePrinter) -> Attendant:
    made = kiosk_home.attendant(paper, has_stock=False)
    made.look()
    return made


@pytest.fixture
def desk(kiosk_home: Home, attendant: Attendant) -> Desk:
    """The screens of a kiosk whose receipt printer was seen ready."""
    assert attendant.printer.name == "receipt"
    return replace(kiosk_home.desk(), receipt="receipt")


@pytest.fixture
def asked(desk: Desk) -> Callable[..., int]:
    def do(reference: str = "R1", visit: str = "visit") -> int:
        number = desk.request_slip(reference, visit, ROWS)
        assert isinstance(number, int)
        return number

    return do


Asked = Callable[..., int]


def test_slip_comes_out_and_nothing_of_it_is_kept(
    kiosk_home: Home, desk: Desk, asked: Asked, attendant: Attendant, paper: FakePrinter
) -> None:
    number = asked()
    assert desk.slip(number) == SlipView(is_open=True, is_printed=False, may_ask_again=False)
    assert "EX1" in kiosk_home.one("SELECT slip FROM service_requests")
    attendant.do_one()
    assert desk.slip(number) == PRINTED
    assert len(paper.paper) == 1
    assert kiosk_home.one("SELECT slip FROM service_requests") is None
    assert kiosk_home.events()[-2:] == ["status-asked", "service-ended"]


def test_asking_twice_prints_once(asked: Asked, attendant: Attendant, paper: FakePrinter) -> None:
    first = asked()
    assert asked() == first
    attendant.do_one()
    assert asked() == first
    assert not attendant.do_one()
    assert len(paper.paper) == 1


def test_another_renewal_or_visit_has_a_slip_of_its_own(
    asked: Asked, attendant: Attendant, paper: FakePrinter
) -> None:
    for reference, visit in (("R1", "one"), ("R2", "one"), ("R1", "two")):
        asked(reference, visit)
        attendant.do_one()
    assert len(paper.paper) == 3


def test_slip_goes_when_its_visitor_goes(
    kiosk_home: Home, desk: Desk, asked: Asked, attendant: Attendant, paper: FakePrinter
) -> None:
    number = asked()
    desk.cancel_waiting("another")
    slip = desk.slip(number)
    assert slip is not None
    assert slip.is_open
    desk.cancel_waiting("visit")
    assert desk.slip(number) == WITHDRAWN
    assert kiosk_home.one("SELECT outcome FROM service_requests") == "cancelled"
    assert not attendant.do_one()
    assert paper.paper == []


def test_visitor_who_leaves_while_the_slip_is_drawn_leaves_no_paper(
    desk: Desk,
    asked: Asked,
    attendant: Attendant,
    paper: FakePrinter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = asked()
    encode = paper.encode

    def leave(*words: object) -> bytes:
        desk.cancel_waiting("visit")
        return encode(*words)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(paper, "encode", leave)
    assert attendant.do_one()
    assert desk.slip(number) == WITHDRAWN
    assert paper.paper == []


def test_slip_goes_when_a_process_starts(kiosk_home: Home, desk: Desk, asked: Asked) -> None:
    number = asked()
    cancel_all_waiting(kiosk_home.engine, kiosk_home.clock)
    assert desk.slip(number) == WITHDRAWN


@pytest.mark.parametrize("is_printer_alive", [True, False])
def test_slip_that_nobody_printed_in_half_a_minute_is_cancelled(
    kiosk_home: Home,
    desk: Desk,
    asked: Asked,
    attendant: Attendant,
    paper: FakePrinter,
    *,
    is_printer_alive: bool,
) -> None:
    number = asked()
    kiosk_home.clock.pass_(seconds=31)
    if is_printer_alive:
        attendant.do_one()
    assert desk.slip(number) == WITHDRAWN
    attendant.look()
    asked()
    attendant.do_one()
    assert len(paper.paper) == 1


def test_slip_that_may_have_come_out_is_not_printed_again(
    desk: Desk, asked: Asked, attendant: Attendant, paper: FakePrinter
) -> None:
    paper.script(Doubt("line lost", 100))
    number = asked()
    attendant.do_one()
    assert desk.slip(number) == NOT_KNOWN
    assert asked() == number


def test_printer_that_is_not_ready_takes_no_slip(
    kiosk_home: Home, desk: Desk, attendant: Attendant, paper: FakePrinter
) -> None:
    assert desk.machine().prints_slips
    paper.state = PrinterState.PAPER_OUT
    attendant.look()
    assert not desk.machine().prints_slips
    assert desk.request_slip("R1", "visit", ROWS) == Denied(Reason.SLIP_NOT_PRINTED)
    assert kiosk_home.sql("SELECT * FROM service_requests") == []


def test_printer_that_was_not_heard_of_takes_no_slip(kiosk_home: Home, desk: Desk) -> None:
    kiosk_home.clock.pass_(seconds=11)
    assert not desk.machine().prints_slips
    assert desk.request_slip("R1", "visit", ROWS) == Denied(Reason.SLIP_NOT_PRINTED)


def test_kiosk_without_a_receipt_printer_offers_no_slip(kiosk_home: Home) -> None:
    desk = kiosk_home.desk()
    assert not desk.machine().prints_slips
    assert desk.request_slip("R1", "visit", ROWS) == Denied(Reason.SLIP_NOT_PRINTED)


def test_visitor_and_staff_do_not_ask_at_once(
    kiosk_home: Home, desk: Desk, asked: Asked, attendant: Attendant, technician: str
) -> None:
    asked()
    with pytest.raises(ServiceProblem, match="still has something to do"):
        kiosk_home.ask(ServiceKind.REPORT, printer="receipt", by=technician)
    attendant.do_one()
    kiosk_home.ask(ServiceKind.REPORT, printer="receipt", by=technician)
    assert desk.request_slip("R2", "visit", ROWS) == Denied(Reason.PRINTER_BUSY)
