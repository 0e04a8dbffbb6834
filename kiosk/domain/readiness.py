"""May this kiosk start a sticker now? All the reasons why not, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.domain.reasons import Reason

HEARTBEAT_LIMIT = timedelta(seconds=10)
"""The printer process reports every second; ten missed reports mean that it is gone."""

CLOCK_SLACK = timedelta(minutes=5)
"""A clock may lie this far behind the last recorded event: less is ordinary correction."""

_BY_STATE = {
    PrinterState.PAPER_OUT: Reason.PAPER_OUT,
    PrinterState.COVER_OPEN: Reason.COVER_OPEN,
    PrinterState.CUTTER_ERROR: Reason.CUTTER_ERROR,
    PrinterState.RECOVERABLE_ERROR: Reason.PRINTER_ERROR,
    PrinterState.UNRECOVERABLE_ERROR: Reason.PRINTER_ERROR,
    PrinterState.FEEDING: Reason.PRINTER_OFFLINE,
    PrinterState.OFFLINE: Reason.PRINTER_OFFLINE,
    PrinterState.UNREACHABLE: Reason.PRINTER_UNREACHABLE,
    PrinterState.UNKNOWN: Reason.PRINTER_UNKNOWN,
}


CENTRAL_SLACK = timedelta(hours=24)
"""A batch may be so long on its way; a clock further ahead of central's is wrong."""


@dataclass(frozen=True, slots=True)
class CentralClock:
    """Central's clock when it last spoke, and this kiosk's clock when it heard that."""

    said_at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class MachineFacts:
    """What readiness is judged on; times are aware UTC.

    `checked_at` is when the printer process last reported, None if never. `data_as_of` is of when
    the newest records speak; past `stop_after` nothing is printed on them. `disk_has_room`: an
    outcome can surely be written down.
    """

    printer: PrinterStatus
    checked_at: datetime | None
    now: datetime
    last_event_at: datetime | None
    blanks_left: int
    stock_read_in: bool
    has_doubt: bool
    out_of_service: bool
    has_keys: bool
    data_as_of: datetime | None = None
    stop_after: timedelta | None = None
    central: CentralClock | None = None
    disk_has_room: bool = True


def printer_reasons(status: PrinterStatus) -> tuple[Reason, ...]:
    """Return why a printer cannot start a sticker; empty when it can."""
    return () if status.is_ready else (_BY_STATE[status.state],)


def not_ready(facts: MachineFacts) -> tuple[Reason, ...]:
    """Return every reason why no sticker may be started; empty means ready."""
    stopped = [Reason.OUT_OF_SERVICE] if facts.out_of_service else []
    return (*stopped, *_printer(facts), *_stock(facts), *_records(facts))


def _printer(facts: MachineFacts) -> list[Reason]:
    reasons = []
    if facts.checked_at is None or facts.now - facts.checked_at > HEARTBEAT_LIMIT:
        reasons.append(Reason.PRINTER_PROCESS_DOWN)
    else:
        reasons += printer_reasons(facts.printer)
    if facts.has_doubt:
        reasons.append(Reason.PRINTER_IN_DOUBT)
    return reasons


def _stock(facts: MachineFacts) -> list[Reason]:
    if facts.blanks_left == 0:
        return [Reason.NO_STOCK]
    return [] if facts.stock_read_in else [Reason.STOCK_NOT_READ_IN]


def _records(facts: MachineFacts) -> list[Reason]:
    reasons = []
    if _is_clock_wrong(facts):
        reasons.append(Reason.CLOCK_WRONG)
    if is_older(facts.data_as_of, facts.stop_after, facts.now):
        reasons.append(Reason.DATA_STALE)
    if not facts.has_keys:
        reasons.append(Reason.KEYS_MISSING)
    if not facts.disk_has_room:
        reasons.append(Reason.DISK_FULL)
    return reasons


def is_older(data_as_of: datetime | None, limit: timedelta | None, now: datetime) -> bool:
    """Say whether records are older than a limit; without records or a limit nothing is."""
    return data_as_of is not None and limit is not None and now - data_as_of > limit


def _is_clock_wrong(facts: MachineFacts) -> bool:
    if facts.last_event_at is not None and facts.now < facts.last_event_at - CLOCK_SLACK:
        return True
    if facts.central is None:
        return False
    said_at, heard_at = facts.central.said_at, facts.central.heard_at
    if facts.now < said_at - CLOCK_SLACK:
        return True  # behind a moment that central has lived through
    # Far ahead when it heard central, and not set back since.
    return heard_at - said_at > CENTRAL_SLACK and facts.now >= heard_at - CLOCK_SLACK
