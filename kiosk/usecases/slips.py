"""A visitor's slip on plain paper that says how their renewal stands: asked, watched, withdrawn.

It is once a visit and renewal, so that nobody empties the roll, and like a sticker's request it
belongs to the visitor: it goes when they go, and when nothing came of it in time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.readiness import HEARTBEAT_LIMIT
from kiosk.domain.reasons import Reason
from kiosk.domain.service import OPEN_SERVICE, ServiceOutcome, ServiceState
from kiosk.sticker.receipt import Row, drawable
from kiosk.store import log, machine, service
from kiosk.store.engine import reading, writing
from kiosk.store.service import ServiceRequest
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.ports import Clock
from kiosk.usecases.request_steps import finish
from kiosk.usecases.requesting import LONGEST_WAITING, visit_digest
from kiosk.usecases.views import Denied, SlipView

MOST_ROWS: Final = 40
"""Rows of a slip: twice what any renewal has to say, and a hand's length of paper."""

_NO_PAPER_USED: Final = (
    ServiceOutcome.NOT_READY,
    ServiceOutcome.TOO_LATE,
    ServiceOutcome.CANCELLED,
)
"""Ends after which the visitor may ask once more."""


def ask_slip(
    engine: Engine,
    clock: Clock,
    printer: str,
    *,
    reference: str,
    visit: str,
    rows: Sequence[Row],
) -> int | Denied:
    """Ask for the slip and return the request's number. Asking twice answers with the first."""
    now, owner = clock(), visit_digest(visit)
    with writing(engine) as connection:
        before = service.last_slip(connection, owner, reference)
        if before is not None and not _may_ask_again(before):
            return before.id
        if not is_ready(connection, printer, now):
            return Denied(Reason.SLIP_NOT_PRINTED)
        if service.open_for(connection, printer) is not None:
            return Denied(Reason.PRINTER_BUSY)
        slip = json.dumps([astuple(row) for row in rows[:MOST_ROWS]], ensure_ascii=False)
        number = service.ask_slip(
            connection, printer, reference=reference, visit=owner, slip=slip, at=now
        )
        payload = {"printer": printer, "request": number, "reference": reference}
        log.append(connection, now, AuditEvent.STATUS_ASKED, Actor.COLLECTOR, payload)
        reach(Point.SERVICE_ASKED_WRITTEN)
    reach(Point.SERVICE_ASKED_COMMITTED)
    return number


def is_ready(connection: Connection, printer: str, now: datetime) -> bool:
    """Say whether a printer on plain paper was seen ready just now."""
    seen = machine.printer(connection, printer)
    return seen is not None and seen.status.is_ready and now - seen.checked_at <= HEARTBEAT_LIMIT


def watch(engine: Engine, clock: Clock, number: int) -> SlipView | None:
    """Return how far a slip is; one that waited too long is cancelled first."""
    with reading(engine) as connection:
        found = service.by_id(connection, number)
    if found is None:
        return None
    is_waiting = found.state is ServiceState.REQUESTED
    if is_waiting and clock() - found.asked_at > LONGEST_WAITING:
        with writing(engine) as connection:
            finish(connection, found, ServiceOutcome.TOO_LATE, at=clock())
            found = service.by_id(connection, number) or found
    return SlipView(
        is_open=found.state in OPEN_SERVICE,
        is_printed=found.state is ServiceState.DONE,
        may_ask_again=_may_ask_again(found),
    )


def cancel_waiting(engine: Engine, clock: Clock, visit: str) -> None:
    """Cancel what a visitor asked for and no printer has begun: the visitor is gone."""
    owner = visit_digest(visit)
    with reading(engine) as connection:
        if not service.waiting_slips(connection, owner):
            return
    with writing(engine) as connection:
        cancel(connection, clock(), owner)


def cancel(connection: Connection, now: datetime, owner: str | None = None) -> None:
    """Cancel the waiting slips of a visit, by its digest, or all of them."""
    for request in service.waiting_slips(connection, owner):
        finish(connection, request, ServiceOutcome.CANCELLED, at=now)


def slip_rows(slip: str) -> list[Row]:
    """Return the lines that were asked for."""
    return [
        Row(drawable(text), drawable(value), *flags) for text, value, *flags in json.loads(slip)
    ]


def _may_ask_again(request: ServiceRequest) -> bool:
    return request.state is ServiceState.FAILED and request.outcome in _NO_PAPER_USED
