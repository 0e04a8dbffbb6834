"""The spool: take one job from REQUESTED to an outcome, and never send twice.

The order is the promise: the issue is durable before the first byte leaves, nothing retries after
it, and whatever is not known for certain becomes a doubt that people resolve.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.decide import Refused
from kiosk.domain.job import CancelCause, JobState
from kiosk.domain.readiness import HEARTBEAT_LIMIT, printer_reasons
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.sticker import StickerFields, sticker_fields
from kiosk.sticker.code import sticker_code
from kiosk.sticker.keys import SigningKey
from kiosk.sticker.layout import Template
from kiosk.sticker.picture import draw
from kiosk.store import issues, jobs, log, machine, renewals, reserve, service, stock
from kiosk.store.engine import reading, writing
from kiosk.store.jobs import Job
from kiosk.usecases import watching
from kiosk.usecases.facts import record_step
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.judging import judge, machine_reasons
from kiosk.usecases.ports import Clock, Printer
from kiosk.usecases.recording import record_outcome
from kiosk.usecases.recovery import leave_in_doubt
from kiosk.usecases.requesting import LONGEST_WAITING, cancel
from kiosk.usecases.site import Site

NOT_WRITTEN = "the outcome could not be written down"

log_line = structlog.get_logger("kiosk.spool")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sticker that is drawn, signed and encoded, with nothing of it sent."""

    record: PaidRecord
    fields: StickerFields
    code: str
    job_bytes: bytes


@dataclass(frozen=True, slots=True)
class Spool:
    """Everything a sticker's way needs; one spool drives one printer."""

    engine: Engine
    site: Site
    printer: Printer
    key: SigningKey
    template: Template
    clock: Clock

    def do_one(self) -> bool:
        """Take the oldest request to its outcome; False when there is none."""
        with reading(self.engine) as connection:
            requested = jobs.in_state(connection, JobState.REQUESTED)
            left_over = jobs.in_state(
                connection, JobState.CLAIMED, JobState.SENDING, printer=self.printer.name
            )
        self._end_left_over(left_over)
        if not requested:
            return False
        claimed = self._claim(requested[0])
        if claimed is not None:
            reach(Point.CLAIM_COMMITTED)
            self._print(claimed)
        return True

    def _end_left_over(self, left_over: Sequence[Job]) -> None:
        """End what the database refused to let us end: nothing else of ours is under way here."""
        for job in left_over:
            if job.state is JobState.CLAIMED:
                self._cancel(job, CancelCause.PRINTER_NOT_READY)
            else:
                leave_in_doubt(self.engine, self.printer.name, self.clock, why=NOT_WRITTEN)

    def _claim(self, job: Job) -> Job | None:
        now = self.clock()
        with writing(self.engine) as connection:
            if now - job.requested_at > LONGEST_WAITING:
                cancel(connection, job, CancelCause.WAITED_TOO_LONG, now)
                return None
            serial = stock.next_blank(connection)
            if serial is None:
                cancel(connection, job, CancelCause.OUT_OF_STOCK, now, (Reason.NO_STOCK,))
                return None
            columns = {"serial": serial, "printer": self.printer.name, "claimed_at": now}
            if not jobs.step(connection, job, JobState.CLAIMED, **columns):
                return None
            payload = {"job": job.id, "serial": serial}
            log.append(connection, now, AuditEvent.JOB_CLAIMED, Actor.SYSTEM, payload)
            reach(Point.CLAIM_WRITTEN)
            return jobs.by_id(connection, job.id)

    def _print(self, job: Job) -> None:
        try:
            prepared = self._prepare(job)
        except Exception:
            # Whatever is wrong with one record must not stop the printer for the next.
            log_line.exception("sticker not drawn", job=job.id)
            self._cancel(job, CancelCause.RENDER_FAILED)
            return
        reach(Point.PREPARED)
        status = self.printer.status()
        if not status.is_ready:
            self._cancel(job, CancelCause.PRINTER_NOT_READY, printer_reasons(status))
            self.saw()
            return
        cuts = self.printer.cut_count()
        sending = self._start_sending(job, prepared, cuts)
        if sending is None:
            return
        reach(Point.SENDING_COMMITTED)
        started = time.monotonic()
        outcome = self.printer.send(prepared.job_bytes, process_id=job.number)
        reach(Point.OUTCOME_KNOWN)
        print_ms = int((time.monotonic() - started) * 1000)
        record_outcome(self.engine, sending, outcome, self.clock, print_ms=print_ms)

    def _prepare(self, job: Job) -> Prepared:
        with reading(self.engine) as connection:
            stored = renewals.find(connection, job.reference)
            tuning = service.tuning(connection, self.printer.name)
        if stored is None or stored.record.grant is None or job.serial is None:
            raise LookupError(f"job {job.id} has no record, grant or serial")
        now = self.clock()
        fields = sticker_fields(
            stored.record,
            office_name=self.site.office.name_th,
            is_specimen=self.site.is_specimen,
            serial=job.serial,
            issued_at=now,
        )
        code = sticker_code(stored.record.grant, job.serial, job.attempt, now, self.key)
        picture = draw(fields, self.template, code).picture
        job_bytes = self.printer.encode(picture, job.number, tuning)
        return Prepared(stored.record, fields, code, job_bytes)

    def _start_sending(self, job: Job, prepared: Prepared, cuts: int | None) -> Job | None:
        """Decide once more on what is known now, and make the issue durable."""
        now = self.clock()
        with writing(self.engine) as connection:
            current = jobs.by_id(connection, job.id)
            if current is None or current.state is not JobState.CLAIMED:
                return None  # The visitor left first.
            objection = self._objection(connection, job, prepared)
            if objection is not None:
                cause, reasons = objection
                cancel(connection, job, cause, now, reasons)
                return None
            serial = prepared.fields.serial or ""
            if not stock.set_fate(connection, serial, "left", "issued"):
                cancel(connection, job, CancelCause.OUT_OF_STOCK, now)
                return None  # The roll was taken out, or read in further on.
            issues.add(connection, job, prepared.fields, prepared.code)
            jobs.step(connection, job, JobState.SENDING, sending_at=now, cuts_before=cuts)
            record_step(connection, job, JobState.SENDING, at=now, actor=Actor.SYSTEM, payload={})
            reach(Point.SENDING_WRITTEN)
            return jobs.by_id(connection, job.id)

    def _objection(
        self, connection: Connection, job: Job, prepared: Prepared
    ) -> tuple[CancelCause, tuple[Reason, ...]] | None:
        judged = judge(connection, job.reference, self.site, self.clock(), own=job)
        if judged is None:
            return CancelCause.NO_LONGER_ELIGIBLE, (Reason.NOT_FOUND,)
        if isinstance(judged.decision, Refused):
            return CancelCause.NO_LONGER_ELIGIBLE, judged.decision.reasons
        if judged.record != prepared.record or judged.record.fence != job.fence:
            return CancelCause.NO_LONGER_ELIGIBLE, ()  # the new version may be printed: ask again
        reasons = machine_reasons(connection, self.site, self.clock())
        return (CancelCause.PRINTER_NOT_READY, reasons) if reasons else None

    def _cancel(self, job: Job, cause: CancelCause, reasons: Sequence[Reason] = ()) -> None:
        with writing(self.engine) as connection:
            cancel(connection, job, cause, self.clock(), reasons)

    def wake(self) -> None:
        """Start after a pause: a numbered roll may have been moved by hands nobody watched."""
        now = self.clock()
        with writing(self.engine) as connection:
            seen = machine.printer(connection, self.printer.name)
            if seen is not None and now - seen.checked_at > HEARTBEAT_LIMIT:
                stock.ask_read_in(connection)

    def saw(self) -> None:
        """Ask the printer how it is and write it down; a change is logged, a poll is not."""
        reserve.keep(Path(str(self.engine.url.database)))
        watching.saw(self.engine, self.printer, self.clock, has_stock=True)

    def probe(self) -> None:
        """Ask a printer that is there what it understands, once after each start."""
        watching.probe(self.engine, self.printer, self.clock)
