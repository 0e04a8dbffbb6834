"""The ends of a sent job, each with its issue, its blank, its evidence and its log row.

Called inside the transaction in which the outcome becomes known, by the spool or by people.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.audit import Actor
from kiosk.domain.job import JobState, VoidReason
from kiosk.store import issues, jobs, stock
from kiosk.store.issues import Issue
from kiosk.store.jobs import Job
from kiosk.usecases.conflicting import void_if_stopped
from kiosk.usecases.facts import record_step, record_void


def put_in_doubt(
    connection: Connection, job: Job, why: str, sent_bytes: int | None, *, at: datetime
) -> None:
    """Stop the renewal and the printer until people resolve what came out."""
    if not jobs.step(connection, job, JobState.IN_DOUBT, cause=why):
        return
    payload = {"why": why, "sent_bytes": sent_bytes}
    record_step(connection, job, JobState.IN_DOUBT, at=at, actor=Actor.SYSTEM, payload=payload)
    stock.ask_read_in(connection)


def call_printed(
    connection: Connection, job: Job, *, at: datetime, actor: str, evidence: str
) -> None:
    """End a job as printed; its issue stays valid and its blank issued.

    A refund that came in while the sticker was on its way voids it now.
    """
    if not jobs.step(connection, job, JobState.PRINTED, ended_at=at):
        return
    payload = {"evidence": evidence}
    record_step(connection, job, JobState.PRINTED, at=at, actor=actor, payload=payload)
    void_if_stopped(connection, job, at)


def nothing_came_out(
    connection: Connection, job: Job, *, at: datetime, actor: str, evidence: str
) -> None:
    """End a job without output: the issue is void and its blank serves again."""
    if not jobs.step(connection, job, JobState.NO_OUTPUT, ended_at=at):
        return
    issue = _issue_of(connection, job)
    record_void(connection, issue, VoidReason.NO_OUTPUT, at=at, actor=actor)
    stock.set_fate(connection, issue.serial, "issued", "left")
    payload = {"evidence": evidence}
    record_step(connection, job, JobState.NO_OUTPUT, at=at, actor=actor, payload=payload)


def call_spoiled(
    connection: Connection, job: Job, *, at: datetime, actor: str, evidence: str
) -> None:
    """End a job as spoiled: the issue is void, its blank accounted for, and the right is free."""
    if not jobs.step(connection, job, JobState.SPOILED, ended_at=at):
        return
    issue = _issue_of(connection, job)
    record_void(connection, issue, VoidReason.SPOILED, at=at, actor=actor)
    stock.set_fate(connection, issue.serial, "issued", "spoiled")
    payload = {"evidence": evidence}
    record_step(connection, job, JobState.SPOILED, at=at, actor=actor, payload=payload)


def _issue_of(connection: Connection, job: Job) -> Issue:
    issue = issues.of_job(connection, job)
    if issue is None:
        raise LookupError(f"job {job.id} was sent and has no issue")
    return issue
