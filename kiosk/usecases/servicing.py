"""What staff do to the machine: ask its printers for something, set them up, stop the service.

Each act names who does it and why; both stand in the log, in the transaction of the act. Roles
may do different things, as `kiosk.domain.staff` says: any other raises NotAllowed.
"""

from __future__ import annotations

from sqlalchemy import Engine

from kiosk.domain.audit import AuditEvent
from kiosk.domain.service import ServiceKind, ServiceState, Tuning, Verdict
from kiosk.domain.staff import Act
from kiosk.store import log, service
from kiosk.store.engine import writing
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.permitting import permit
from kiosk.usecases.ports import Clock
from kiosk.usecases.told import ToldProblem


class ServiceProblem(ToldProblem):
    """The machine cannot be served so."""


def ask(engine: Engine, clock: Clock, *, printer: str, kind: ServiceKind, by: str, why: str) -> int:
    """Ask a printer for something and return the request's number; its process takes it up.

    Raises ServiceProblem while the printer still has another request, or without a reason.
    """
    is_report = kind is ServiceKind.REPORT
    permit(engine, clock, Act.PRINT_REPORT if is_report else Act.SERVE_PRINTER, by=by)
    now = clock()
    with writing(engine) as connection:
        _check_why(why)
        if service.open_for(connection, printer) is not None:
            raise ServiceProblem(f"printer {printer} still has something to do", "busy")
        number = service.ask(connection, printer, kind, why=why, by=by, at=now)
        payload = {"printer": printer, "kind": kind.value, "why": why, "request": number}
        log.append(connection, now, AuditEvent.SERVICE_ASKED, by, payload)
        reach(Point.SERVICE_ASKED_WRITTEN)
    reach(Point.SERVICE_ASKED_COMMITTED)
    return number


def judge_test(engine: Engine, clock: Clock, *, request: int, verdict: Verdict, by: str) -> None:
    """Write down whether a test print looks right. Raises ServiceProblem if none was printed."""
    permit(engine, clock, Act.SERVE_PRINTER, by=by)
    with writing(engine) as connection:
        found = service.by_id(connection, request)
        is_done = found is not None and found.state is ServiceState.DONE
        if found is None or not is_done or found.kind is not ServiceKind.TEST_PRINT:
            raise ServiceProblem(f"request {request} printed no test page", "no-test")
        if not service.judge(connection, found, verdict, by):
            raise ServiceProblem(f"request {request} was judged before", "judged")
        payload = {"printer": found.printer, "verdict": verdict.value, "request": request}
        log.append(connection, clock(), AuditEvent.TEST_JUDGED, by, payload)


def tune(engine: Engine, clock: Clock, *, printer: str, wanted: Tuning, by: str, why: str) -> None:
    """Set a printer up from its next print on. Raises ServiceProblem without a reason."""
    permit(engine, clock, Act.SERVE_PRINTER, by=by)
    now = clock()
    with writing(engine) as connection:
        _check_why(why)
        service.set_tuning(connection, printer, wanted, by=by, at=now)
        payload = {
            "printer": printer,
            "right_mm": wanted.right_mm,
            "down_mm": wanted.down_mm,
            "density": wanted.density,
            "why": why,
        }
        log.append(connection, now, AuditEvent.PRINTER_TUNED, by, payload)


def stop_service(engine: Engine, clock: Clock, *, by: str, why: str) -> None:
    """Take the kiosk out of service for the public. Raises ServiceProblem if it is already."""
    permit(engine, clock, Act.STOP_SERVICE, by=by)
    now = clock()
    with writing(engine) as connection:
        _check_why(why)
        if service.open_stop(connection) is not None:
            raise ServiceProblem("the kiosk is out of service already", "stopped")
        service.stop(connection, why=why, by=by, at=now)
        log.append(connection, now, AuditEvent.SERVICE_STOPPED, by, {"why": why})


def resume_service(engine: Engine, clock: Clock, *, by: str, why: str) -> None:
    """Put the kiosk back into service. Raises ServiceProblem if it is in service."""
    permit(engine, clock, Act.RESUME_SERVICE, by=by)
    now = clock()
    with writing(engine) as connection:
        _check_why(why)
        if not service.resume(connection, by=by, at=now):
            raise ServiceProblem("the kiosk is in service", "in-service")
        log.append(connection, now, AuditEvent.SERVICE_RESUMED, by, {"why": why})


def _check_why(why: str) -> None:
    if not why.strip():
        raise ServiceProblem("say why in a few words: it stands in the log", "why")
