"""A test print uses one blank, which is accounted for however the print ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import Doubt, NothingSent, PrinterState, PrinterStatus
from kiosk.domain.service import ServiceKind, ServiceOutcome, Verdict
from kiosk.printer.fakes import FakePrinter
from kiosk.store import service
from kiosk.store.errors import DiskFull
from kiosk.store.service import ServiceRequest
from kiosk.usecases.attending import Attendant
from kiosk.usecases.servicing import ServiceProblem, judge_test
from kiosk.usecases.stocking import load_roll, read_in, reconcile, return_roll

if TYPE_CHECKING:
    from tests.conftest import Home

BY = "staff:T-101"

pytestmark = pytest.mark.usefixtures("technician")

DOUBT = Doubt("line lost", 100)

Served = Callable[[ServiceKind], ServiceRequest]


def test_test_print_comes_out_and_its_blank_is_spoiled(
    kiosk_home: Home, fake: FakePrinter, served: Served
) -> None:
    done = served(ServiceKind.TEST_PRINT)
    assert (done.outcome, done.serial) == (ServiceOutcome.PRINTED, "A0000001")
    assert len(fake.paper) == 1
    assert kiosk_home.fates() == {"left": 19, "spoiled": 1}
    assert all(found.holds for found in reconcile(kiosk_home.engine))
    assert kiosk_home.events()[-4:] == [
        "service-asked",
        "service-ended",
        "blank-spoiled",
        "test-printed",
    ]


def test_feed_puts_out_white_paper(served: Served, fake: FakePrinter) -> None:
    assert served(ServiceKind.FEED).outcome is ServiceOutcome.PRINTED
    [paper] = fake.paper
    assert not any(paper.bits)


def test_printer_without_paper_refuses_and_no_blank_is_used(
    kiosk_home: Home, fake: FakePrinter, served: Served
) -> None:
    fake.state = PrinterState.PAPER_OUT
    done = served(ServiceKind.TEST_PRINT)
    assert (done.outcome, done.serial) == (ServiceOutcome.NOT_READY, None)
    assert kiosk_home.fates() == {"left": 20}


def test_blank_goes_back_when_no_byte_had_left(
    kiosk_home: Home, fake: FakePrinter, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = fake.send

    def lose_line(job: bytes, *, process_id: int, on_first_byte: Callable[[], None]) -> NothingSent:
        on_first_byte()
        return NothingSent(PrinterStatus(PrinterState.UNREACHABLE))

    monkeypatch.setattr(fake, "send", lose_line)
    assert served(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.NOT_READY
    assert kiosk_home.fates() == {"left": 20}
    monkeypatch.setattr(fake, "send", send)
    assert served(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.PRINTED


def test_test_print_in_doubt_counts_its_blank_as_used(
    kiosk_home: Home, fake: FakePrinter, served: Served
) -> None:
    fake.script(DOUBT)
    assert served(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.NOT_KNOWN
    assert kiosk_home.fates() == {"left": 19, "spoiled": 1}


def test_kiosk_that_died_in_a_test_print_does_not_print_it_again(
    kiosk_home: Home, fake: FakePrinter, attendant: Attendant
) -> None:
    number = kiosk_home.ask(ServiceKind.TEST_PRINT)
    fake.script(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        attendant.do_one()
    assert kiosk_home.asked(number).state == "started"
    assert not attendant.do_one()
    ended = kiosk_home.asked(number)
    assert ended.outcome is ServiceOutcome.STOPPED
    assert kiosk_home.fates() == {"left": 19, "spoiled": 1}
    assert fake.paper == []


def test_outcome_that_could_not_be_written_is_not_lost(
    kiosk_home: Home, attendant: Attendant, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = kiosk_home.ask(ServiceKind.TEST_PRINT)
    with monkeypatch.context() as patch:
        patch.setattr(service, "end", lambda *_: (_ for _ in ()).throw(DiskFull("no room")))
        with pytest.raises(DiskFull):
            attendant.do_one()
    attendant.do_one()
    assert kiosk_home.asked(number).outcome is ServiceOutcome.STOPPED
    assert all(found.holds for found in reconcile(kiosk_home.engine))


def test_test_print_is_judged_once(kiosk_home: Home, served: Served) -> None:
    done = served(ServiceKind.TEST_PRINT)
    judge_test(kiosk_home.engine, kiosk_home.clock, request=done.id, verdict=Verdict.BAD, by=BY)
    assert kiosk_home.asked(done.id).verdict is Verdict.BAD
    with pytest.raises(ServiceProblem, match="judged before"):
        judge_test(
            kiosk_home.engine, kiosk_home.clock, request=done.id, verdict=Verdict.GOOD, by=BY
        )


def test_failed_test_print_is_not_judged(
    kiosk_home: Home, fake: FakePrinter, served: Served
) -> None:
    fake.state = PrinterState.PAPER_OUT
    done = served(ServiceKind.TEST_PRINT)
    with pytest.raises(ServiceProblem, match="printed no test page"):
        judge_test(
            kiosk_home.engine, kiosk_home.clock, request=done.id, verdict=Verdict.GOOD, by=BY
        )


def test_numbered_stock_is_read_in_before_a_test_print(bare_home: Home, fake: FakePrinter) -> None:
    load_roll(bare_home.engine, bare_home.clock, first="A01", last="A05", mode="numbered")
    attendant = bare_home.attendant(fake)

    def try_print() -> ServiceRequest:
        number = bare_home.ask(ServiceKind.TEST_PRINT)
        attendant.do_one()
        return bare_home.asked(number)

    assert try_print().outcome is ServiceOutcome.NOT_READ_IN
    read_in(bare_home.engine, bare_home.clock, "A02", by=BY)
    assert try_print().serial == "A02"
    assert try_print().serial == "A03"
    fake.script(DOUBT)
    try_print()
    assert try_print().outcome is ServiceOutcome.NOT_READ_IN


def test_roll_taken_out_at_the_last_moment_stops_nothing_but_the_test_print(
    kiosk_home: Home,
    attendant: Attendant,
    fake: FakePrinter,
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encode = fake.encode

    def take_roll(*page: object) -> bytes:
        return_roll(kiosk_home.engine, kiosk_home.clock, by=BY, why="new-roll")
        return encode(*page)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(fake, "encode", take_roll)
    assert served(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.NO_STOCK
    assert fake.sent == []
    assert kiosk_home.fates() == {"returned": 20}
