"""Stickers that are outside when central stops their renewal: refunds, cancellations, freezes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import VoidReason
from kiosk.domain.renewal import PaymentStatus
from kiosk.domain.staff import Act
from kiosk.store import conflicts, issues, jobs, log, renewals
from kiosk.store.engine import writing
from kiosk.store.jobs import Job
from kiosk.store.renewals import RenewalRow
from kiosk.usecases.facts import record_void
from kiosk.usecases.permitting import permit
from kiosk.usecases.ports import Clock

VOIDING: Final = frozenset({PaymentStatus.REFUNDED, PaymentStatus.CANCELLED})
"""What voids a sticker that is outside: the payment behind it does not stand any more."""
FROZEN: Final = "frozen"
"""What a conflict is about when the registration was frozen: the sticker stays valid for now."""


def meet_issued(connection: Connection, stopped: Sequence[RenewalRow], now: datetime) -> None:
    """Raise a conflict for each renewal that is stopped now and has a valid sticker outside.

    A refund or cancellation voids the sticker in this transaction. While its job is still being
    sent or in doubt nobody knows whether there is one: then it is voided when the job ends.
    """
    if not stopped:
        return
    serials = renewals.valid_stickers(connection, [row.reference for row in stopped])
    for row in stopped:
        if row.reference in serials:
            _meet(connection, row, serials, now)


def _meet(
    connection: Connection, row: RenewalRow, serials: Mapping[str, str], now: datetime
) -> None:
    what = row.status if row.status != PaymentStatus.PAID else FROZEN
    serial = serials[row.reference]
    is_news = conflicts.add(
        connection,
        reference=row.reference,
        version=row.version,
        serial=serial,
        what=what,
        at=now,
    )
    if is_news:
        payload = {"reference": row.reference, "what": what, "serial": serial}
        log.append(connection, now, AuditEvent.CONFLICT_RAISED, Actor.CENTRAL, payload)
    if what in VOIDING and jobs.open_for(connection, row.reference) is None:
        _void(connection, row.reference, now)


def void_if_stopped(connection: Connection, job: Job, now: datetime) -> None:
    """Void the sticker of a job that has just ended as printed, if it was refunded meanwhile."""
    stored = renewals.find(connection, job.reference)
    if stored is not None and stored.record.status in VOIDING:
        _void(connection, job.reference, now)


def _void(connection: Connection, reference: str, now: datetime) -> None:
    issue = issues.valid_for(connection, reference)
    if issue is not None:
        record_void(connection, issue, VoidReason.REFUNDED, at=now, actor=Actor.CENTRAL)


def settle_conflict(
    engine: Engine, conflict_id: int, how: str, clock: Clock, *, actor: str
) -> bool:
    """Note how people saw to a sticker that central has stopped; False if it does not wait.

    Raises NotAllowed for a role that does not look after the register.
    """
    permit(engine, clock, Act.SETTLE_CONFLICT, by=actor)
    now = clock()
    with writing(engine) as connection:
        found = [one for one in conflicts.open_conflicts(connection) if one.id == conflict_id]
        for one in found:
            conflicts.settle(connection, one.id, by=actor, how=how, at=now)
            payload = {"conflict": one.id, "reference": one.reference, "how": how}
            log.append(connection, now, AuditEvent.CONFLICT_SETTLED, actor, payload)
    return bool(found)
