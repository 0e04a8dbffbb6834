"""Write an audit event and, for facts of prints, the outbox row that goes with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.audit import AuditEvent
from kiosk.domain.job import JobState, VoidReason
from kiosk.store import issues, log, outbox
from kiosk.store.issues import Issue
from kiosk.store.jobs import Job

PRINT_FACTS: Mapping[JobState, AuditEvent] = {
    JobState.SENDING: AuditEvent.JOB_SENDING,
    JobState.PRINTED: AuditEvent.JOB_PRINTED,
    JobState.IN_DOUBT: AuditEvent.JOB_IN_DOUBT,
    JobState.NO_OUTPUT: AuditEvent.JOB_NO_OUTPUT,
    JobState.SPOILED: AuditEvent.JOB_SPOILED,
}
"""The steps of a job that central is told of."""


def record_step(
    connection: Connection,
    job: Job,
    state: JobState,
    *,
    at: datetime,
    actor: str,
    payload: Mapping[str, object],
) -> None:
    """Log a step of a job that bears on its sticker, and put it into the outbox."""
    event = PRINT_FACTS[state]
    fact = {
        "job": job.id,
        "reference": job.reference,
        "version": job.version,
        "fence": job.fence,
        "attempt": job.attempt,
        "serial": job.serial,
        "state": state.value,
        **payload,
    }
    log.append(connection, at, event, actor, fact)
    _publish(connection, f"{job.id}:{state.value}", event, fact, at)


def record_void(
    connection: Connection, issue: Issue, reason: VoidReason, *, at: datetime, actor: str
) -> None:
    """Void an issue, log it and put it into the outbox; nothing happens if it was void."""
    if not issues.void(connection, issue, reason):
        return
    fact = {"reference": issue.reference, "serial": issue.serial, "reason": reason.value}
    log.append(connection, at, AuditEvent.ISSUE_VOIDED, actor, fact)
    _publish(connection, f"void:{issue.id}", AuditEvent.ISSUE_VOIDED, fact, at)


def record_head(
    connection: Connection, number: int, hashed: bytes, *, where: str, at: datetime, actor: str
) -> None:
    """Write down that a head of the log left the machine: the log may not end before it."""
    outbox.anchor(connection, number, hashed, where=where, at=at)
    payload = {"number": number, "hash": hashed.hex(), "where": where}
    log.append(connection, at, AuditEvent.HEAD_PUBLISHED, actor, payload)


def _publish(
    connection: Connection,
    key: str,
    event: AuditEvent,
    fact: Mapping[str, object],
    at: datetime,
) -> None:
    envelope = {"at": at.isoformat(), **fact}
    text = json.dumps(envelope, ensure_ascii=False, sort_keys=True)
    log.publish(connection, key, event.value, text)
