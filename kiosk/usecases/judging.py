"""Decide on one renewal with everything the kiosk knows of it at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from kiosk.domain.decide import Context, Decision, decide
from kiosk.domain.job import JobState
from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.domain.readiness import CentralClock, MachineFacts, not_ready
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.thai import bangkok_date
from kiosk.sticker.grant import check_grant
from kiosk.store import batches, issues, jobs, machine, renewals, reserve, stock
from kiosk.store.issues import Issue
from kiosk.store.jobs import Job
from kiosk.usecases.site import Site


@dataclass(frozen=True, slots=True)
class Judged:
    """A renewal's newest record, the decision on it, and the sticker or job that it has."""

    record: PaidRecord
    decision: Decision
    issue: Issue | None
    job: Job | None


def judge(
    connection: Connection, reference: str, site: Site, now: datetime, *, own: Job | None = None
) -> Judged | None:
    """Decide on the current version of a renewal; None when there is no record of it.

    `own` is the job on whose behalf we ask: it does not stand in its own way.
    """
    stored = renewals.find(connection, reference)
    if stored is None:
        return None
    issue = issues.valid_for(connection, reference)
    job = jobs.open_for(connection, reference)
    is_own = job is not None and own is not None and job.number == own.number
    context = Context(
        kiosk=site.kiosk,
        office=site.office.code,
        today=bangkok_date(now),
        fines=site.fines,
        grant=check_grant(stored.record, site.ring.at(stored.received_at)),
        is_on_hold=renewals.is_on_hold(connection, reference),
        has_valid_issue=issue is not None,
        open_job=None if job is None or is_own else job.state,
    )
    return Judged(stored.record, decide(stored.record, context), issue, job)


def machine_reasons(connection: Connection, site: Site, now: datetime) -> tuple[Reason, ...]:
    """Return every reason why this kiosk may not start a sticker now."""
    return not_ready(machine_facts(connection, site, now))


def machine_facts(connection: Connection, site: Site, now: datetime) -> MachineFacts:
    """Return what is known of this kiosk now."""
    seen = machine.printer(connection, site.printer)
    doubts = jobs.in_state(connection, JobState.IN_DOUBT, printer=site.printer)
    unseen = PrinterStatus(PrinterState.UNKNOWN)
    as_of = machine.records_as_of(connection)
    return MachineFacts(
        printer=unseen if seen is None else seen.status,
        checked_at=None if seen is None else seen.checked_at,
        now=now,
        last_event_at=machine.last_event_at(connection, as_of),
        blanks_left=stock.left(connection),
        stock_read_in=stock.is_read_in(connection),
        has_doubt=bool(doubts),
        out_of_service=machine.is_out_of_service(connection),
        has_keys=site.has_keys,
        data_as_of=as_of,
        stop_after=site.stop_after,
        central=_central_clock(connection),
        disk_has_room=seen is None or _has_reserve(connection),  # the spool lays it in
    )


def _has_reserve(connection: Connection) -> bool:
    return reserve.is_kept(Path(str(connection.engine.url.database)))


def _central_clock(connection: Connection) -> CentralClock | None:
    marks = batches.all_watermarks(connection)
    newest = max(marks, key=lambda mark: mark.made_at, default=None)
    return None if newest is None else CentralClock(newest.made_at, newest.received_at)
