"""Decide on one renewal with everything the kiosk knows of it at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from kiosk.domain.decide import Context, Decision, decide
from kiosk.domain.job import OPEN
from kiosk.domain.readiness import MachineFacts, not_ready
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.thai import bangkok_date
from kiosk.sticker.grant import check_grant
from kiosk.store import issues, jobs, readiness, renewals, reserve
from kiosk.store.issues import Issue
from kiosk.store.jobs import Job
from kiosk.usecases.site import Site


@dataclass(frozen=True, slots=True)
class Judged:
    """A renewal's newest record, the decision on it, its valid sticker and its last job."""

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
    job = jobs.latest_for(connection, reference)
    # While one is open no other can follow it.
    is_in_way = job is not None and job.state in OPEN and (own is None or job.number != own.number)
    context = Context(
        kiosk=site.kiosk,
        office=site.office.code,
        today=bangkok_date(now),
        fines=site.fines,
        grant=check_grant(stored.record, site.ring.at(stored.received_at)),
        is_on_hold=renewals.is_on_hold(connection, reference),
        has_valid_issue=issue is not None,
        open_job=job.state if job is not None and is_in_way else None,
    )
    return Judged(stored.record, decide(stored.record, context), issue, job)


def machine_reasons(connection: Connection, site: Site, now: datetime) -> tuple[Reason, ...]:
    """Return every reason why this kiosk may not start a sticker now."""
    return not_ready(machine_facts(connection, site, now))


def machine_facts(connection: Connection, site: Site, now: datetime) -> MachineFacts:
    """Return what is known of this kiosk now."""
    known = readiness.recorded(connection, site.printer)
    return MachineFacts(
        printer=known.printer,
        checked_at=known.checked_at,
        now=now,
        last_event_at=known.last_event_at,
        blanks_left=known.blanks_left,
        stock_read_in=known.is_read_in,
        has_doubt=known.has_doubt,
        out_of_service=known.is_out_of_service,
        has_keys=site.has_keys(now),
        data_as_of=known.data_as_of,
        stop_after=site.stop_after,
        central=known.central,
        # The printer process lays the reserve in.
        disk_has_room=known.checked_at is None or _has_reserve(connection),
    )


def _has_reserve(connection: Connection) -> bool:
    return reserve.is_kept(Path(str(connection.engine.url.database)))
