"""Figures over many rows, and the heads of the log that left the machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from kiosk.domain.audit import AuditEvent
from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState
from kiosk.store.jobs import Job, as_job
from kiosk.store.tables.jobs import job_evidence, jobs
from kiosk.store.tables.log import audit_anchors, audit_events


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """A row of the log as people read it; `payload` is JSON, None once purged."""

    number: int
    at: datetime
    event: AuditEvent
    actor: str
    payload: str | None


def last_published_at(connection: Connection, where: str) -> datetime | None:
    """Return when the log's head last left the machine in this way."""
    query = select(func.max(audit_anchors.c.at)).where(audit_anchors.c.where == where)
    return connection.execute(query).scalar()


def add_anchor(
    connection: Connection, number: int, hashed: bytes, where: str, at: datetime
) -> None:
    """Keep a head that left the machine."""
    values = {"number": number, "hash": hashed, "where": where, "at": at}
    connection.execute(insert(audit_anchors).values(**values))


def ended_since(connection: Connection, since: datetime | None) -> Mapping[JobState, int]:
    """Count the jobs that ended after a time (ever, when None), by how they ended."""
    query = select(jobs.c.state, func.count()).where(jobs.c.ended_at.is_not(None))
    if since is not None:
        query = query.where(jobs.c.ended_at > since)
    found = connection.execute(query.group_by(jobs.c.state))
    return {JobState(state): count for state, count in found}


def count_in(connection: Connection, state: JobState) -> int:
    """Count the jobs in a state."""
    query = select(func.count()).select_from(jobs).where(jobs.c.state == state)
    return connection.execute(query).scalar_one()


def last_printed(connection: Connection) -> Job | None:
    """Return the newest job that the printer itself confirmed as printed, unless people ended it.

    None when the newest print was ended by people: they had the paper in their hands.
    """
    query = select(jobs).where(jobs.c.state == JobState.PRINTED).order_by(jobs.c.number.desc())
    row = connection.execute(query.limit(1)).first()
    if row is None:
        return None
    by_people = select(job_evidence.c.id).where(
        job_evidence.c.job_number == row.number, job_evidence.c.kind == "staff"
    )
    return None if connection.execute(by_people).first() is not None else as_job(row)


def last_events(connection: Connection, count: int) -> list[LoggedEvent]:
    """Return the end of the log, newest first."""
    columns = audit_events.c
    query = (
        select(columns.number, columns.at, columns.event, columns.actor, columns.payload)
        .order_by(columns.number.desc())
        .limit(count)
    )
    return [
        LoggedEvent(
            row.number,
            datetime.fromisoformat(row.at),
            AuditEvent(row.event),
            row.actor,
            row.payload,
        )
        for row in connection.execute(query)
    ]


def printer_states_since(connection: Connection, printer: str, number: int) -> list[PrinterState]:
    """Return the states a printer was seen to enter after a row of the log, oldest first."""
    query = (
        select(func.json_extract(audit_events.c.payload, "$.state"))
        .where(
            audit_events.c.number > number,
            audit_events.c.event == AuditEvent.PRINTER_CHANGED,
            func.json_extract(audit_events.c.payload, "$.printer") == printer,
        )
        .order_by(audit_events.c.number)
    )
    return [PrinterState(state) for state in connection.execute(query).scalars()]
