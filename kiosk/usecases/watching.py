"""How a printer is: asked, written down, and logged where it changed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.printing import PrinterState
from kiosk.store import log, machine, stock
from kiosk.store.engine import reading, writing
from kiosk.store.errors import StoreError
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.ports import Clock, Printer

PAPER_MAY_HAVE_MOVED: Final = (
    PrinterState.PAPER_OUT,
    PrinterState.COVER_OPEN,
    PrinterState.FEEDING,
    PrinterState.CUTTER_ERROR,
    PrinterState.UNREACHABLE,
)
"""After these a numbered roll's next number is not known until people read it in."""

BEAT: Final = timedelta(seconds=2)
"""With a wait for the line on top still well within the limit of a heartbeat."""


def saw(engine: Engine, printer: Printer, clock: Clock, *, has_stock: bool) -> None:
    """Ask a printer how it is and write it down; a change is logged, a poll is not."""
    status = printer.status()
    now = clock()
    with reading(engine) as connection:
        is_news = machine.is_news(machine.printer(connection, printer.name), status)
    # A heartbeat need not outlive a power cut; a change must.
    with writing(engine, is_durable=is_news) as connection:
        if not machine.see_printer(connection, printer.name, status, now):
            return
        payload = {
            "printer": printer.name,
            "state": status.state.value,
            "detail": status.detail,
        }
        log.append(connection, now, AuditEvent.PRINTER_CHANGED, Actor.SYSTEM, payload)
        if has_stock and status.state in PAPER_MAY_HAVE_MOVED:
            stock.ask_read_in(connection)
        reach(Point.SEEN_WRITTEN)
    reach(Point.SEEN_COMMITTED)


class Heartbeat:
    """Keeps the last report of a printer young while one thing takes long, a slow sending for one.

    Call it often; it writes when nobody else did lately. For one thread, outside any transaction.
    """

    def __init__(self, engine: Engine, printer: str, clock: Clock) -> None:
        self._engine = engine
        self._printer = printer
        self._clock = clock
        self._due_at = clock()

    def __call__(self) -> None:
        """Beat if it is time to."""
        now = self._clock()
        if now < self._due_at:
            return
        self._due_at = now + BEAT
        with suppress(StoreError):  # a sticker is not given up because this could not be written
            with reading(self._engine) as connection:
                seen = machine.printer(connection, self._printer)
            if seen is not None and now - seen.checked_at >= BEAT:
                with writing(self._engine, is_durable=False) as connection:
                    machine.hear_of_printer(connection, self._printer, now)


def probe(engine: Engine, printer: Printer, clock: Clock, *, again: bool = False) -> bool:
    """Ask a printer that is ready what it understands; False when it did not tell.

    It is asked once in a process's life, or `again`. Only a change is written down, and silence is
    none.
    """
    with reading(engine) as connection:
        seen = machine.printer(connection, printer.name)
    if seen is None or not seen.status.is_ready:
        return False
    found = printer.capabilities(again=again)
    if found is None or found == seen.capabilities:
        return found is not None
    now = clock()
    with writing(engine) as connection:
        machine.set_capabilities(connection, printer.name, found)
        payload = {"printer": printer.name, "capabilities": asdict(found)}
        log.append(connection, now, AuditEvent.PRINTER_PROBED, Actor.SYSTEM, payload)
        reach(Point.SEEN_WRITTEN)
    reach(Point.SEEN_COMMITTED)
    return True
