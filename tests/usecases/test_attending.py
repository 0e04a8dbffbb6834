"""What staff ask of a printer is done once, between stickers, and its blank is accounted for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import Capabilities, Doubt, NothingSent, PrinterState, PrinterStatus
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.service import ServiceKind, ServiceOutcome, Tuning, Verdict
from kiosk.printer.fakes import FakePrinter
from kiosk.store import service
from kiosk.store.engine import reading
from kiosk.store.errors import DiskFull
from kiosk.store.service import ServiceRequest
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.servicing import ServiceProblem, ask, judge_test, tune
from kiosk.usecases.stocking import load_roll, read_in, reconcile, return_roll

if TYPE_CHECKING:
    from tests.conftest import Home

BY = "staff:T-101"

pytestmark = pytest.mark.usefixtures("technician")
DOUBT = Doubt("line lost", 100)


@pytest.fixture
def attendant(kiosk_home: Home, fake: FakePrinter, spool: Spool) -> Attendant:
    return Attendant(
        kiosk_home.engine,
        kiosk_home.site,
        fake,
        kiosk_home.clock,
        lambda: None,
        400,
        has_stock=True,
    )


@pytest.fixture
def asked(kiosk_home: Home, attendant: Attendant) -> Callable[[ServiceKind], ServiceRequest]:
    """Asks for something and lets the printer's process do it."""

    def do(kind: ServiceKind, printer: str = "sticker") -> ServiceRequest:
        number = ask(
            kiosk_home.engine, kiosk_home.clock, printer=printer, kind=kind, by=BY, why="trial"
        )
        assert attendant.do_one()
        return look(kiosk_home, number)

    return do


def look(home: Home, number: int) -> ServiceRequest:
    with reading(home.engine) as connection:
        found = service.by_id(connection, number)
    assert found is not None
    return found


def fates(home: Home) -> dict[str, int]:
    return dict(home.sql("SELECT fate, count(*) FROM blanks GROUP BY fate"))


Asked = Callable[[ServiceKind], ServiceRequest]


def test_test_print_comes_out_and_its_blank_is_spoiled(
    kiosk_home: Home, fake: FakePrinter, asked: Asked
) -> None:
    done = asked(ServiceKind.TEST_PRINT)
    assert (done.outcome, done.serial) == (ServiceOutcome.PRINTED, "A0000001")
    assert len(fake.paper) == 1
    assert fates(kiosk_home) == {"left": 19, "spoiled": 1}
    assert all(found.holds for found in reconcile(kiosk_home.engine))
    assert kiosk_home.events()[-4:] == [
        "service-asked",
        "service-ended",
        "blank-spoiled",
        "test-printed",
    ]


def test_each_request_is_done_once(asked: Asked, attendant: Attendant, fake: FakePrinter) -> None:
    asked(ServiceKind.TEST_PRINT)
    assert not attendant.do_one()
    assert len(fake.paper) == 1


def test_feed_puts_out_white_paper(asked: Asked, fake: FakePrinter) -> None:
    assert asked(ServiceKind.FEED).outcome is ServiceOutcome.PRINTED
    [paper] = fake.paper
    assert not any(paper.bits)


def test_printer_without_paper_refuses_and_no_blank_is_used(
    kiosk_home: Home, fake: FakePrinter, asked: Asked
) -> None:
    fake.state = PrinterState.PAPER_OUT
    done = asked(ServiceKind.TEST_PRINT)
    assert (done.outcome, done.serial) == (ServiceOutcome.NOT_READY, None)
    assert fates(kiosk_home) == {"left": 20}


def test_blank_goes_back_when_no_byte_had_left(
    kiosk_home: Home, fake: FakePrinter, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = fake.send

    def lose_line(job: bytes, *, process_id: int, on_first_byte: Callable[[], None]) -> NothingSent:
        on_first_byte()
        return NothingSent(PrinterStatus(PrinterState.UNREACHABLE))

    monkeypatch.setattr(fake, "send", lose_line)
    assert asked(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.NOT_READY
    assert fates(kiosk_home) == {"left": 20}
    monkeypatch.setattr(fake, "send", send)
    assert asked(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.PRINTED


def test_test_print_in_doubt_counts_its_blank_as_used(
    kiosk_home: Home, fake: FakePrinter, asked: Asked
) -> None:
    fake.script(DOUBT)
    assert asked(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.NOT_KNOWN
    assert fates(kiosk_home) == {"left": 19, "spoiled": 1}


def test_kiosk_that_died_in_a_test_print_does_not_print_it_again(
    kiosk_home: Home, fake: FakePrinter, attendant: Attendant
) -> None:
    number = ask(
        kiosk_home.engine,
        kiosk_home.clock,
        printer="sticker",
        kind=ServiceKind.TEST_PRINT,
        by=BY,
        why="trial",
    )
    fake.script(RuntimeError("killed"))
    with pytest.raises(RuntimeError):
        attendant.do_one()
    assert look(kiosk_home, number).state == "started"
    assert not attendant.do_one()
    ended = look(kiosk_home, number)
    assert ended.outcome is ServiceOutcome.STOPPED
    assert fates(kiosk_home) == {"left": 19, "spoiled": 1}
    assert fake.paper == []


def test_outcome_that_could_not_be_written_is_not_lost(
    kiosk_home: Home, attendant: Attendant, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask(
        kiosk_home.engine,
        kiosk_home.clock,
        printer="sticker",
        kind=ServiceKind.TEST_PRINT,
        by=BY,
        why="trial",
    )
    with monkeypatch.context() as patch:
        patch.setattr(service, "end", lambda *_: (_ for _ in ()).throw(DiskFull("no room")))
        with pytest.raises(DiskFull):
            attendant.do_one()
    attendant.do_one()
    assert look(kiosk_home, number).outcome is ServiceOutcome.STOPPED
    assert all(found.holds for found in reconcile(kiosk_home.engine))


def test_nothing_prints_for_somebody_who_has_left(
    kiosk_home: Home, attendant: Attendant, fake: FakePrinter
) -> None:
    number = ask(
        kiosk_home.engine,
        kiosk_home.clock,
        printer="sticker",
        kind=ServiceKind.TEST_PRINT,
        by=BY,
        why="trial",
    )
    kiosk_home.clock.pass_(seconds=61)
    attendant.do_one()
    assert look(kiosk_home, number).outcome is ServiceOutcome.TOO_LATE
    assert fake.paper == []


def test_doubt_keeps_test_prints_away_but_not_a_clear(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
    asked: Asked,
) -> None:
    desk.request_print(record().reference, "visit")
    fake.script(DOUBT)
    spool.do_one()
    assert asked(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.IN_DOUBT
    assert fake.cleared == 0
    assert asked(ServiceKind.CLEAR).outcome is ServiceOutcome.CLEARED
    assert fake.cleared == 1
    kinds = kiosk_home.sql("SELECT kind FROM job_evidence ORDER BY id")
    assert kinds == [("cleared",), ("counter",)]


def test_silent_printer_is_not_said_to_be_clear(asked: Asked, fake: FakePrinter) -> None:
    fake.state = PrinterState.UNKNOWN
    assert asked(ServiceKind.CLEAR).outcome is ServiceOutcome.NOT_CLEARED


def test_probe_asks_the_printer_anew(kiosk_home: Home, asked: Asked, fake: FakePrinter) -> None:
    fake.can = Capabilities(process_id=False, counters=True, clear_buffer=True)
    assert asked(ServiceKind.PROBE).outcome is ServiceOutcome.PROBED
    assert fake.probes == 1
    assert kiosk_home.events().count("printer-probed") == 2


def test_probe_without_an_answer_is_not_called_one(asked: Asked, fake: FakePrinter) -> None:
    fake.can = None
    assert asked(ServiceKind.PROBE).outcome is ServiceOutcome.NOT_READY


def test_report_on_plain_paper_publishes_the_head_that_is_on_it(
    kiosk_home: Home, spool: Spool
) -> None:
    paper = FakePrinter("receipt")
    attendant = Attendant(
        kiosk_home.engine,
        kiosk_home.site,
        paper,
        kiosk_home.clock,
        lambda: None,
        400,
        has_stock=False,
    )
    attendant.look()
    number = ask(
        kiosk_home.engine,
        kiosk_home.clock,
        printer="receipt",
        kind=ServiceKind.REPORT,
        by=BY,
        why="end of shift",
    )
    attendant.do_one()
    assert look(kiosk_home, number).outcome is ServiceOutcome.PRINTED
    assert fates(kiosk_home) == {"left": 20}
    [(anchored, where, hashed)] = kiosk_home.sql('SELECT number, "where", hash FROM audit_anchors')
    assert where == "receipt"
    assert kiosk_home.one("SELECT hash FROM audit_events WHERE number = ?", anchored) == hashed
    assert kiosk_home.events()[-1] == "head-published"


def test_unprinted_report_publishes_nothing(
    kiosk_home: Home, fake: FakePrinter, asked: Asked
) -> None:
    fake.script(DOUBT)
    asked(ServiceKind.REPORT)
    assert kiosk_home.sql("SELECT * FROM audit_anchors") == []


def test_printer_has_one_request_at_a_time(kiosk_home: Home, attendant: Attendant) -> None:
    def again() -> int:
        return ask(
            kiosk_home.engine,
            kiosk_home.clock,
            printer="sticker",
            kind=ServiceKind.CLEAR,
            by=BY,
            why="trial",
        )

    again()
    with pytest.raises(ServiceProblem, match="still has something to do"):
        again()
    attendant.do_one()
    again()


@pytest.mark.parametrize("why", ["", "  "])
def test_nothing_is_asked_without_a_reason(kiosk_home: Home, why: str) -> None:
    with pytest.raises(ServiceProblem, match="say why"):
        ask(
            kiosk_home.engine,
            kiosk_home.clock,
            printer="sticker",
            kind=ServiceKind.FEED,
            by=BY,
            why=why,
        )
    assert kiosk_home.sql("SELECT * FROM service_requests") == []


def test_test_print_is_judged_once(kiosk_home: Home, asked: Asked) -> None:
    done = asked(ServiceKind.TEST_PRINT)
    judge_test(kiosk_home.engine, kiosk_home.clock, request=done.id, verdict=Verdict.BAD, by=BY)
    assert look(kiosk_home, done.id).verdict is Verdict.BAD
    with pytest.raises(ServiceProblem, match="judged before"):
        judge_test(
            kiosk_home.engine, kiosk_home.clock, request=done.id, verdict=Verdict.GOOD, by=BY
        )


def test_failed_test_print_is_not_judged(kiosk_home: Home, fake: FakePrinter, asked: Asked) -> None:
    fake.state = PrinterState.PAPER_OUT
    done = asked(ServiceKind.TEST_PRINT)
    with pytest.raises(ServiceProblem, match="printed no test page"):
        judge_test(
            kiosk_home.engine, kiosk_home.clock, request=done.id, verdict=Verdict.GOOD, by=BY
        )


def test_numbered_stock_is_read_in_before_a_test_print(bare_home: Home, fake: FakePrinter) -> None:
    load_roll(bare_home.engine, bare_home.clock, first="A01", last="A05", mode="numbered")
    attendant = Attendant(
        bare_home.engine, bare_home.site, fake, bare_home.clock, lambda: None, 400, has_stock=True
    )

    def test_print() -> ServiceRequest:
        number = ask(
            bare_home.engine,
            bare_home.clock,
            printer="sticker",
            kind=ServiceKind.TEST_PRINT,
            by=BY,
            why="trial",
        )
        attendant.do_one()
        return look(bare_home, number)

    assert test_print().outcome is ServiceOutcome.NOT_READ_IN
    read_in(bare_home.engine, bare_home.clock, "A02", by=BY)
    assert test_print().serial == "A02"
    assert test_print().serial == "A03"
    fake.script(DOUBT)
    test_print()
    assert test_print().outcome is ServiceOutcome.NOT_READ_IN


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
    ask(
        kiosk_home.engine,
        kiosk_home.clock,
        printer="receipt",
        kind=ServiceKind.TEST_PRINT,
        by=BY,
        why="trial",
    )
    desk.request_print(record().reference, "visit")
    spool.do_one()
    assert kiosk_home.one("SELECT state FROM jobs") == "printed"


def test_roll_taken_out_at_the_last_moment_stops_nothing_but_the_test_print(
    kiosk_home: Home,
    attendant: Attendant,
    fake: FakePrinter,
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encode = fake.encode

    def take_roll(*page: object) -> bytes:
        return_roll(kiosk_home.engine, kiosk_home.clock, by=BY, why="new-roll")
        return encode(*page)  # type: ignore[arg-type] # as it came

    monkeypatch.setattr(fake, "encode", take_roll)
    assert asked(ServiceKind.TEST_PRINT).outcome is ServiceOutcome.NO_STOCK
    assert fake.sent == []
    assert fates(kiosk_home) == {"returned": 20}
