"""What the technician's screens ask for; each call is one transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from kiosk.domain.job import JobState
from kiosk.domain.printing import Picture
from kiosk.domain.service import ServiceKind, Tuning, Verdict
from kiosk.sticker.layout import Template
from kiosk.sticker.margins import sideways_mm
from kiosk.sticker.picture import draw
from kiosk.store import issues, jobs, people, reports, service, stock
from kiosk.store.engine import reading
from kiosk.store.jobs import Job
from kiosk.store.people import Person
from kiosk.store.reports import LoggedEvent
from kiosk.store.service import ServiceRequest
from kiosk.usecases import calling, conflicting, loading, servicing, staffing, stocking
from kiosk.usecases.loading import LoadStep, LoadWalk
from kiosk.usecases.overseeing import DoubtView, Overview, doubt_view, overview
from kiosk.usecases.ports import Clock
from kiosk.usecases.reporting import ShiftReport, report_now
from kiosk.usecases.resolving import Statement, resolve
from kiosk.usecases.site import Site
from kiosk.usecases.stocking import Reconciled

MOST_SHOWN = 50
"""Jobs and log rows on a screen: about what a technician scrolls through."""

ROLLS_SHOWN = 10
"""Rolls on a screen, each with its equation; `kiosk stock reconcile` checks all."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The machine as staff see it.

    `people_needed` call a doubtful sticker printed or spoiled. `stock_mode` is `numbered` or
    `plain`. `receipt` names the printer on plain paper, None where there is none.
    """

    engine: Engine
    site: Site
    template: Template
    clock: Clock
    people_needed: int
    stock_mode: str
    receipt: str | None

    def sign_in(self, badge: str, pin: str) -> Person:
        """Return the person of a badge and PIN as typed. Raises StaffProblem."""
        return staffing.sign_in(self.engine, self.clock, as_badge(badge), pin.strip())

    def person(self, badge: str) -> Person | None:
        """Return a member of staff who may still act here."""
        with reading(self.engine) as connection:
            found = people.find(connection, badge)
        return None if found is None or found.disabled_at is not None else found

    def overview(self) -> Overview:
        """Return how everything stands."""
        with reading(self.engine) as connection:
            return overview(connection, self.site, self.receipt, self.clock())

    def doubt(self, job_id: str) -> DoubtView | None:
        """Return what is known of a job in doubt."""
        with reading(self.engine) as connection:
            job = jobs.by_id(connection, job_id)
            if job is None or job.state is not JobState.IN_DOUBT:
                return None
            return doubt_view(connection, job)

    def doubt_picture(self, job_id: str) -> Picture | None:
        """Draw what was sent, without its QR and serial: people say what they see on paper."""
        with reading(self.engine) as connection:
            job = jobs.by_id(connection, job_id)
            issue = None if job is None else issues.of_job(connection, job)
        if issue is None:
            return None
        return draw(replace(issue.fields, serial=None), self.template, None).picture

    def resolve(
        self, job_id: str, outcome: JobState, *, badges: Sequence[str], serial: str, why: str
    ) -> Job:
        """End a doubt; the people have signed in, the first of them acts. Raises ResolveProblem."""
        found = [person for badge in badges if (person := self.person(badge)) is not None]
        statement = Statement(outcome, found, serial.strip() or None, why)
        return resolve(self.engine, self.clock, job_id, statement, people_needed=self.people_needed)

    def ask(self, printer: str, kind: ServiceKind, *, by: str, why: str) -> int:
        """Ask a printer for something. Raises ServiceProblem."""
        return servicing.ask(self.engine, self.clock, printer=printer, kind=kind, by=by, why=why)

    def request(self, number: int) -> ServiceRequest | None:
        """Return what became of a request."""
        with reading(self.engine) as connection:
            return service.by_id(connection, number)

    def judge_test(self, request: int, verdict: Verdict, *, by: str) -> None:
        """Write down how a test print looks. Raises ServiceProblem."""
        servicing.judge_test(self.engine, self.clock, request=request, verdict=verdict, by=by)

    def tuning(self, printer: str) -> Tuning:
        """Return how a printer is set up."""
        with reading(self.engine) as connection:
            return service.tuning(connection, printer)

    def sideways_mm(self) -> tuple[int, int]:
        """Return how far stickers may move to the left and right before they would be cut off."""
        return sideways_mm(self.template)

    def tune(self, printer: str, wanted: Tuning, *, by: str, why: str) -> None:
        """Set a printer up. Raises ServiceProblem, also where stickers would leave the paper."""
        left, right = self.sideways_mm()
        if printer == self.site.printer and not -left <= wanted.right_mm <= right:
            raise servicing.ServiceProblem(
                f"{wanted.right_mm} mm would move stickers off the paper", "off-paper"
            )
        servicing.tune(self.engine, self.clock, printer=printer, wanted=wanted, by=by, why=why)

    def stop_service(self, *, by: str, why: str) -> None:
        """Take the kiosk out of service. Raises ServiceProblem."""
        servicing.stop_service(self.engine, self.clock, by=by, why=why)

    def resume_service(self, *, by: str, why: str) -> None:
        """Put the kiosk back into service. Raises ServiceProblem."""
        servicing.resume_service(self.engine, self.clock, by=by, why=why)

    def answer_calls(self, *, by: str) -> int:
        """Say that the open calls for staff were heard; return how many there were."""
        return calling.answer(self.engine, self.clock, by=by)

    def settle_conflict(self, number: int, *, by: str, how: str) -> bool:
        """Note how people saw to a sticker that central stopped; False if it does not wait."""
        return conflicting.settle_conflict(self.engine, number, how, self.clock, actor=by)

    def begin_walk(self) -> LoadWalk:
        """Begin to load a roll."""
        with reading(self.engine) as connection:
            return loading.begin_walk(connection, self.clock())

    def next_step(self, walk: LoadWalk) -> LoadStep:
        """Return what to do next to load a roll."""
        with reading(self.engine) as connection:
            return loading.next_step(connection, self.site.printer, walk)

    def load_roll(self, first: str, last: str, *, by: str, why: str) -> int:
        """Load a roll and return its blanks. Raises StockProblem."""
        return stocking.load_roll(
            self.engine,
            self.clock,
            first=first,
            last=last,
            mode=self.stock_mode,
            by=by,
            why=why,
        )

    def read_in(self, serial: str, *, by: str) -> list[str]:
        """Say which number lies under the head; return the skipped. Raises StockProblem."""
        return stocking.read_in(self.engine, self.clock, serial, by=by)

    def spoil(self, first: str, last: str, *, by: str, why: str) -> int:
        """Count blanks as used up. Raises StockProblem."""
        return stocking.spoil_blanks(
            self.engine, self.clock, first=first, last=last or first, by=by, why=why
        )

    def return_roll(self, *, by: str, why: str) -> int:
        """Take the roll out; return what was left. Raises StockProblem."""
        return stocking.return_roll(self.engine, self.clock, by=by, why=why)

    def rolls(self) -> list[Reconciled]:
        """Return the last rolls with their equations, newest first."""
        return stocking.reconcile(self.engine, ROLLS_SHOWN)[::-1]

    def next_blank(self) -> str | None:
        """Return the number of the blank that the next sticker goes on."""
        with reading(self.engine) as connection:
            return stock.next_blank(connection)

    def last_jobs(self) -> list[Job]:
        """Return the last jobs, newest first."""
        with reading(self.engine) as connection:
            return jobs.newest(connection, MOST_SHOWN)

    def last_events(self) -> list[LoggedEvent]:
        """Return the end of the log, newest first."""
        with reading(self.engine) as connection:
            return reports.last_events(connection, MOST_SHOWN)

    def report(self) -> ShiftReport:
        """Sum up the shift so far."""
        return report_now(self.engine, self.clock, self.site)


def as_badge(typed: str) -> str:
    """Return a badge as it is kept: capitals without spaces."""
    return re.sub(r"\s+", "", typed).upper()
