"""What staff ask of a printer is done once, between stickers, and said as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import Capabilities, Doubt, PrinterState
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.service import ServiceKind, ServiceOutcome, Tuning
from kiosk.printer.fakes import FakePrinter
from kiosk.store.service import ServiceRequest
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.servicing import ServiceProblem, tune

if TYPE_CHECKING:
    from tests.conftest import Home

BY = "staff:T-101"

pytestmark = pytest.mark.usefixtures("technician")

DOUBT = Doubt("line lost", 100)

Served = Callable[[ServiceKind], ServiceRequest]


def test_each_request_is_done_once(served: Served, attendant: Attendant, fake: FakePrinter) -> None:
    served(ServiceKind.TEST_PRINT)
    assert not attendant.do_one()
    assert len(fake.paper) == 1


def test_nothing_prints_for_somebody_who_has_left(
    kiosk_home: Home, attendant: Attendant, fake: FakePrinter
) -> None:
    number = kiosk_home.ask(ServiceKind.TEST_PRINT)
    kiosk_home.clock.pass_(seconds=61)
    attendant.do_one()
    assert kiosk_home.asked(number).outcome is ServiceOutcome.TOO_LATE
    assert fake.paper == []


def test_doubt_keeps_test_prints_away_but_not_a_clear(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
    served: Served,
) -> None:
    desk.request_print(record().reference, "visit")
    fake.script(DOUBT)
    spool.do_one()
    assert served(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.IN_DOUBT
    assert fake.cleared == 0
    assert served(ServiceKind.CLEAR).outcome is ServiceOutcome.CLEARED
    assert fake.cleared == 1
    kinds = kiosk_home.sql("SELECT kind FROM job_evidence ORDER BY id")
    assert kinds == [("cleared",), ("counter",)]


def test_silent_printer_is_not_said_to_be_clear(served: Served, fake: FakePrinter) -> None:
    fake.state = PrinterState.UNKNOWN
    assert served(ServiceKind.CLEAR).outcome is ServiceOutcome.NOT_CLEARED


def test_probe_asks_the_printer_anew(kiosk_home: Home, served: Served, fake: FakePrinter) -> None:
    fake.can = Capabilities(process_id=False, counters=True, clear_buffer=True)
    assert served(ServiceKind.PROBE).outcome is ServiceOutcome.PROBED
    assert fake.probes == 1
    assert kiosk_home.events().count("printer-probed") == 2


def test_probe_without_an_answer_is_not_called_one(served: Served, fake: FakePrinter) -> None:
    fake.can = None
    assert served(ServiceKind.PROBE).outcome is ServiceOutcome.NOT_READY


def test_report_on_plain_paper_publishes_the_head_that_is_on_it(
    kiosk_home: Home, spool: Spool
) -> None:
    paper = FakePrinter("receipt")
    attendant = kiosk_home.attendant(paper, has_stock=False)
    attendant.look()
    number = kiosk_home.ask(ServiceKind.REPORT, printer="receipt", why="end of shift")
    attendant.do_one()
    assert kiosk_home.asked(number).outcome is ServiceOutcome.PRINTED
    assert kiosk_home.fates() == {"left": 20}
    [(anchored, where, hashed)] = kiosk_home.sql('SELECT number, "where", hash FROM audit_anchors')
    assert where == "receipt"
    assert kiosk_home.one("SELECT hash FROM audit_events WHERE number = ?", anchored) == hashed
    assert kiosk_home.events()[-1] == "head-published"


def test_unprinted_report_publishes_nothing(
    kiosk_home: Home, fake: FakePrinter, served: Served
) -> None:
    fake.script(DOUBT)
    served(ServiceKind.REPORT)
    assert kiosk_home.sql("SELECT * FROM audit_anchors") == []


def test_printer_has_one_request_at_a_time(kiosk_home: Home, attendant: Attendant) -> None:
    def again() -> int:
        return kiosk_home.ask(ServiceKind.CLEAR)

    again()
    with pytest.raises(ServiceProblem, match="still has something to do"):
        again()
    attendant.do_one()
    again()


@pytest.mark.parametrize("why", ["", "  "])
def test_nothing_is_asked_without_a_reason(kiosk_home: Home, why: str) -> None:
    with pytest.raises(ServiceProblem, match="say why"):
        kiosk_home.ask(ServiceKind.FEED, why=why)
    assert kiosk_home.sql("SELECT * FROM service_requests") == []


def test_set_up_of_the_printer_is_on_the_next_sticker(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
) -> None:
    tune(
        kiosk_home.engine,
        kiosk_home.clock,
        printer="sticker",
        wanted=Tuning(right_mm=1, down_mm=2, density=-2),
        by=BY,
        why="lies to the left",
    )
    desk.request_print(record().reference, "visit")
    spool.do_one()
    [sent] = fake.sent
    assert b"\x1d(K\x02\x00\x31\xfe\x1bJ\x10" in sent
    assert kiosk_home.one("SELECT state FROM jobs") == "printed"


def test_sticker_is_printed_while_a_request_waits_at_another_printer(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
) -> None:
    kiosk_home.ask(ServiceKind.TEST_PRINT, printer="receipt")
    desk.request_print(record().reference, "visit")
    spool.do_one()
    assert kiosk_home.one("SELECT state FROM jobs") == "printed"
