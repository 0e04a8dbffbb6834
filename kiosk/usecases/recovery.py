"""After a stop in the middle: what was waiting is cancelled, what was being sent is in doubt.

Recovery never prints, never sends again and never decides: it clears the printer's buffers, waits
until nothing can still be coming out, and writes down what the counters say, for people.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import WAITING, CancelCause, JobState
from kiosk.domain.printing import PrinterState
from kiosk.store import jobs, log
from kiosk.store.engine import reading, writing
from kiosk.store.jobs import Evidence
from kiosk.usecases.collecting import cancel
from kiosk.usecases.outcomes import put_in_doubt
from kiosk.usecases.ports import Clock, Printer

STOPPED_WHILE_SENDING = "the kiosk stopped while the sticker was being sent"

SILENT = (PrinterState.UNREACHABLE, PrinterState.UNKNOWN)


def cancel_all_waiting(engine: Engine, clock: Clock) -> int:
    """Cancel every request that nothing was sent of; return how many. For a process's start."""
    with writing(engine) as connection:
        waiting = jobs.in_state(connection, *WAITING)
        now = clock()
        return sum(cancel(connection, job, CancelCause.PROCESS_STARTED, now) for job in waiting)


def leave_in_doubt(
    engine: Engine, printer: str, clock: Clock, *, why: str = STOPPED_WHILE_SENDING
) -> int:
    """Put every job that is recorded as being sent in doubt; return how many."""
    with writing(engine) as connection:
        sending = jobs.in_state(connection, JobState.SENDING, printer=printer)
        for job in sending:
            put_in_doubt(connection, job, why, None, at=clock())
        return len(sending)


def gather_evidence(
    engine: Engine, printer: Printer, clock: Clock, wait: Callable[[], None]
) -> None:
    """Clear the printer and read its counter for a doubt that lacks both.

    `wait` lasts twice the longest print: a counter read while paper still moves lies.
    """
    with reading(engine) as connection:
        doubts = jobs.in_state(connection, JobState.IN_DOUBT, printer=printer.name)
        fresh = [job for job in doubts if not _was_cleared(jobs.evidence(connection, job))]
    if not fresh or printer.status().state in SILENT:
        return
    was_cleared = printer.clear()
    wait()
    cuts = printer.cut_count()
    now = clock()
    with writing(engine) as connection:
        for job in fresh:
            cleared = {"acknowledged": was_cleared}
            counted = {"before": job.cuts_before, "after": cuts}
            for kind, detail in (("cleared", cleared), ("counter", counted)):
                jobs.add_evidence(connection, job, kind, detail, by=Actor.SYSTEM, at=now)
                payload = {"job": job.id, "kind": kind, **detail}
                log.append(connection, now, AuditEvent.EVIDENCE_ADDED, Actor.SYSTEM, payload)


def _was_cleared(known: list[Evidence]) -> bool:
    return any(evidence.kind == "cleared" for evidence in known)
