"""After a stop in the middle: what was waiting is cancelled, what was being sent is in doubt.

Recovery never prints, never sends again and never decides: it clears the printer's buffers, waits
until nothing can still be coming out, and writes down what the counters say, for people.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import WAITING, CancelCause, JobState
from kiosk.domain.printing import PrinterState
from kiosk.store import jobs, log, machine
from kiosk.store.engine import reading, writing
from kiosk.store.jobs import Evidence, Job
from kiosk.usecases import slips
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.outcomes import put_in_doubt
from kiosk.usecases.ports import Clock, Printer
from kiosk.usecases.requesting import cancel

STOPPED_WHILE_SENDING = "the kiosk stopped while the sticker was being sent"

BEAT_S = 1.0
"""How often the printer is looked at while its paper comes to rest, as at other times."""

SILENT = (PrinterState.UNREACHABLE, PrinterState.UNKNOWN)


class CutShortError(Exception):
    """The wait for paper to come to rest was cut short: what is read now would be no evidence."""


def come_to_rest(stop: threading.Event, seconds: float, look: Callable[[], None]) -> None:
    """Wait so long that no paper of an earlier job can still move.

    `look` is called each second, so that the screen goes on showing how the printer is. Raises
    CutShortError when `stop` is set first.
    """
    left_s = seconds
    while left_s > 0:
        if stop.wait(min(left_s, BEAT_S)):
            raise CutShortError
        left_s -= BEAT_S
        look()


def cancel_all_waiting(engine: Engine, clock: Clock) -> int:
    """Cancel what visitors asked for and nothing was sent of, at a process's start.

    Returns how many stickers that were.
    """
    with writing(engine) as connection:
        waiting = jobs.in_state(connection, *WAITING)
        now = clock()
        for job in waiting:
            cancel(connection, job, CancelCause.PROCESS_STARTED, now)
        slips.cancel(connection, now)
        reach(Point.CANCEL_WRITTEN)
    reach(Point.CANCEL_COMMITTED)
    return len(waiting)


def leave_in_doubt(
    engine: Engine, printer: str | None, clock: Clock, *, why: str = STOPPED_WHILE_SENDING
) -> int:
    """Put every job that is recorded as being sent in doubt; return how many.

    `printer` None means any: at a start, a job under an earlier name of the printer is ours too.
    """
    with writing(engine) as connection:
        sending = jobs.in_state(connection, JobState.SENDING, printer=printer)
        for job in sending:
            put_in_doubt(connection, job, why, None, at=clock())
        reach(Point.DOUBT_WRITTEN)
    reach(Point.DOUBT_COMMITTED)
    return len(sending)


def gather_evidence(
    engine: Engine,
    printer: Printer,
    clock: Clock,
    wait: Callable[[], None],
    *,
    again: bool = False,
) -> bool:
    """Clear the printer and read its counter for a doubt that lacks either.

    What a stopped printer did not answer is asked again after its state has changed, or at once
    when people ask for it (`again`). `wait` lasts twice the longest print, or raises CutShortError,
    and then nothing is written: a counter read while paper still moves lies. Returns whether the
    printer was asked and acknowledged the clear.
    """
    doubts = _to_learn_of(engine, printer.name, again=again)
    if not doubts or printer.status().state in SILENT:
        return False
    was_cleared = printer.clear()
    reach(Point.CLEARED)
    wait()
    cuts = printer.cut_count()
    reach(Point.COUNTED)
    now = clock()
    with writing(engine) as connection:
        for job in doubts:
            _add_evidence(connection, job, cuts, was_cleared=was_cleared, at=now)
        reach(Point.EVIDENCE_WRITTEN)
    reach(Point.EVIDENCE_COMMITTED)
    return was_cleared


def _to_learn_of(engine: Engine, printer: str, *, again: bool) -> list[Job]:
    """Return the doubts that the printer may have something to say of."""
    with reading(engine) as connection:
        seen = machine.printer(connection, printer)
        changed_at = None if seen is None else seen.changed_at
        return [
            job
            for job in jobs.in_state(connection, JobState.IN_DOUBT, printer=printer)
            if again or _may_learn(jobs.evidence(connection, job), changed_at)
        ]


def _add_evidence(
    connection: Connection, job: Job, cuts: int | None, *, was_cleared: bool, at: datetime
) -> None:
    current = jobs.by_id(connection, job.id)
    if current is None or current.state is not JobState.IN_DOUBT:
        return  # people were quicker, and what they ended stays as they saw it
    cleared = {"acknowledged": was_cleared}
    counted = {"before": job.cuts_before, "after": cuts}
    for kind, detail in (("cleared", cleared), ("counter", counted)):
        jobs.add_evidence(connection, job, kind, detail, by=Actor.SYSTEM, at=at)
        payload = {"job": job.id, "kind": kind, **detail}
        log.append(connection, at, AuditEvent.EVIDENCE_ADDED, Actor.SYSTEM, payload)


@dataclass(frozen=True, slots=True)
class Learned:
    """What the printer itself has said of a doubt; counters are None where it did not tell."""

    is_cleared: bool
    cuts_before: int | None
    cuts_after: int | None
    at: datetime


def learned(known: Sequence[Evidence]) -> Learned | None:
    """Return what was learned from the printer about a job, None if it was not asked yet.

    Once cleared it stays clear, as nothing prints while a doubt lasts; of counts the last holds.
    """
    cleared = [evidence for evidence in known if evidence.kind == "cleared"]
    counts = [evidence for evidence in known if evidence.kind == "counter"]
    if not cleared or not counts:
        return None
    last = counts[-1]
    return Learned(
        is_cleared=any(evidence.detail["acknowledged"] for evidence in cleared),
        cuts_before=_count(last.detail["before"]),
        cuts_after=_count(last.detail["after"]),
        at=last.at,
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _may_learn(known: Sequence[Evidence], changed_at: datetime | None) -> bool:
    before = learned(known)
    if before is None:
        return True
    has_changed = changed_at is not None and changed_at > before.at
    return has_changed and not (before.is_cleared and before.cuts_after is not None)
