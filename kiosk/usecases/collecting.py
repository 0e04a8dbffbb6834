"""A collector at the screen: open a renewal by code or ID, look at it, ask for its sticker."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.identity import IdProblem, parse_id
from kiosk.domain.identity_digest import owner_digest
from kiosk.domain.job import WAITING, CancelCause, JobState
from kiosk.domain.printing import Picture
from kiosk.domain.readiness import is_older
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import Decision, PaidRecord, Refused
from kiosk.domain.sticker import sticker_fields
from kiosk.domain.thai import to_arabic_digits
from kiosk.domain.typed import fold
from kiosk.sticker.code import (
    CodeProblem,
    Collected,
    read_collection_code,
    read_plain_code,
)
from kiosk.sticker.layout import Template
from kiosk.sticker.picture import draw
from kiosk.store import jobs, log, machine, renewals, reports
from kiosk.store.engine import reading, writing
from kiosk.store.jobs import Job
from kiosk.store.renewals import Stored
from kiosk.usecases import tries
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.judging import Judged, judge, machine_reasons
from kiosk.usecases.ports import Clock
from kiosk.usecases.site import Site

MAX_REFERENCE = 40
"""No reference is longer than this; more is a slip of the scanner."""

LEFT_FOR = timedelta(minutes=10)
"""So long the next people are told of a sticker that may still lie in the slot."""

LONGEST_WAITING = timedelta(seconds=30)
"""A request that did not start by then is cancelled: nobody stands there any more."""

DEFAULT_PRINT_S = 4
"""Shown before the first sticker of this printer was measured."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The person may see and collect this renewal."""

    reference: str


@dataclass(frozen=True, slots=True)
class NeedsId:
    """The code names a renewal, and the owner's ID is still asked."""

    reference: str


@dataclass(frozen=True, slots=True)
class Denied:
    """The person may not go on; `params` fill the message's places."""

    reason: Reason
    retry_after_s: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobView:
    """What the screen may know of a print job."""

    id: str
    reference: str
    state: JobState
    evidence: tuple[str, ...]
    seconds_left: int
    serial: str | None
    cause: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A renewal as shown on the screen, with the decision on it."""

    record: PaidRecord
    decision: Decision
    issued_at: datetime | None
    serial: str | None
    job: JobView | None


@dataclass(frozen=True, slots=True)
class MachineView:
    """The kiosk itself: why it may not print, and how fresh its records are.

    `is_stale`: they are older than the office calls fresh.
    `has_left_sticker`: the last one came out a short while ago and nobody said to have taken it.
    """

    reasons: tuple[Reason, ...]
    data_as_of: datetime | None
    office_th: str
    office_en: str
    kiosk: str
    has_left_sticker: bool = False
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What the public screens ask for; each call is one transaction."""

    engine: Engine
    site: Site
    template: Template
    clock: Clock

    def open_by_code(self, text: str) -> Opened | NeedsId | Denied:
        """Read a scanned code with each reader in turn; a signed one opens its renewal."""
        now = self.clock()
        for reader in self.site.codes:
            found = self._read_signed(text, now) if reader == "signed" else self._read_plain(text)
            if found is not None:
                break
        else:
            found = Denied(Reason.CODE_UNREADABLE)
        with writing(self.engine) as connection:
            if isinstance(found, Opened) and renewals.find(connection, found.reference) is None:
                found = Denied(Reason.NOT_FOUND)
            if isinstance(found, Denied):
                payload = {"reason": found.reason.value}
                log.append(connection, now, AuditEvent.CODE_REFUSED, Actor.COLLECTOR, payload)
            else:
                kind = "signed" if isinstance(found, Opened) else "plain"
                payload = {"reference": found.reference, "kind": kind}
                log.append(connection, now, AuditEvent.CODE_ACCEPTED, Actor.COLLECTOR, payload)
        return found

    def _read_signed(self, text: str, now: datetime) -> Opened | Denied | None:
        read = read_collection_code(text, self.site.ring, now)
        if isinstance(read, Collected):
            return Opened(read.reference)
        if read is CodeProblem.EXPIRED:
            return Denied(Reason.CODE_EXPIRED)
        if read is CodeProblem.FORGED:
            return Denied(Reason.CODE_FORGED)
        return None

    def _read_plain(self, text: str) -> NeedsId | None:
        reference = read_plain_code(text, self.site.plain_code)
        return None if reference is None else NeedsId(as_reference(reference))

    def open_by_reference(self, reference: str, owner_id: str) -> Opened | Denied:
        """Open a renewal for the person who knows its reference and its owner's ID."""
        typed = as_reference(reference)
        if not typed or len(typed) > MAX_REFERENCE:
            return Denied(Reason.REFERENCE_MALFORMED)
        identity = parse_id(owner_id)
        if isinstance(identity, IdProblem):
            return Denied(Reason.ID_MALFORMED)
        now = self.clock()
        with writing(self.engine) as connection:
            # The try is counted before it is judged: pulling the plug gives no free guess.
            wait_s = tries.wait_s(connection, typed, now)
            if wait_s > 0:
                params = {"seconds": str(wait_s)}
                return Denied(Reason.TOO_MANY_TRIES, retry_after_s=wait_s, params=params)
            stored = find_typed(connection, typed)
            tries.count(connection, tries.MACHINE, now)
            if stored is None:
                return Denied(Reason.NOT_FOUND)
            tries.count(connection, stored.record.reference, now)
        digest = owner_digest(identity.number, self.site.fleet_key)
        is_owner = secrets.compare_digest(digest, stored.record.owner.id_digest)
        return self._judge_try(stored.record.reference, now, is_owner=is_owner)

    def _judge_try(self, reference: str, now: datetime, *, is_owner: bool) -> Opened | Denied:
        event = AuditEvent.OWNER_VERIFIED if is_owner else AuditEvent.OWNER_MISMATCH
        with writing(self.engine) as connection:
            log.append(connection, now, event, Actor.COLLECTOR, {"reference": reference})
            if not is_owner:
                return Denied(Reason.ID_MISMATCH)
            machine.forgive(connection, reference)
            machine.forgive(connection, tries.MACHINE)
        return Opened(reference)

    def look(self, reference: str) -> Found | Denied:
        """Return the renewal's newest record and the decision with all reasons."""
        with reading(self.engine) as connection:
            judged = judge(connection, reference, self.site, self.clock())
            if judged is None:
                return Denied(Reason.NOT_FOUND)
            job = jobs.latest_for(connection, reference)
            return Found(
                record=judged.record,
                decision=judged.decision,
                issued_at=None if judged.issue is None else judged.issue.issued_at,
                serial=None if judged.issue is None else judged.issue.serial,
                job=None if job is None else self._view(connection, job),
            )

    def preview(self, reference: str) -> Picture | Denied:
        """Draw the sticker as it would come out, with serial, time and QR as placeholders."""
        with reading(self.engine) as connection:
            stored = renewals.find(connection, reference)
        if stored is None:
            return Denied(Reason.NOT_FOUND)
        fields = sticker_fields(
            stored.record,
            office_name=self.site.office.name_th,
            is_specimen=self.site.is_specimen,
        )
        return draw(fields, self.template, None).picture

    def request_print(self, reference: str, visit: str) -> JobView | Refused | Denied:
        """Ask for the sticker. Asking twice answers with the job there is."""
        asked = self._ask(reference, visit_digest(visit))
        reach(Point.REQUEST_COMMITTED)
        return asked

    def _ask(self, reference: str, owner: str) -> JobView | Refused | Denied:
        now = self.clock()
        with writing(self.engine) as connection:
            latest = jobs.latest_for(connection, reference)
            if latest is not None and latest.visit == owner and _still_answers(latest):
                return self._view(connection, latest)
            refused = self._refusal(connection, reference, now)
            if isinstance(refused, Judged):
                return self._add_job(connection, refused.record, owner, now)
            reasons = [reason.value for reason in refused.reasons]
            payload = {"reference": reference, "reasons": reasons}
            log.append(connection, now, AuditEvent.PRINT_REFUSED, Actor.COLLECTOR, payload)
            return refused

    def _refusal(self, connection: Connection, reference: str, now: datetime) -> Judged | Refused:
        judged = judge(connection, reference, self.site, now)
        if judged is None:
            return Refused((Reason.NOT_FOUND,))
        if isinstance(judged.decision, Refused):
            return judged.decision
        reasons = machine_reasons(connection, self.site, now)
        return Refused(reasons) if reasons else judged

    def _add_job(
        self, connection: Connection, record: PaidRecord, owner: str, now: datetime
    ) -> JobView:
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
        return self._view(connection, job)

    def job(self, job_id: str) -> JobView | None:
        """Return a job as the screen may know it."""
        with reading(self.engine) as connection:
            found = jobs.by_id(connection, job_id)
            if found is None:
                return None
            if not self._is_overdue(found):
                return self._view(connection, found)
        with writing(self.engine) as connection:
            cancel(connection, found, CancelCause.WAITED_TOO_LONG, self.clock())
            ended = jobs.by_id(connection, job_id)
            return None if ended is None else self._view(connection, ended)

    def _is_overdue(self, job: Job) -> bool:
        # The printer process cancels these too; here it is done when that process is gone.
        return job.state in WAITING and self.clock() - job.requested_at > LONGEST_WAITING

    def _view(self, connection: Connection, job: Job) -> JobView:
        seen = machine.printer(connection, self.site.printer)
        whole_s = DEFAULT_PRINT_S
        if seen is not None and seen.print_ms is not None:
            whole_s = max(1, -(-seen.print_ms // 1000))
        started = job.sending_at or job.requested_at
        spent_s = int((self.clock() - started).total_seconds())
        is_running = job.state in (*WAITING, JobState.SENDING)
        return JobView(
            id=job.id,
            reference=job.reference,
            state=job.state,
            evidence=tuple(known.kind for known in jobs.evidence(connection, job)),
            seconds_left=max(0, whole_s - max(0, spent_s)) if is_running else 0,
            serial=job.serial if job.state is JobState.PRINTED else None,
            cause=job.cause,
            ended_at=job.ended_at,
        )

    def cancel_waiting(self, visit: str) -> None:
        """Cancel what this visitor asked for and nothing was sent of: the visitor is gone."""
        owner = visit_digest(visit)
        with reading(self.engine) as connection:
            if not any(job.visit == owner for job in jobs.in_state(connection, *WAITING)):
                return
        with writing(self.engine) as connection:
            for job in jobs.in_state(connection, *WAITING):
                if job.visit == owner:
                    cancel(connection, job, CancelCause.SESSION_ENDED, self.clock())

    def taken(self, job_id: str) -> None:
        """Note that the collector pressed Finish after a printed sticker."""
        now = self.clock()
        with writing(self.engine) as connection:
            job = jobs.by_id(connection, job_id)
            if job is None or job.state is not JobState.PRINTED:
                return
            if jobs.set_taken(connection, job, now):
                payload = {"job": job.id}
                log.append(connection, now, AuditEvent.STICKER_TAKEN, Actor.COLLECTOR, payload)

    def machine(self) -> MachineView:
        """Return why the kiosk may not print, if so, and how fresh its records are."""
        now = self.clock()
        with reading(self.engine) as connection:
            as_of = machine.records_as_of(connection)
            return MachineView(
                reasons=machine_reasons(connection, self.site, now),
                data_as_of=as_of,
                office_th=self.site.office.name_th,
                office_en=self.site.office.name_en,
                kiosk=self.site.kiosk,
                has_left_sticker=self._has_left_sticker(connection),
                is_stale=is_older(as_of, self.site.stale_after, now),
            )

    def _has_left_sticker(self, connection: Connection) -> bool:
        last = reports.last_printed(connection)
        if last is None or last.taken_at is not None or last.ended_at is None:
            return False
        return self.clock() - last.ended_at <= LEFT_FOR


def as_reference(typed: str) -> str:
    """Return a typed reference without spaces, in capitals and Arabic digits, hyphens kept."""
    return "".join(to_arabic_digits(typed).split()).upper()


def find_typed(connection: Connection, typed: str) -> Stored | None:
    """Find a renewal as its reference was typed: hyphens are often added where there are none."""
    return renewals.find(connection, typed) or renewals.find(connection, fold(typed).upper())


def visit_digest(visit: str) -> str:
    """Return what is kept of a visit's token: enough to know it again, useless to steal."""
    return hashlib.sha256(visit.encode()).hexdigest()[:32]


def cancel(connection: Connection, job: Job, cause: CancelCause, now: datetime) -> bool:
    """Cancel a waiting job; False if it had moved on."""
    if not jobs.step(connection, job, JobState.CANCELLED, cause=cause.value, ended_at=now):
        return False
    payload = {"job": job.id, "cause": cause.value}
    log.append(connection, now, AuditEvent.JOB_CANCELLED, Actor.SYSTEM, payload)
    return True


def _still_answers(job: Job) -> bool:
    # Another wish after one that put nothing out is a new wish.
    return job.state not in (JobState.CANCELLED, JobState.NO_OUTPUT, JobState.SPOILED)
