"""Imports, taps, faults, crashes, people and clocks in any order: the promise holds throughout."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import event

from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState
from kiosk.domain.renewal import PaymentStatus
from kiosk.domain.service import ServiceKind
from kiosk.sticker.receipt import Row
from kiosk.store import people, stock
from kiosk.store.engine import reading, writing
from kiosk.store.people import Person
from kiosk.store.proof import Verified, verify
from kiosk.usecases.recovery import cancel_all_waiting, gather_evidence, leave_in_doubt
from kiosk.usecases.resolving import ResolveProblem, Statement, resolve
from kiosk.usecases.servicing import ServiceProblem
from kiosk.usecases.stocking import StockProblem, load_roll, return_roll, spoil_blanks
from tests.mishaps.press import ENDS, KilledError, Press
from tests.mishaps.promises import Promises

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

REFERENCES = tuple(f"REF{number:07}" for number in range(1, 6))
references = st.sampled_from(REFERENCES)
visits = st.sampled_from(("ann", "bob"))
ends = st.sampled_from(("whole", "whole", *ENDS))


class AnyOrder(Promises):
    """What happens at one kiosk; `make` gives its folder."""

    make: Callable[[], Home]

    def __init__(self) -> None:
        super().__init__()
        self.home = type(self).make()
        self.press, self.receipts = Press("sticker"), Press("receipt")
        self.spool = self.home.spool(self.press)
        self.attendant = self.home.attendant(self.press)
        self.clerk = self.home.attendant(self.receipts, has_stock=False)
        self.clerk.look()
        self.desk = replace(self.home.desk(), receipt="receipt")
        self.rolls = self.creased = 0
        with writing(self.home.engine) as connection:
            now = self.home.clock()
            people.add(connection, badge="A", name="A", role="technician", pin_hash="-", at=now)
        self.new_roll()
        for reference in REFERENCES:
            self.home.take_in(self.home.signed(reference=reference))

    def teardown(self) -> None:
        with reading(self.home.engine) as connection:
            assert isinstance(verify(connection), Verified)
        self.home.engine.dispose()
        shutil.rmtree(self.home.folder)

    @rule(
        reference=references,
        version=st.integers(1, 6),
        status=st.sampled_from((*PaymentStatus, *[PaymentStatus.PAID] * 6)),
        frozen=st.booleans(),
    )
    def record_arrives(
        self, *, reference: str, version: int, status: PaymentStatus, frozen: bool
    ) -> None:
        changes = {"reference": reference, "version": version, "status": status}
        self.home.take_in(self.home.signed(**changes, frozen=frozen and version == 5))

    @rule(reference=references, visit=visits)
    def tap(self, reference: str, visit: str) -> None:
        self.desk.request_print(reference, visit)

    @rule(visit=visits)
    def leave(self, visit: str) -> None:
        self.desk.cancel_waiting(visit)

    @rule(end=ends)
    def print(self, end: str) -> None:
        self.press.end = end
        try:
            self.spool.do_one()
        except KilledError:
            self.start_again()

    @rule(reference=references, visit=visits, end=ends)
    def tap_and_print(self, reference: str, visit: str, end: str) -> None:
        self.tap(reference, visit)
        self.print(end)

    @rule(kind=st.sampled_from((ServiceKind.TEST_PRINT, ServiceKind.FEED, ServiceKind.CLEAR)))
    def staff_asks_the_printer(self, kind: ServiceKind) -> None:
        with suppress(ServiceProblem):
            self.home.ask(kind, by="staff:A")

    @rule(end=ends)
    def staff_is_served(self, end: str) -> None:
        self.press.end = end
        try:
            self.attendant.do_one()
        except KilledError:
            self.start_again()

    @rule(visit=visits)
    def ask_slip(self, visit: str) -> None:
        """Nothing about the sticker printer changes by it."""
        before = self.desk.machine().reasons
        self.desk.request_slip(REFERENCES[0], visit, [Row("Paid")])
        assert self.desk.machine().reasons == before

    @rule(visit=visits, end=ends, is_back=st.booleans())
    def ask_slip_and_print(self, *, visit: str, end: str, is_back: bool) -> None:
        self.ask_slip(visit)
        self.receipts.end = end
        try:
            self.clerk.do_one()
        except KilledError:
            if is_back:
                self.start_again()

    @rule()
    def a_blank_is_creased(self) -> None:
        with reading(self.home.engine) as connection:
            blank = stock.next_blank(connection)
        if blank is None:
            return
        with suppress(StockProblem):
            spoil_blanks(
                self.home.engine,
                self.home.clock,
                first=blank,
                last=blank,
                by="staff:A",
                why="creased",
            )
            self.creased += 1

    @rule()
    def start_again(self) -> None:
        cancel_all_waiting(self.home.engine, self.home.clock)
        leave_in_doubt(self.home.engine, "sticker", self.home.clock)
        self.attendant.recover()
        self.clerk.recover()

    @rule()
    def look(self) -> None:
        self.spool.saw()
        gather_evidence(self.home.engine, self.press, self.home.clock, lambda: None)

    @rule(state=st.sampled_from((PrinterState.READY, PrinterState.PAPER_OUT, PrinterState.UNKNOWN)))
    def printer_changes(self, state: PrinterState) -> None:
        self.press.state = state
        self.spool.saw()

    @rule(seconds=st.sampled_from((1, 8, 31, 86_400, -60, -3600, 3600)))
    def clock_moves(self, seconds: int) -> None:
        self.home.clock.pass_(seconds=seconds)
        self.spool.saw()
        self.clerk.look()

    @rule()
    def new_roll(self) -> None:
        try:
            if self.rolls:
                return_roll(self.home.engine, self.home.clock)
        except StockProblem:
            return
        self.rolls += 1
        first, last = f"{self.rolls:03}1", f"{self.rolls:03}9"
        load_roll(
            self.home.engine, self.home.clock, first=f"A{first}", last=f"A{last}", mode="plain"
        )

    @precondition(lambda self: self.jobs_in(JobState.IN_DOUBT, JobState.PRINTED))
    @rule(is_kept=st.booleans(), is_mended=st.booleans())
    def people_look(self, *, is_kept: bool, is_mended: bool) -> None:
        """Two honest people say what they see; what they say may still be refused."""
        if is_mended:
            self.printer_changes(PrinterState.READY)
            self.look()
        job_id, number, state, serial = self.jobs_in(JobState.IN_DOUBT, JobState.PRINTED)[0]
        is_there = number in self.press.whole
        if is_kept and state == JobState.IN_DOUBT:
            outcome = JobState.PRINTED if is_there else JobState.NO_OUTPUT
        else:
            outcome = JobState.SPOILED
        people = [Person(b, b, "technician", "", 0, None, self.home.clock(), None) for b in "AB"]
        statement = Statement(outcome, people, serial if is_there else None, "looked")
        try:
            resolve(self.home.engine, self.home.clock, job_id, statement, people_needed=2)
        except ResolveProblem:
            assert outcome is JobState.NO_OUTPUT


@pytest.mark.timeout(400)  # a failure takes minutes to be made small
def test_no_order_of_events_gives_two_stickers_or_none(
    new_home: Callable[[Path, SetClock], Home], clock: SetClock, tmp_path: Path
) -> None:
    homes = iter(range(10**6))

    def make(_: object = None) -> Home:
        home = new_home(tmp_path / str(next(homes)), type(clock)())
        event.listen(
            home.engine,
            "connect",
            # Other tests pull the plug; this one wants many orders of events.
            lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"),
        )
        return home

    machine = type("AnyOrderHere", (AnyOrder,), {"make": staticmethod(make)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
