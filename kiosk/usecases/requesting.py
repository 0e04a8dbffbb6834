"""A visitor's wish for a sticker: asked once, watched, withdrawn when the visitor is gone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.decide import Refused
from kiosk.domain.job import WAITING, CancelCause, JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.store import jobs, log, machine
from kiosk.store.engine import reading, writing
from kiosk.store.jobs import Evidence, Job
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.judging import Judged, judge, machine_reasons
from kiosk.usecases.ports import Clock
from kiosk.usecases.site import Site
from kiosk.usecases.views import Denied, JobView

LONGEST_WAITING = timedelta(seconds=30)
"""A request that did not start by then is cancelled: nobody stands there any more."""

DEFAULT_PRINT_S = 4
"""Shown before the first sticker of this printer was measured."""


def request_print(
    engine: Engine, site: Site, clock: Clock, reference: str, visit: str
) -> JobView | Refused | Denied:
    """Ask for the sticker. Asking twice answers with the job there is."""
    now, owner = clock(), visit_digest(visit)
    with writing(engine) as connection:
        asked = _ask(connection, site, reference, owner, now)
    reach(Point.REQUEST_COMMITTED)
    return asked


def _ask(
    connection: Connection, site: Site, reference: str, owner: str, now: datetime
) -> JobView | Refused:
    latest = jobs.latest_for(connection, reference)
    if latest is not None and latest.visit == owner and _still_answers(latest):
        return view_of(connection, latest, site, now)
    refused = _refusal(connection, site, reference, now)
    if isinstance(refused, Judged):
        return view_of(connection, _add_job(connection, refused.record, owner, now), site, now)
    payload = {"reference": reference, "reasons": [reason.value for reason in refused.reasons]}
    log.append(connection, now, AuditEvent.PRINT_REFUSED, Actor.COLLECTOR, payload)
    return refused


def _still_answers(job: Job) -> bool:
    # Another wish after one that put nothing out is a new wish.
    return job.state not in (JobState.CANCELLED, JobState.NO_OUTPUT, JobState.SPOILED)


def _refusal(connection: Connection, site: Site, reference: str, now: datetime) -> Judged | Refused:
    judged = judge(connection, reference, site, now)
    if judged is None:
        return Refused((Reason.NOT_FOUND,))
    if isinstance(judged.decision, Refused):
        return judged.decision
    reasons = machine_reasons(connection, site, now)
    return Refused(reasons) if reasons else judged


def _add_job(connection: Connection, record: PaidRecord, owner: str, now: datetime) -> Job:
    job = jobs.add(
        connection,
        job_id=secrets.token_hex(12),  # no hyphen: people type it after a command
        reference=record.reference,
        version=record.version,
        fence=record.fence,
        visit=owner,
        at=now,
    )
    payload = {"job": job.id, "reference": job.reference, "fence": job.fence}
    log.append(connection, now, AuditEvent.JOB_REQUESTED, Actor.COLLECTOR, payload)
    reach(Point.REQUEST_WRITTEN)
    return job


def watch(engine: Engine, site: Site, clock: Clock, job_id: str) -> JobView | None:
    """Return a job as the screen may know it; one that waited too long is cancelled first."""
    with reading(engine) as connection:
        found = jobs.by_id(connection, job_id)
        if found is None:
            return None
        # The printer process cancels these too; here it is done when that process is gone.
        is_overdue = found.state in WAITING and clock() - found.requested_at > LONGEST_WAITING
        if not is_overdue:
            return view_of(connection, found, site, clock())
    with writing(engine) as connection:
        cancel(connection, found, CancelCause.WAITED_TOO_LONG, clock())
        ended = jobs.by_id(connection, job_id)
        return None if ended is None else view_of(connection, ended, site, clock())


def view_of(connection: Connection, job: Job, site: Site, now: datetime) -> JobView:
    """Return what the screen may know of a job at one moment."""
    seen = machine.printer(connection, site.printer)
    whole_s = DEFAULT_PRINT_S
    if seen is not None and seen.print_ms is not None:
        whole_s = max(1, -(-seen.print_ms // 1000))
    spent_s = int((now - (job.sending_at or job.requested_at)).total_seconds())
    is_running = job.state in (*WAITING, JobState.SENDING)
    evidence = jobs.evidence(connection, job)
    return JobView(
        id=job.id,
        reference=job.reference,
        state=job.state,
        evidence=tuple(known.kind for known in evidence),
        seconds_left=max(0, whole_s - max(0, spent_s)) if is_running else 0,
        serial=job.serial if job.state is JobState.PRINTED else None,
        cause=job.cause,
        ended_at=job.ended_at,
        reasons=_reasons(evidence),
    )


def _reasons(evidence: Sequence[Evidence]) -> tuple[Reason, ...]:
    """Return why nothing was sent, as far as that is known."""
    said = [known.detail.get("reasons") for known in evidence if known.kind == "not-sent"]
    return tuple(Reason(code) for codes in said if isinstance(codes, list) for code in codes)


def cancel_waiting(engine: Engine, clock: Clock, visit: str) -> None:
    """Cancel what a visitor asked for and nothing was sent of: the visitor is gone."""
    owner = visit_digest(visit)
    with reading(engine) as connection:
        if not any(job.visit == owner for job in jobs.in_state(connection, *WAITING)):
            return
    with writing(engine) as connection:
        for job in jobs.in_state(connection, *WAITING):
            if job.visit == owner:
                cancel(connection, job, CancelCause.SESSION_ENDED, clock())


def visit_digest(visit: str) -> str:
    """Return what is kept of a visit's token: enough to know it again, useless to steal."""
    return hashlib.sha256(visit.encode()).hexdigest()[:32]


def cancel(
    connection: Connection,
    job: Job,
    cause: CancelCause,
    now: datetime,
    reasons: Sequence[Reason] = (),
) -> None:
    """Cancel a waiting job, unless it has moved on. `reasons` are what the visitor is told."""
    if not jobs.step(connection, job, JobState.CANCELLED, cause=cause.value, ended_at=now):
        return
    payload: dict[str, object] = {"job": job.id, "cause": cause.value}
    if reasons:
        why = {"reasons": [reason.value for reason in reasons]}
        jobs.add_evidence(connection, job, "not-sent", why, by=Actor.SYSTEM, at=now)
        payload |= why
    log.append(connection, now, AuditEvent.JOB_CANCELLED, Actor.SYSTEM, payload)
