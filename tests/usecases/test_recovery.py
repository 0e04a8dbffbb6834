from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.printing import Capabilities, Doubt, PrinterState
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store import jobs
from kiosk.store.engine import writing
from kiosk.store.jobs import Evidence
from kiosk.usecases import recovery
from kiosk.usecases.collecting import Desk
from kiosk.usecases.outcomes import call_spoiled
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import (
    CutShortError,
    cancel_all_waiting,
    come_to_rest,
    gather_evidence,
    learned,
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


def test_a_spool_ends_what_its_own_printer_left_and_nothing_of_another(
    killed_while_sending: Home, spool: Spool
) -> None:
    killed_while_sending.spool(FakePrinter("other")).do_one()
    assert states(killed_while_sending) == ["sending"]
    spool.do_one()
    assert states(killed_while_sending) == ["in_doubt"]


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


def test_another_printer_tells_nothing_of_a_doubt(in_doubt: Home) -> None:
    other = FakePrinter("other")
    assert not gather_evidence(in_doubt.engine, other, in_doubt.clock, lambda: None)
    assert (other.cleared, evidence(in_doubt)) == (0, [])


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
    assert not gather_evidence(in_doubt.engine, fake, in_doubt.clock, lambda: None)
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
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    gather(in_doubt, fake)
    assert len(evidence(in_doubt)) == 4


def test_a_printer_that_did_not_acknowledge_the_clear_is_asked_again_after_a_change(
    in_doubt: Home, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    fake.can = Capabilities(process_id=True, counters=True, clear_buffer=False)
    gather(in_doubt, fake)
    clock.pass_(seconds=1)
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    gather(in_doubt, fake)
    assert [kind for kind, _ in evidence(in_doubt)] == ["cleared", "counter"] * 2


def test_a_printer_that_was_never_seen_is_asked_once(in_doubt: Home, fake: FakePrinter) -> None:
    with writing(in_doubt.engine) as connection:
        connection.exec_driver_sql("DELETE FROM printers")
    gather(in_doubt, fake)
    gather(in_doubt, fake)
    assert fake.cleared == 1


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


@pytest.mark.parametrize("kind", ["cleared", "counter"])
def test_half_of_what_a_printer_can_tell_is_nothing_learned(kind: str) -> None:
    detail = {"acknowledged": True, "before": 0, "after": 0}
    assert learned([Evidence(kind, detail, "system", datetime.now(UTC))]) is None


def test_paper_comes_to_rest_with_a_look_each_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "BEAT_S", 1 / 64)
    looks: list[float] = []
    begun = time.monotonic()
    come_to_rest(threading.Event(), 2.5 / 64, lambda: looks.append(time.monotonic()))
    assert time.monotonic() - begun >= 2.5 / 64
    assert len(looks) == 3


def test_paper_that_need_not_rest_is_not_waited_for() -> None:
    come_to_rest(threading.Event(), 0, lambda: pytest.fail("there was a wait"))


def test_a_stop_cuts_the_wait_short_before_anything_is_looked_at() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(CutShortError):
        come_to_rest(stop, 60, lambda: pytest.fail("there was a look"))


def test_recovery_sends_nothing(in_doubt: Home, spool: Spool, fake: FakePrinter) -> None:
    gather(in_doubt, fake)
    spool.do_one()
    assert len(fake.sent) == 1
    assert in_doubt.one("SELECT count(*) FROM issues") == 1
