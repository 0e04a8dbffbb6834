"""Loading a roll as a walk: what the sensors have seen says which step comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.store import log, machine, reports, stock


class LoadStep(StrEnum):
    """What the technician does next."""

    RETURN_OLD = "return-old"
    OPEN_COVER = "open-cover"
    CLOSE_COVER = "close-cover"
    WAIT_READY = "wait-ready"
    SERIALS = "serials"
    READ_IN = "read-in"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class LoadWalk:
    """A walk begun after row `after` of the log; `by_hand` where no sensor tells of the cover."""

    after: int
    begun_at: datetime
    by_hand: bool = False


def begin_walk(connection: Connection, now: datetime) -> LoadWalk:
    """Begin at the present end of the log."""
    number, _ = log.head(connection)
    return LoadWalk(number, now)


def next_step(connection: Connection, printer: str, walk: LoadWalk) -> LoadStep:
    """Return the step that is open, from what the printer's process wrote down meanwhile."""
    roll = stock.loaded_roll(connection)
    if roll is not None:
        if roll.loaded_at < walk.begun_at:
            return LoadStep.RETURN_OLD
        return LoadStep.DONE if roll.read_in_at is not None else LoadStep.READ_IN
    seen = machine.printer(connection, printer)
    status = PrinterStatus(PrinterState.UNKNOWN) if seen is None else seen.status
    was_opened = status.state is PrinterState.COVER_OPEN or (
        PrinterState.COVER_OPEN in reports.printer_states_since(connection, printer, walk.after)
    )
    if not was_opened and not walk.by_hand:
        return LoadStep.OPEN_COVER
    if status.state is PrinterState.COVER_OPEN:
        return LoadStep.CLOSE_COVER
    return LoadStep.SERIALS if status.is_ready else LoadStep.WAIT_READY
