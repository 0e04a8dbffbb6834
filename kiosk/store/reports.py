"""Figures over many rows, and the heads of the log that left the machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from kiosk.domain.audit import AuditEvent
from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState
from kiosk.store.tables.jobs import jobs
from kiosk.store.tables.log import audit_anchors, audit_events

_LAST_PRINTED: Final = """
SELECT ended_at, taken_at IS NOT NULL OR EXISTS (
    SELECT 1 FROM job_evidence WHERE job_number = number AND kind = 'staff') AS is_taken
FROM (SELECT number, state, ended_at, taken_at FROM jobs ORDER BY number DESC LIMIT 30)
WHERE state = 'printed' ORDER BY number DESC LIMIT 1
"""


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


def ended_since(connection: Connection, since: datetime | None) -> Mapping[JobState, int]:
    """Count the jobs that ended after a time (ever, when None), by how they ended."""
    query = select(jobs.c.state, func.count()).where(jobs.c.ended_at.is_not(None))
    if since is not None:
        query = query.where(jobs.c.ended_at > since)
    found = connection.execute(query.group_by(jobs.c.state))
    return {JobState(state): count for state, count in found}


def last_left_at(connection: Connection) -> datetime | None:
    """Return when the newest sticker came out, None if somebody is known to have it.

    That is its collector, who said so, or people who ended its job with the paper in their hands.
    None too when none of the last jobs was printed: the sticker is long gone.
    """
    row = connection.exec_driver_sql(_LAST_PRINTED).first()
    return None if row is None or row.is_taken else datetime.fromisoformat(row.ended_at)


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
