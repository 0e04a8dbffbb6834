"""The start and the end of what was asked of a printer, each with its blank and its log row.

Called inside the transaction of the step, by the printer's process or by whoever withdraws a slip.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.service import GOOD_ENDS, ServiceKind, ServiceOutcome, ServiceState
from kiosk.store import log, service, stock
from kiosk.store.service import ServiceRequest
from kiosk.usecases.reporting import ShiftReport, publish_head


class BlankGoneError(Exception):
    """The roll was taken out between the question and the first byte; nothing was sent."""


class WithdrawnError(Exception):
    """The visitor left between the question and the first byte; nothing was sent."""


def begin(
    connection: Connection, request: ServiceRequest, *, takes_blank: bool, at: datetime
) -> None:
    """Write down that the printer acts now, on which blank. Raises BlankGone, Withdrawn."""
    serial = None
    if takes_blank:
        serial = stock.next_blank(connection)
        if serial is None or not stock.set_fate(connection, serial, "left", "issued"):
            raise BlankGoneError
    if not service.start(connection, request, serial=serial, at=at):
        raise WithdrawnError


def finish(
    connection: Connection,
    request: ServiceRequest,
    outcome: ServiceOutcome,
    *,
    at: datetime,
    report: ShiftReport | None = None,
) -> bool:
    """Write down how a request ended; `report` is the one that was printed.

    False, and nothing is written, if it does not stand where `request` says any more.
    """
    if not service.end(connection, request, outcome, at):
        return False
    state = ServiceState.DONE if outcome in GOOD_ENDS else ServiceState.FAILED
    payload = {
        "printer": request.printer,
        "request": request.id,
        "kind": request.kind.value,
        "state": state.value,
        "outcome": outcome.value,
    }
    log.append(connection, at, AuditEvent.SERVICE_ENDED, Actor.SYSTEM, payload)
    if request.serial is not None:
        account(connection, request, request.serial, outcome, at=at)
    if outcome is ServiceOutcome.PRINTED and request.kind is ServiceKind.TEST_PRINT:
        tested = {"printer": request.printer, "request": request.id}
        log.append(connection, at, AuditEvent.TEST_PRINTED, request.asked_by, tested)
    if report is not None:
        publish_head(connection, report, by=request.asked_by, where="receipt", at=at)
    return True


def account(
    connection: Connection,
    request: ServiceRequest,
    serial: str,
    outcome: ServiceOutcome,
    *,
    at: datetime,
) -> None:
    """Give the blank its fate: used up, unless no byte had left."""
    if outcome is ServiceOutcome.NOT_READY:
        stock.set_fate(connection, serial, "issued", "left")
        return
    stock.set_fate(connection, serial, "issued", "spoiled")
    payload = {"serial": serial, "why": request.kind.value, "request": request.id}
    log.append(connection, at, AuditEvent.BLANK_SPOILED, request.asked_by, payload)
    if outcome is not ServiceOutcome.PRINTED:
        stock.ask_read_in(connection)
