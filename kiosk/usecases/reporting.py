"""What a shift put out and what is left, read from the database, and the log's head with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from kiosk.domain.job import JobState
from kiosk.store import jobs, log, reports, stock
from kiosk.store.engine import reading
from kiosk.store.stock import Roll
from kiosk.usecases.facts import record_head
from kiosk.usecases.ports import Clock
from kiosk.usecases.site import Site


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """Counts of jobs that ended since `since` (the last printed report, None: ever) until `until`.

    `in_doubt` are the doubts that stand now. `rolls` are those loaded in the shift or still there.
    `head_number` and `head_hash` are the log's last row when the report was made.
    """

    kiosk: str
    office: str
    since: datetime | None
    until: datetime
    printed: int
    spoiled: int
    no_output: int
    cancelled: int
    in_doubt: int
    rolls: tuple[Roll, ...]
    head_number: int
    head_hash: str


def shift_report(connection: Connection, site: Site, now: datetime) -> ShiftReport:
    """Sum up what happened since the last printed report."""
    since = reports.last_published_at(connection, "receipt")
    ended = reports.ended_since(connection, since)
    number, hashed = log.head(connection)
    return ShiftReport(
        kiosk=site.kiosk,
        office=site.office.name_th,
        since=since,
        until=now,
        printed=ended.get(JobState.PRINTED, 0),
        spoiled=ended.get(JobState.SPOILED, 0),
        no_output=ended.get(JobState.NO_OUTPUT, 0),
        cancelled=ended.get(JobState.CANCELLED, 0),
        in_doubt=len(jobs.in_state(connection, JobState.IN_DOUBT)),
        rolls=tuple(
            stock.all_rolls(connection) if since is None else stock.rolls_since(connection, since)
        ),
        head_number=number,
        head_hash=hashed.hex(),
    )


def report_now(engine: Engine, clock: Clock, site: Site) -> ShiftReport:
    """Sum up the shift for the screen; nothing is published by that."""
    with reading(engine) as connection:
        return shift_report(connection, site, clock())


def publish_head(
    connection: Connection, report: ShiftReport, *, by: str, where: str, at: datetime
) -> None:
    """Write down that a report's head left the machine: the log may not end before it."""
    hashed = bytes.fromhex(report.head_hash)
    record_head(connection, report.head_number, hashed, where=where, at=at, actor=by)
