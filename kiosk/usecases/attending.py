"""The printer process does what was asked of a printer, between stickers and never during one.

A request is durable as started before the first byte leaves, with the blank it is about to use up.
Nothing is done twice: what a stop interrupted has failed, and its blank counts as used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, Engine

from kiosk.domain.job import ON_PRINTER, JobState
from kiosk.domain.printing import Confirmed, NothingSent, Picture
from kiosk.domain.service import MOVES_PAPER, ServiceKind, ServiceState
from kiosk.domain.service import ServiceOutcome as Outcome
from kiosk.domain.thai import long_datetime
from kiosk.sticker.receipt import blank_picture, draw_receipt
from kiosk.sticker.trial import draw_test_page
from kiosk.store import jobs, service, stock
from kiosk.store.engine import reading, writing
from kiosk.store.service import ServiceRequest
from kiosk.usecases import watching
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.ports import Clock, Printer
from kiosk.usecases.recovery import gather_evidence
from kiosk.usecases.reporting import ShiftReport, shift_report
from kiosk.usecases.reports_drawn import head_code, report_rows
from kiosk.usecases.request_steps import BlankGoneError, WithdrawnError, begin, finish
from kiosk.usecases.requesting import LONGEST_WAITING
from kiosk.usecases.site import Site
from kiosk.usecases.slips import slip_rows

LONGEST_ASKED: Final = timedelta(seconds=60)
"""Older requests are not done any more: whoever asked has left the machine."""

FIRST_PROCESS_ID: Final = 20_000_000
"""Process ids of requests begin here, far beyond those of stickers."""

log_line = structlog.get_logger("kiosk.service")


@dataclass(frozen=True, slots=True)
class Attendant:
    """Serves one printer; `has_stock` where its paper is numbered blanks of `blank_dots` length.

    `settle` waits until no paper of an earlier job can still move.
    """

    engine: Engine
    site: Site
    printer: Printer
    clock: Clock
    settle: Callable[[], None]
    blank_dots: int
    has_stock: bool

    def recover(self) -> None:
        """End what an earlier process had begun; nobody knows how far it came."""
        with reading(self.engine) as connection:
            request = service.open_for(connection, self.printer.name)
        if request is not None and request.state is ServiceState.STARTED:
            self._clear_and_end(request, Outcome.STOPPED)

    def do_one(self) -> bool:
        """Do what is asked, to its end; False when nothing is asked."""
        self.recover()
        with reading(self.engine) as connection:
            request = service.open_for(connection, self.printer.name)
            if request is None:
                return False
            refusal = self._refusal(connection, request)
        if refusal is not None:
            self._end(request, refusal)
        elif request.kind is ServiceKind.CLEAR:
            self._clear(request)
        elif request.kind is ServiceKind.PROBE:
            self._probe(request)
        else:
            self._put_out(request)
        return True

    def look(self) -> None:
        """Notice how the printer is; for one that no spool looks after."""
        watching.saw(self.engine, self.printer, self.clock, has_stock=self.has_stock)
        watching.probe(self.engine, self.printer, self.clock)

    def _refusal(self, connection: Connection, request: ServiceRequest) -> Outcome | None:
        is_visitor = request.kind is ServiceKind.STATUS
        longest = LONGEST_WAITING if is_visitor else LONGEST_ASKED
        if self.clock() - request.asked_at > longest:
            return Outcome.TOO_LATE
        if jobs.in_state(connection, JobState.SENDING, printer=self.printer.name):
            return Outcome.IN_DOUBT
        if request.kind is not ServiceKind.CLEAR and not self.printer.status().is_ready:
            return Outcome.NOT_READY
        if request.kind in MOVES_PAPER and self.has_stock:
            return self._stock_refusal(connection)
        return None

    def _stock_refusal(self, connection: Connection) -> Outcome | None:
        # A cut more would spoil the counter's evidence, and a blank more the technician's.
        if jobs.in_state(connection, *ON_PRINTER, printer=self.printer.name):
            return Outcome.IN_DOUBT
        if stock.next_blank(connection) is None:
            return Outcome.NO_STOCK
        return None if stock.is_read_in(connection) else Outcome.NOT_READ_IN

    def _clear(self, request: ServiceRequest) -> None:
        self._start(request)
        with reading(self.engine) as connection:
            doubts = jobs.in_state(connection, JobState.IN_DOUBT, printer=self.printer.name)
        if doubts:
            was_cleared = gather_evidence(
                self.engine, self.printer, self.clock, self.settle, again=True
            )
        else:
            was_cleared = self.printer.clear()
        reach(Point.SERVICE_OVER)
        self._end(request, Outcome.CLEARED if was_cleared else Outcome.NOT_CLEARED)

    def _probe(self, request: ServiceRequest) -> None:
        self._start(request)
        watching.saw(self.engine, self.printer, self.clock, has_stock=self.has_stock)
        has_told = watching.probe(self.engine, self.printer, self.clock, again=True)
        reach(Point.SERVICE_OVER)
        self._end(request, Outcome.PROBED if has_told else Outcome.NOT_READY)

    def _put_out(self, request: ServiceRequest) -> None:
        now = self.clock()
        with reading(self.engine) as connection:
            tuning = service.tuning(connection, self.printer.name)
            is_report = request.kind is ServiceKind.REPORT
            report = shift_report(connection, self.site, now) if is_report else None
        try:
            picture = self._picture(request, report, now)
            process_id = FIRST_PROCESS_ID + request.id
            encoded = self.printer.encode(picture, process_id, tuning)
        except ValueError:
            log_line.exception("page not drawn", request=request.id)
            self._end(request, Outcome.NOT_DRAWN)
            return
        try:
            outcome = self.printer.send(
                encoded, process_id=process_id, on_first_byte=lambda: self._start(request)
            )
        except BlankGoneError:
            self._end(request, Outcome.NO_STOCK)
            return
        except WithdrawnError:
            return  # and it was written down by who withdrew it
        reach(Point.SERVICE_OVER)
        if isinstance(outcome, Confirmed):
            self._end(request, Outcome.PRINTED, report)
        elif isinstance(outcome, NothingSent):
            self._end(request, Outcome.NOT_READY)
        else:
            self._clear_and_end(request, Outcome.NOT_KNOWN)

    def _picture(
        self, request: ServiceRequest, report: ShiftReport | None, now: datetime
    ) -> Picture:
        if request.slip is not None:
            return draw_receipt(slip_rows(request.slip))
        if request.kind is ServiceKind.FEED:
            return blank_picture(self.blank_dots)
        if report is not None:
            return draw_receipt(report_rows(report), head_code(report))
        return draw_test_page(self.site.kiosk, long_datetime(now, "th"), self.blank_dots)

    def _start(self, request: ServiceRequest) -> None:
        takes_blank = self.has_stock and request.kind in MOVES_PAPER
        with writing(self.engine) as connection:
            begin(connection, request, takes_blank=takes_blank, at=self.clock())
            reach(Point.SERVICE_START_WRITTEN)
        reach(Point.SERVICE_START_COMMITTED)

    def _clear_and_end(self, request: ServiceRequest, outcome: Outcome) -> None:
        """End what was cut short; the rest of its page must not be taken from the next sticker."""
        self.printer.clear()
        reach(Point.CLEARED)
        self._end(request, outcome)

    def _end(
        self, request: ServiceRequest, outcome: Outcome, report: ShiftReport | None = None
    ) -> None:
        with writing(self.engine) as connection:
            current = service.by_id(connection, request.id)
            if current is None:
                return
            if not finish(connection, current, outcome, at=self.clock(), report=report):
                return
            reach(Point.SERVICE_END_WRITTEN)
        reach(Point.SERVICE_END_COMMITTED)
