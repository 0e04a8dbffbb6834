from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.printing import Capabilities, Doubt, PrinterState
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store import jobs
from kiosk.store.engine import writing
from kiosk.usecases.collecting import Desk
from kiosk.usecases.outcomes import call_spoiled
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import (
    CutShortError,
    cancel_all_waiting,
    gather_evidence,
    leave_in_doubt,
)

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

REFERENCE = "REF0000001"


class KilledError(Exception):
    """Stands for a kill -9 inside `send`."""


@pytest.fixture
def killed_while_sending(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
) -> Home:
    record()
    desk.request_print(REFERENCE, "visit")
    fake.script(KilledError())
    with pytest.raises(KilledError):
        spool.do_one()
    assert states(kiosk_home) == ["sending"]
    return kiosk_home


@pytest.fixture
def in_doubt(killed_while_sending: Home) -> Home:
    leave_in_doubt(killed_while_sending.engine, "sticker", killed_while_sending.clock)
    return killed_while_sending


def states(home: Home) -> list[str]:
    return [row[0] for row in home.sql("SELECT state FROM jobs ORDER BY number")]


def evidence(home: Home) -> list[tuple[str, dict[str, object]]]:
    rows = home.sql("SELECT kind, detail FROM job_evidence ORDER BY id")
    return [(kind, json.loads(detail)) for kind, detail in rows]


def gather(home: Home, printer: FakePrinter) -> None:
    gather_evidence(home.engine, printer, home.clock, lambda: None)


def test_what_was_being_sent_is_in_doubt_after_a_restart(killed_while_sending: Home) -> None:
    home = killed_while_sending
    assert leave_in_doubt(home.engine, "sticker", home.clock) == 1
    assert states(home) == ["in_doubt"]
    assert home.events()[-1] == "job-in-doubt"
    assert leave_in_doubt(home.engine, "sticker", home.clock) == 0
    assert home.one("SELECT validity FROM issues") == "valid"


def test_a_job_under_an_earlier_name_of_the_printer_is_in_doubt_too(
    killed_while_sending: Home,
) -> None:
    home = killed_while_sending
    assert leave_in_doubt(home.engine, "renamed", home.clock) == 0
    assert leave_in_doubt(home.engine, None, home.clock) == 1
    assert states(home) == ["in_doubt"]


def test_what_was_waiting_is_cancelled_at_a_start_and_what_was_sent_is_not(
    killed_while_sending: Home, record: Callable[..., PaidRecord], desk: Desk
) -> None:
    home = killed_while_sending
    record(reference="REF0000002")
    desk.request_print("REF0000002", "other")
    assert cancel_all_waiting(home.engine, home.clock) == 1
    assert states(home) == ["sending", "cancelled"]
    assert home.sql("SELECT cause FROM jobs ORDER BY number")[1] == ("process-started",)


def test_recovery_clears_the_printer_before_it_waits_and_counts(
    in_doubt: Home, fake: FakePrinter
) -> None:
    order: list[str] = []

    def wait() -> None:
        order.append(f"wait after {fake.cleared} clear")
        fake.cuts += 1  # the rest of the sticker comes out meanwhile

    gather_evidence(in_doubt.engine, fake, in_doubt.clock, wait)
    assert order == ["wait after 1 clear"]
    assert evidence(in_doubt) == [
        ("cleared", {"acknowledged": True}),
        ("counter", {"before": 0, "after": 1}),
    ]
    assert states(in_doubt) == ["in_doubt"]


def test_what_people_ended_meanwhile_gets_no_evidence_after_its_end(
    in_doubt: Home, fake: FakePrinter
) -> None:
    def resolved_meanwhile() -> None:
        with writing(in_doubt.engine) as connection:
            [job] = jobs.in_state(connection, JobState.IN_DOUBT)
            jobs.add_evidence(connection, job, "staff", {}, by="staff:T-101", at=in_doubt.clock())
            call_spoiled(
                connection, job, at=in_doubt.clock(), actor="staff:T-101", evidence="staff"
            )

    assert gather_evidence(in_doubt.engine, fake, in_doubt.clock, resolved_meanwhile)
    assert [kind for kind, _ in evidence(in_doubt)] == ["staff"]


def test_nothing_is_written_down_when_the_wait_is_cut_short(
    in_doubt: Home, fake: FakePrinter
) -> None:
    def stopped() -> None:
        raise CutShortError

    with pytest.raises(CutShortError):
        gather_evidence(in_doubt.engine, fake, in_doubt.clock, stopped)
    assert evidence(in_doubt) == []
    gather(in_doubt, fake)
    assert [kind for kind, _ in evidence(in_doubt)] == ["cleared", "counter"]


def test_a_printer_is_asked_once_while_nothing_changes(in_doubt: Home, fake: FakePrinter) -> None:
    for _ in range(3):
        gather(in_doubt, fake)
    assert fake.cleared == 1
    assert len(evidence(in_doubt)) == 2


@pytest.mark.parametrize("state", [PrinterState.UNREACHABLE, PrinterState.UNKNOWN])
def test_a_silent_printer_is_asked_when_it_is_back(
    in_doubt: Home, fake: FakePrinter, state: PrinterState
) -> None:
    fake.state = state
    gather(in_doubt, fake)
    assert evidence(in_doubt) == []
    fake.state = PrinterState.READY
    gather(in_doubt, fake)
    assert [kind for kind, _ in evidence(in_doubt)] == ["cleared", "counter"]


def test_a_stopped_printer_that_could_not_count_is_asked_again_after_it_was_put_right(
    in_doubt: Home, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    fake.state = PrinterState.PAPER_OUT
    spool.saw()
    gather(in_doubt, fake)
    assert evidence(in_doubt)[-1] == ("counter", {"before": 0, "after": None})
    clock.pass_(minutes=5)
    gather(in_doubt, fake)
    assert len(evidence(in_doubt)) == 2
    fake.state = PrinterState.READY
    spool.saw()
    clock.pass_(seconds=1)
    gather(in_doubt, fake)
    assert evidence(in_doubt)[-1] == ("counter", {"before": 0, "after": 0})
    clock.pass_(seconds=1)
    gather(in_doubt, fake)
    assert len(evidence(in_doubt)) == 4


def test_a_clone_that_tells_nothing_is_not_asked_for_ever(
    kiosk_home: Home, record: Callable[..., PaidRecord], desk: Desk
) -> None:
    clone = FakePrinter(
        "sticker", Capabilities(process_id=False, counters=False, clear_buffer=False)
    )
    spool = kiosk_home.spool(clone)
    record()
    desk.request_print(REFERENCE, "visit")
    clone.script(Doubt("line lost", 10))
    spool.do_one()
    for _ in range(3):
        gather(kiosk_home, clone)
    assert evidence(kiosk_home) == [
        ("cleared", {"acknowledged": False}),
        ("counter", {"before": None, "after": None}),
    ]


def test_recovery_sends_nothing(in_doubt: Home, spool: Spool, fake: FakePrinter) -> None:
    gather(in_doubt, fake)
    spool.do_one()
    assert len(fake.sent) == 1
    assert in_doubt.one("SELECT count(*) FROM issues") == 1
