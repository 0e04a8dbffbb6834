"""The state of the machine itself: its printers, its service, the collectors' wrong tries."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.domain.printing import Capabilities, PrinterState, PrinterStatus
from kiosk.store import batches
from kiosk.store.tables.log import audit_events
from kiosk.store.tables.people import tries
from kiosk.store.tables.records import imports
from kiosk.store.tables.service import printers, service_stops


@dataclass(frozen=True, slots=True)
class PrinterSeen:
    """What the printer process last saw of a printer; `print_ms` is a sticker's measured time."""

    name: str
    status: PrinterStatus
    capabilities: Capabilities | None
    changed_at: datetime
    checked_at: datetime
    print_ms: int | None


def printer(connection: Connection, name: str) -> PrinterSeen | None:
    """Return the last sight of a printer."""
    row = connection.execute(select(printers).where(printers.c.name == name)).first()
    if row is None:
        return None
    found = None if row.capabilities is None else Capabilities(**json.loads(row.capabilities))
    status = PrinterStatus(PrinterState(row.state), row.detail)
    return PrinterSeen(name, status, found, row.changed_at, row.checked_at, row.print_ms)


def is_news(before: PrinterSeen | None, status: PrinterStatus) -> bool:
    """Say whether a status tells anything that was not written down before; raw bytes do not."""
    if before is None:
        return True
    return (before.status.state, before.status.detail) != (status.state, status.detail)


def see_printer(connection: Connection, name: str, status: PrinterStatus, at: datetime) -> bool:
    """Write down what was seen; True if the state or its detail changed."""
    before = printer(connection, name)
    has_changed = is_news(before, status)
    columns = {"state": status.state, "detail": status.detail, "checked_at": at}
    if before is None:
        connection.execute(insert(printers).values(name=name, changed_at=at, **columns))
    else:
        changed = {"changed_at": at} if has_changed else {}
        connection.execute(
            update(printers).where(printers.c.name == name).values(**columns, **changed)
        )
    return has_changed


def hear_of_printer(connection: Connection, name: str, at: datetime) -> None:
    """Write down that the printer process is there, and nothing new of the printer."""
    connection.execute(update(printers).where(printers.c.name == name).values(checked_at=at))


def set_capabilities(connection: Connection, name: str, found: Capabilities) -> None:
    """Keep what a probe found; the printer must have been seen before."""
    text = json.dumps(asdict(found))
    connection.execute(update(printers).where(printers.c.name == name).values(capabilities=text))


def set_print_ms(connection: Connection, name: str, print_ms: int) -> None:
    """Keep how long the last sticker took, for the seconds shown to the next collector."""
    connection.execute(update(printers).where(printers.c.name == name).values(print_ms=print_ms))


def is_out_of_service(connection: Connection) -> bool:
    """Say whether people took the kiosk out of service."""
    query = select(service_stops.c.id).where(service_stops.c.resumed_at.is_(None))
    return connection.execute(query).first() is not None


def last_event_at(connection: Connection, as_of: datetime | None) -> datetime | None:
    """Return the latest time known here: of the log's last row, or of the records (`as_of`).

    The log alone would not do: the first row that a wrong clock writes would make it right.
    """
    query = select(audit_events.c.at).order_by(audit_events.c.number.desc()).limit(1)
    at = connection.execute(query).scalar()
    logged_at = None if at is None else datetime.fromisoformat(at)
    known = [moment for moment in (logged_at, as_of) if moment is not None]
    return max(known, default=None)


def records_as_of(connection: Connection) -> datetime | None:
    """Return of when the newest records speak, as far as central or their import says so."""
    newest = (
        connection.execute(select(func.max(imports.c.as_of))).scalar(),
        batches.newest_made_at(connection),
    )
    return max((at for at in newest if at is not None), default=None)


def wrong_tries(connection: Connection, subject: str) -> tuple[int, datetime | None]:
    """Return how many wrong IDs in a row were typed for a subject, and when last."""
    row = connection.execute(select(tries).where(tries.c.subject == subject)).first()
    return (0, None) if row is None else (row.wrong, row.last_at)


def count_try(connection: Connection, subject: str, at: datetime) -> None:
    """Count one more try; it is taken back by `forgive` when it was right."""
    statement = upsert(tries).values(subject=subject, wrong=1, last_at=at)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["subject"], set_={"wrong": tries.c.wrong + 1, "last_at": at}
        )
    )


def forgive(connection: Connection, subject: str) -> None:
    """Set a subject's wrong tries back to none."""
    connection.execute(update(tries).where(tries.c.subject == subject).values(wrong=0))
