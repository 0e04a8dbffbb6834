"""A kiosk that has printed for years answers with as little work as a new one.

Work is counted in steps of SQLite's virtual machine, which no busy machine changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import Connection, event

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import JobState
from kiosk.domain.service import ServiceOutcome
from kiosk.printer.fakes import FakePrinter
from kiosk.sticker.receipt import Row
from kiosk.store import calls, jobs, log, outbox, service
from kiosk.store.engine import driver_of, reading, writing
from kiosk.usecases import delivering
from kiosk.usecases.attending import Attendant
from kiosk.usecases.overseeing import overview
from kiosk.usecases.stocking import load_roll, reconcile, return_roll
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home

YEARS = 1000
"""Of each thing that was ever asked for, printed and logged here: enough to tell, quick to make."""

ALLOWED = 600
"""Steps that may be added: the last thirty jobs are looked through, and no more than those."""


class Kiosk:
    """One kiosk with both printers, and whatever asks its database for something."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._references = (f"REF{number:07}" for number in count(1))
        self.reference = self._paid()
        self.desk = replace(home.desk(), receipt="receipt")
        self.spool = home.spool(FakePrinter("sticker"))
        self.attendant = Attendant(
            home.engine,
            home.site,
            FakePrinter("receipt"),
            home.clock,
            lambda: None,
            400,
            has_stock=False,
        )
        self.attendant.look()
        self._visits = count()

    def _paid(self) -> str:
        record = self.home.signed(reference=next(self._references))
        self.home.take_in(record)
        return record.reference

    def grow_old(self) -> None:
        """Write down what years leave behind: all of it has ended."""
        for letter in "BCDEFGHJKL":
            return_roll(self.home.engine, self.home.clock)
            first, last = f"{letter}0000001", f"{letter}0000020"
            load_roll(self.home.engine, self.home.clock, first=first, last=last, mode="plain")
        reference = self._paid()
        with writing(self.home.engine) as connection:
            for number in range(YEARS):
                self._live_through(connection, reference, number)

    def _live_through(self, connection: Connection, reference: str, number: int) -> None:
        now = self.home.clock()
        job = jobs.add(
            connection,
            job_id=f"old{number}",
            reference=reference,
            version=1,
            fence=1,
            visit="-",
            at=now,
        )
        jobs.step(connection, job, JobState.CANCELLED, cause="waited-too-long", ended_at=now)
        service.ask_slip(
            connection, "receipt", reference=f"OLD{number}", visit="-", slip="[]", at=now
        )
        asked = service.open_for(connection, "receipt")
        assert asked is not None
        service.start(connection, asked, serial=None, at=now)
        service.end(connection, asked, ServiceOutcome.PRINTED, now)
        calls.add(connection, about=None, at=now)
        calls.answer(connection, by="staff:1", at=now)
        log.append(
            connection, now, AuditEvent.JOB_CANCELLED, Actor.SYSTEM, {"job": job.id, "cause": "-"}
        )
        at, hashed = log.head(connection)
        log.publish(connection, f"old{number}", "job.cancelled", "{}")
        outbox.mark_delivered(connection, at, now)
        outbox.anchor(connection, at, hashed, where="central", at=now)

    def ask_and_leave(self) -> None:
        visit = f"visit {next(self._visits)}"
        asked = self.desk.request_print(self.reference, visit)
        assert isinstance(asked, JobView), asked
        assert self.desk.job(asked.id) is not None
        self.desk.cancel_waiting(visit)

    def take_a_sticker(self) -> None:
        asked = self.desk.request_print(self._paid(), "visit")
        assert isinstance(asked, JobView), asked
        assert self.spool.do_one()
        printed = self.desk.job(asked.id)
        assert printed is not None
        assert printed.state is JobState.PRINTED
        self.desk.taken(asked.id)

    def ask_for_a_slip(self) -> None:
        visit = f"visit {next(self._visits)}"
        number = self.desk.request_slip(self.reference, visit, [Row("-")])
        assert isinstance(number, int), number
        assert self.attendant.do_one()
        assert self.desk.slip(number) is not None
        self.desk.cancel_waiting(visit)

    def oversee(self) -> None:
        with reading(self.home.engine) as connection:
            overview(connection, self.home.site, "receipt", self.home.clock())

    def wait_for_print(self) -> None:
        with reading(self.home.engine) as connection:
            assert not jobs.waiting(connection)

    def hand_the_log_over(self) -> None:
        with reading(self.home.engine) as connection:
            number, hashed = log.head(connection)
        page = delivering.page(self.home.engine, number, 10, self.home.clock)
        assert isinstance(page, delivering.Page)
        assert delivering.acknowledge(self.home.engine, number, hashed, self.home.clock)
        delivering.standing(self.home.engine)


ASKED: dict[str, Callable[[Kiosk], object]] = {
    "the machine": lambda kiosk: kiosk.desk.machine(),
    "a vehicle": lambda kiosk: kiosk.desk.look(kiosk.reference),
    "the same owner's": lambda kiosk: kiosk.desk.of_same_owner(kiosk.reference),
    "a wish": Kiosk.ask_and_leave,
    "a sticker": Kiosk.take_a_sticker,
    "a slip": Kiosk.ask_for_a_slip,
    "staff": lambda kiosk: kiosk.desk.call_staff(None),
    "the spool": lambda kiosk: kiosk.spool.do_one(),
    "the sticker printer": lambda kiosk: kiosk.spool.saw(),
    "the receipt printer": lambda kiosk: (kiosk.attendant.do_one(), kiosk.attendant.look()),
    "between slices": Kiosk.wait_for_print,
    "the desk of staff": Kiosk.oversee,
    "the rolls": lambda kiosk: reconcile(kiosk.home.engine, last=1),
    "the print log": Kiosk.hand_the_log_over,
}


def _steps(kiosk: Kiosk, ask: Callable[[Kiosk], object]) -> int:
    taken = count()

    def watch(connection: Connection) -> None:
        driver_of(connection).set_progress_handler(lambda: next(taken) and 0, 1)

    event.listen(kiosk.home.engine, "engine_connect", watch)
    try:
        ask(kiosk)
    finally:
        event.remove(kiosk.home.engine, "engine_connect", watch)
    return next(taken)


def test_nothing_asked_here_takes_more_work_after_years(kiosk_home: Home) -> None:
    kiosk = Kiosk(kiosk_home)
    young = {name: _steps(kiosk, ask) for name, ask in ASKED.items()}
    kiosk.grow_old()
    old = {name: _steps(kiosk, ask) for name, ask in ASKED.items()}

    assert all(young.values())
    assert not {
        name: (young[name], old[name]) for name in ASKED if old[name] - young[name] > ALLOWED
    }
