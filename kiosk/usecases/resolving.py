"""People end a doubt, with evidence: what came out, who saw it, and what the printer says.

Counters are evidence and never decide alone. A sticker that was issued in doubt stays the renewal's
one valid sticker until this is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import AuditEvent
from kiosk.domain.job import JobState
from kiosk.domain.staff import Act
from kiosk.domain.typed import fold
from kiosk.store import jobs, log, stock
from kiosk.store.engine import writing
from kiosk.store.jobs import Job
from kiosk.store.people import Person
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.outcomes import call_printed, call_spoiled, nothing_came_out
from kiosk.usecases.permitting import permit_one_of
from kiosk.usecases.ports import Clock
from kiosk.usecases.recovery import learned
from kiosk.usecases.told import ToldProblem


class ResolveProblem(ToldProblem):
    """The doubt cannot be ended so; the message is one sentence that says what is missing."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What people say of a job in doubt.

    `serial` is typed or scanned from the paper; None when there is no paper. `why` is their words.
    """

    outcome: JobState
    people: Sequence[Person]
    serial: str | None
    why: str


def resolve(
    engine: Engine, clock: Clock, job_id: str, statement: Statement, *, people_needed: int
) -> Job:
    """End the doubt of a job as its statement says.

    Raises ResolveProblem, or NotAllowed when none of the people may say so, and changes nothing.
    """
    if not statement.people:
        raise ResolveProblem("nobody says so: name who looked at the printer", "people", people=1)
    by = f"staff:{statement.people[0].badge}"
    permit_one_of(engine, clock, Act.RESOLVE_DOUBT, statement.people, by=by)
    now = clock()
    with writing(engine) as connection:
        job = jobs.by_id(connection, job_id)
        if job is None:
            raise ResolveProblem(f"there is no job {job_id}; `kiosk job list` shows them")
        _check(connection, job, statement, people_needed)
        _write_statement(connection, job, statement, now)
        _end(connection, job, statement, now)
        ended = jobs.by_id(connection, job_id)
        if ended is None:
            raise LookupError(f"job {job_id} is gone")
        reach(Point.RESOLVE_WRITTEN)
    reach(Point.RESOLVE_COMMITTED)
    return ended


def _check(connection: Connection, job: Job, statement: Statement, people_needed: int) -> None:
    outcome = statement.outcome
    legal = [JobState.SPOILED] if job.state is JobState.PRINTED else []
    if job.state is JobState.IN_DOUBT:
        legal = [JobState.PRINTED, JobState.NO_OUTPUT, JobState.SPOILED]
    if outcome not in legal:
        raise ResolveProblem(
            f"job {job.id} is {job.state} and cannot be called {outcome}", "moved-on"
        )
    if not statement.why.strip():
        raise ResolveProblem("say why in a few words: it stands in the log", "why")
    if outcome is JobState.NO_OUTPUT:
        _check_no_output(connection, job, statement)
    else:
        _check_paper(job, statement, people_needed)


def _check_no_output(connection: Connection, job: Job, statement: Statement) -> None:
    if statement.serial is not None:
        raise ResolveProblem(
            "there is a serial, so there is paper: call it printed or spoiled", "serial-no-paper"
        )
    known = learned(jobs.evidence(connection, job))
    if known is None or not known.is_cleared:
        raise ResolveProblem(
            "the printer has not acknowledged that its buffer is clear, so paper may still come; "
            "switch it on and wait, or call the sticker spoiled",
            "not-cleared",
        )
    if known.cuts_before is None or known.cuts_before != known.cuts_after:
        raise ResolveProblem(
            f"the printer's cut counter went from {known.cuts_before} to {known.cuts_after}, so "
            "something may have come out; look for it and call it printed or spoiled",
            "counter",
            before=known.cuts_before,
            after=known.cuts_after,
        )


def _check_paper(job: Job, statement: Statement, people_needed: int) -> None:
    badges = {person.badge for person in statement.people}
    if len(badges) < people_needed:
        raise ResolveProblem(
            f"{statement.outcome} takes {people_needed} different people, here are {len(badges)}",
            "people",
            people=people_needed,
        )
    if statement.serial is None:
        # Out of doubt a sticker can be void whether or not its paper turns up. What was or is
        # called printed has paper, and that must be seen.
        if JobState.PRINTED in (statement.outcome, job.state):
            raise ResolveProblem(
                "type or scan the serial from the sticker that came out", "serial-missing"
            )
        return
    if fold(statement.serial).upper() != job.serial:
        raise ResolveProblem(
            f"serial {statement.serial} is not the one of this job; read it from the paper again",
            "serial-wrong",
            serial=statement.serial,
        )


def _write_statement(connection: Connection, job: Job, statement: Statement, now: datetime) -> None:
    for person in statement.people:
        detail = {
            "says": statement.outcome.value,
            "serial_seen": statement.serial is not None,
            "why": statement.why,
        }
        actor = f"staff:{person.badge}"
        jobs.add_evidence(connection, job, "staff", detail, by=actor, at=now)
        payload = {"job": job.id, "kind": "staff", **detail}
        log.append(connection, now, AuditEvent.EVIDENCE_ADDED, actor, payload)


def _end(connection: Connection, job: Job, statement: Statement, now: datetime) -> None:
    ends = {
        JobState.PRINTED: call_printed,
        JobState.NO_OUTPUT: nothing_came_out,
        JobState.SPOILED: call_spoiled,
    }
    actor = f"staff:{statement.people[0].badge}"
    if job.state is JobState.IN_DOUBT:
        # People were at the paper, and a blank that put out nothing may serve again.
        stock.ask_read_in(connection)
    ends[statement.outcome](connection, job, at=now, actor=actor, evidence="staff")
