"""What was asked of a printer, how staff set it up, and times out of service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.domain.audit import Actor
from kiosk.domain.service import (
    FACTORY,
    GOOD_ENDS,
    OPEN_SERVICE,
    ServiceKind,
    ServiceOutcome,
    ServiceState,
    Tuning,
    Verdict,
)
from kiosk.store.tables.service import IS_OPEN, printer_tunings, service_requests, service_stops


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A row of `service_requests`; `serial` is the blank that it used up.

    Of a slip: `visit` is who asked, as a digest, and `slip` the lines to print, until it has ended.
    """

    id: int
    printer: str
    kind: ServiceKind
    why: str
    asked_by: str
    asked_at: datetime
    state: ServiceState
    serial: str | None
    started_at: datetime | None
    ended_at: datetime | None
    outcome: ServiceOutcome | None
    verdict: Verdict | None
    verdict_by: str | None
    visit: str | None
    reference: str | None
    slip: str | None


@dataclass(frozen=True, slots=True)
class ServiceStop:
    """A time out of service that has not ended."""

    why: str
    stopped_by: str
    stopped_at: datetime


def _request(row: Row[tuple[object, ...]]) -> ServiceRequest:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    outcome, verdict = values["outcome"], values["verdict"]
    return ServiceRequest(
        **values
        | {
            "kind": ServiceKind(values["kind"]),
            "state": ServiceState(values["state"]),
            "outcome": None if outcome is None else ServiceOutcome(outcome),
            "verdict": None if verdict is None else Verdict(verdict),
        }
    )


def ask(
    connection: Connection, printer: str, kind: ServiceKind, *, why: str, by: str, at: datetime
) -> int:
    """Insert a request and return its number; its printer must have no other open."""
    added = connection.execute(
        insert(service_requests)
        .values(printer=printer, kind=kind, why=why, asked_by=by, asked_at=at)
        .returning(service_requests.c.id)
    )
    return int(added.scalar_one())


def ask_slip(
    connection: Connection,
    printer: str,
    *,
    reference: str,
    visit: str,
    slip: str,
    at: datetime,
) -> int:
    """Insert a visitor's request for a slip and return its number; as `ask`."""
    added = connection.execute(
        insert(service_requests)
        .values(
            printer=printer,
            kind=ServiceKind.STATUS,
            why="",
            asked_by=Actor.COLLECTOR,
            asked_at=at,
            visit=visit,
            reference=reference,
            slip=slip,
        )
        .returning(service_requests.c.id)
    )
    return int(added.scalar_one())


def last_slip(connection: Connection, visit: str, reference: str) -> ServiceRequest | None:
    """Return what a visit last asked for about a renewal."""
    query = (
        select(service_requests)
        .where(service_requests.c.visit == visit, service_requests.c.reference == reference)
        .order_by(service_requests.c.id.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _request(row)


def waiting_slips(connection: Connection, visit: str | None = None) -> list[ServiceRequest]:
    """Return the slips that no printer has begun, of one visit or of all."""
    query = select(service_requests).where(
        service_requests.c.kind == ServiceKind.STATUS,
        service_requests.c.state == ServiceState.REQUESTED,
        text(IS_OPEN),  # by index: of all that were ever asked for, few wait
    )
    if visit is not None:
        query = query.where(service_requests.c.visit == visit)
    return [_request(row) for row in connection.execute(query)]


def by_id(connection: Connection, number: int) -> ServiceRequest | None:
    """Return a request."""
    query = select(service_requests).where(service_requests.c.id == number)
    row = connection.execute(query).first()
    return None if row is None else _request(row)


def open_for(connection: Connection, printer: str) -> ServiceRequest | None:
    """Return the request that waits for a printer or is being done."""
    query = select(service_requests).where(service_requests.c.printer == printer, text(IS_OPEN))
    row = connection.execute(query).first()
    return None if row is None else _request(row)


def latest(connection: Connection, printer: str) -> ServiceRequest | None:
    """Return the last request to a printer."""
    query = (
        select(service_requests)
        .where(service_requests.c.printer == printer)
        .order_by(service_requests.c.id.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _request(row)


def start(
    connection: Connection, request: ServiceRequest, *, serial: str | None, at: datetime
) -> bool:
    """Note that the printer is about to act, on blank `serial`; False if it was taken before."""
    result = connection.execute(
        update(service_requests)
        .where(
            service_requests.c.id == request.id,
            service_requests.c.state == ServiceState.REQUESTED,
        )
        .values(state=ServiceState.STARTED, serial=serial, started_at=at)
    )
    return result.rowcount == 1


def end(
    connection: Connection, request: ServiceRequest, outcome: ServiceOutcome, at: datetime
) -> bool:
    """End an open request; False if it had ended."""
    state = ServiceState.DONE if outcome in GOOD_ENDS else ServiceState.FAILED
    result = connection.execute(
        update(service_requests)
        .where(service_requests.c.id == request.id, service_requests.c.state.in_(OPEN_SERVICE))
        .values(state=state, ended_at=at, outcome=outcome, slip=None)
    )
    return result.rowcount == 1


def judge(connection: Connection, request: ServiceRequest, verdict: Verdict, by: str) -> bool:
    """Note what a person says of a test print; False if it was said before."""
    result = connection.execute(
        update(service_requests)
        .where(service_requests.c.id == request.id, service_requests.c.verdict.is_(None))
        .values(verdict=verdict, verdict_by=by)
    )
    return result.rowcount == 1


def tuning(connection: Connection, printer: str) -> Tuning:
    """Return how a printer is set up, as the factory made it if nobody changed that."""
    query = select(printer_tunings).where(printer_tunings.c.printer == printer)
    row = connection.execute(query).first()
    return FACTORY if row is None else Tuning(row.right_mm, row.down_mm, row.density)


def set_tuning(
    connection: Connection, printer: str, wanted: Tuning, *, by: str, at: datetime
) -> None:
    """Keep how a printer is set up, from its next print on."""
    columns = {
        "right_mm": wanted.right_mm,
        "down_mm": wanted.down_mm,
        "density": wanted.density,
        "set_by": by,
        "set_at": at,
    }
    statement = upsert(printer_tunings).values(printer=printer, **columns)
    connection.execute(statement.on_conflict_do_update(index_elements=["printer"], set_=columns))


def open_stop(connection: Connection) -> ServiceStop | None:
    """Return why and by whom the kiosk is out of service, None while it is not."""
    columns = (service_stops.c.why, service_stops.c.stopped_by, service_stops.c.stopped_at)
    row = connection.execute(select(*columns).where(service_stops.c.resumed_at.is_(None))).first()
    return None if row is None else ServiceStop(*row)


def stop(connection: Connection, *, why: str, by: str, at: datetime) -> None:
    """Take the kiosk out of service; it must be in service."""
    connection.execute(insert(service_stops).values(why=why, stopped_by=by, stopped_at=at))


def resume(connection: Connection, *, by: str, at: datetime) -> bool:
    """Put the kiosk back into service; False if it was in service."""
    result = connection.execute(
        update(service_stops)
        .where(service_stops.c.resumed_at.is_(None))
        .values(resumed_by=by, resumed_at=at)
    )
    return result.rowcount == 1
