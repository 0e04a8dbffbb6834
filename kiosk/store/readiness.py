"""What the database tells about whether the kiosk may print, read in one statement.

Every page asks for it, and a statement of its own for each fact took longer than the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.domain.readiness import CentralClock
from kiosk.store.tables.jobs import IS_ON_PRINTER

_QUERY: Final = f"""
SELECT
    printers.state, printers.detail, printers.checked_at,
    EXISTS (SELECT 1 FROM jobs WHERE {IS_ON_PRINTER}
        AND jobs.printer = printers.name AND jobs.state = 'in_doubt'),
    EXISTS (SELECT 1 FROM service_stops WHERE resumed_at IS NULL),
    (SELECT count(*) FROM blanks WHERE blanks.roll_id = rolls.id AND fate = 'left'),
    rolls.read_in_at,
    newest.made_at, newest.received_at,
    (SELECT max(as_of) FROM imports),
    (SELECT at FROM audit_events ORDER BY number DESC LIMIT 1)
FROM (SELECT ? AS name) AS asked
LEFT JOIN printers ON printers.name = asked.name
LEFT JOIN rolls ON rolls.ended_at IS NULL
LEFT JOIN (SELECT made_at, received_at FROM watermarks ORDER BY made_at DESC LIMIT 1) AS newest
"""  # noqa: S608 - a constant of ours, no input


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is written down about the kiosk now; `checked_at` is None before the first report.

    `last_event_at` is the latest time known here: of the log's last row, or of the records. The log
    alone would not do: the first row that a wrong clock writes would make it right.
    """

    printer: PrinterStatus
    checked_at: datetime | None
    has_doubt: bool
    is_out_of_service: bool
    blanks_left: int
    is_read_in: bool
    central: CentralClock | None
    data_as_of: datetime | None
    last_event_at: datetime | None


def recorded(connection: Connection, printer: str) -> Recorded:
    """Read what is written down about the kiosk and one of its printers."""
    row = connection.exec_driver_sql(_QUERY, (printer,)).one()
    state, detail, checked_at, has_doubt, is_stopped, left, read_in_at, *times = row
    made_at, received_at, imported_as_of, logged_at = (_time(at) for at in times)
    as_of = _latest(made_at, imported_as_of)
    return Recorded(
        printer=PrinterStatus(PrinterState(state or PrinterState.UNKNOWN), detail or ""),
        checked_at=_time(checked_at),
        has_doubt=bool(has_doubt),
        is_out_of_service=bool(is_stopped),
        blanks_left=left,
        is_read_in=read_in_at is not None,
        central=CentralClock(made_at, received_at) if made_at and received_at else None,
        data_as_of=as_of,
        last_event_at=_latest(as_of, logged_at),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
