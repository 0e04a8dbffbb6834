"""Print jobs and the evidence of their outcome."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from kiosk.domain.job import OPEN, WAITING, JobState, check_step
from kiosk.store.tables.jobs import IS_OPEN, job_evidence, jobs

_LATEST = (
    select(jobs)
    .where(jobs.c.reference == bindparam("reference"))
    .order_by(jobs.c.number.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Job:
    """A row of `jobs`; times are aware UTC."""

    number: int
    id: str
    reference: str
    version: int
    fence: int
    attempt: int
    state: JobState
    visit: str
    printer: str | None
    serial: str | None
    cause: str | None
    cuts_before: int | None
    requested_at: datetime
    claimed_at: datetime | None
    sending_at: datetime | None
    ended_at: datetime | None
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing known about a job's outcome, and who knows it."""

    kind: str
    detail: Mapping[str, object]
    by: str
    at: datetime


def as_job(row: Row[tuple[object, ...]]) -> Job:
    """Return a row of `jobs` as a job."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Job(**values | {"state": JobState(values["state"])})


def add(
    connection: Connection,
    *,
    job_id: str,
    reference: str,
    version: int,
    fence: int,
    visit: str,
    at: datetime,
) -> Job:
    """Insert a requested job with the renewal's next attempt number."""
    attempt = (
        1
        + connection.execute(
            select(func.count()).select_from(jobs).where(jobs.c.reference == reference)
        ).scalar_one()
    )
    connection.execute(
        insert(jobs).values(
            id=job_id,
            reference=reference,
            version=version,
            fence=fence,
            attempt=attempt,
            state=JobState.REQUESTED,
            visit=visit,
            requested_at=at,
        )
    )
    job = by_id(connection, job_id)
    if job is None:
        raise LookupError(f"job {job_id} is not there after it was inserted")
    return job


def by_id(connection: Connection, job_id: str) -> Job | None:
    """Return the job of a public id."""
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    return None if row is None else as_job(row)


def open_for(connection: Connection, reference: str) -> Job | None:
    """Return the one job that blocks another for this renewal."""
    query = select(jobs).where(jobs.c.reference == reference, text(IS_OPEN))
    row = connection.execute(query).first()
    return None if row is None else as_job(row)


def latest_for(connection: Connection, reference: str) -> Job | None:
    """Return the newest job of a renewal."""
    row = connection.execute(_LATEST, {"reference": reference}).first()
    return None if row is None else as_job(row)


def in_state(connection: Connection, *states: JobState, printer: str | None = None) -> list[Job]:
    """Return the jobs in any of the states, oldest first; of one printer where it is named."""
    query = select(jobs).where(jobs.c.state.in_(states)).order_by(jobs.c.number)
    if set(states) <= set(OPEN):
        query = query.where(text(IS_OPEN))  # by index: a kiosk has few of these, of many jobs
    if printer is not None:
        query = query.where(jobs.c.printer == printer)
    return [as_job(row) for row in connection.execute(query)]


def waiting(connection: Connection) -> bool:
    """Say whether somebody in front of the machine waits for a print to start."""
    query = select(jobs.c.number).where(jobs.c.state.in_(WAITING), text(IS_OPEN)).limit(1)
    return connection.execute(query).first() is not None


def newest(connection: Connection, count: int) -> list[Job]:
    """Return the last jobs, newest first."""
    query = select(jobs).order_by(jobs.c.number.desc()).limit(count)
    return [as_job(row) for row in connection.execute(query)]


def step(connection: Connection, job: Job, after: JobState, **columns: object) -> bool:
    """Take one legal step if the job still stands where it was read; False if it moved."""
    check_step(job.state, after)
    result = connection.execute(
        update(jobs)
        .where(jobs.c.number == job.number, jobs.c.state == job.state)
        .values(state=after, **columns)
    )
    return result.rowcount == 1


def set_taken(connection: Connection, job: Job, at: datetime) -> bool:
    """Note that the collector finished; False if that was noted before."""
    result = connection.execute(
        update(jobs)
        .where(jobs.c.number == job.number, jobs.c.taken_at.is_(None))
        .values(taken_at=at)
    )
    return result.rowcount == 1


def add_evidence(
    connection: Connection,
    job: Job,
    kind: str,
    detail: Mapping[str, object],
    *,
    by: str,
    at: datetime,
) -> None:
    """Write down something known about the outcome."""
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    connection.execute(
        insert(job_evidence).values(job_number=job.number, kind=kind, detail=text, by=by, at=at)
    )


def evidence(connection: Connection, job: Job) -> list[Evidence]:
    """Return what is known about the outcome, oldest first."""
    query = (
        select(job_evidence)
        .where(job_evidence.c.job_number == job.number)
        .order_by(job_evidence.c.id)
    )
    return [
        Evidence(row.kind, json.loads(row.detail), row.by, row.at)
        for row in connection.execute(query)
    ]
