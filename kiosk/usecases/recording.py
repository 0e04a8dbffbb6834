"""Writing a sticker's outcome down, again and again if need be: the paper is out already."""

from __future__ import annotations

import time
from pathlib import Path

import structlog
from sqlalchemy import Engine

from kiosk.domain.audit import Actor
from kiosk.domain.printing import Confirmed, NothingSent, SendOutcome
from kiosk.domain.readiness import printer_reasons
from kiosk.store import jobs, machine, reserve
from kiosk.store.engine import writing
from kiosk.store.errors import DiskFull, StoreError
from kiosk.store.jobs import Job
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.outcomes import call_printed, nothing_came_out, put_in_doubt
from kiosk.usecases.ports import Clock

RECORD_PAUSES_S = (0.2, 1, 2, 5, 10)
"""Pauses between tries: a full disk is often freed within seconds."""

log_line = structlog.get_logger("kiosk.spool")


def record_outcome(
    engine: Engine, job: Job, outcome: SendOutcome, clock: Clock, *, print_ms: int
) -> None:
    """End a job that was sent. On a full disk the reserve is given up for it.

    Raises StoreError when it cannot be written: the job stays SENDING, nothing more prints, and the
    spool's next look puts it in doubt.
    """
    for pause_s in RECORD_PAUSES_S:
        try:
            _record(engine, job, outcome, clock, print_ms)
        except StoreError as error:
            log_line.exception("outcome not written yet", job=job.id)
            database = Path(str(engine.url.database))
            if not (isinstance(error, DiskFull) and reserve.give_up(database)):
                time.sleep(pause_s)
        else:
            reach(Point.OUTCOME_COMMITTED)
            log_line.info("job ended", job=job.id, outcome=type(outcome).__name__)
            return
    raise StoreError(f"the outcome of job {job.id} could not be written; free disk space")


def _record(engine: Engine, job: Job, outcome: SendOutcome, clock: Clock, print_ms: int) -> None:
    now = clock()
    with writing(engine) as connection:
        if isinstance(outcome, Confirmed):
            kind = outcome.kind.value
            detail = {"detail": outcome.detail}
            jobs.add_evidence(connection, job, kind, detail, by=Actor.SYSTEM, at=now)
            call_printed(connection, job, at=now, actor=Actor.SYSTEM, evidence=kind)
            if job.printer is not None:
                machine.set_print_ms(connection, job.printer, print_ms)
        elif isinstance(outcome, NothingSent):
            told = {
                "state": outcome.status.state.value,
                "detail": outcome.status.detail,
                "reasons": [reason.value for reason in printer_reasons(outcome.status)],
            }
            jobs.add_evidence(connection, job, "not-sent", told, by=Actor.SYSTEM, at=now)
            nothing_came_out(connection, job, at=now, actor=Actor.SYSTEM, evidence="not-sent")
        else:
            put_in_doubt(connection, job, outcome.why, outcome.sent_bytes, at=now)
        reach(Point.OUTCOME_WRITTEN)
