"""The process of the printers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from kiosk.bootstrap import (
    longest_print_s,
    now_utc,
    open_printer,
    open_receipt_printer,
    open_store,
    wire_attendant,
    wire_spool,
)
from kiosk.domain.printing import Capabilities
from kiosk.printer.process import run_attendant, run_spool
from kiosk.processes.ready import Ready, note_start, note_stop
from kiosk.processes.watchdog import UNWATCHED, Alive, Watchdog
from kiosk.settings import Settings
from kiosk.store import machine
from kiosk.store.engine import reading
from kiosk.usecases.ports import Printer
from kiosk.usecases.watching import Heartbeat


def ready_printer(settings: Settings, watchdog: Watchdog = UNWATCHED) -> Ready:
    """Lock the devices and wire what prints; recovery comes first when it runs.

    Raises StoreError, PrinterBusy, AddressError, KeyProblem.
    """
    engine = open_store(settings)
    printers: list[Printer] = []
    try:
        alive = _signs_of_life(settings.printer.sticker.name, engine, watchdog)
        printers.append(open_printer(settings, _known(settings, engine), alive))
        receipt = _open_receipt(settings, engine, watchdog)
        printers.extend([receipt.printer] if receipt else [])
        spool = wire_spool(settings, engine, printers[0])
        note_start(engine, "printer")
    except BaseException:
        for printer in printers:
            printer.close()
        engine.dispose()
        raise

    def run(stop: threading.Event) -> None:
        with _served(settings, engine, receipt, stop):
            attendant = wire_attendant(settings, engine, spool.printer, stop, has_stock=True)
            settle_s = 2 * longest_print_s(settings)
            run_spool(spool, stop, settle_s=settle_s, attendant=attendant, alive=alive)
        spool.printer.close()
        note_stop(engine, "printer")

    return Ready(run)


@dataclass(frozen=True, slots=True)
class _Receipt:
    """The printer on plain paper, and what is called while it is served."""

    printer: Printer
    alive: Alive


def _open_receipt(settings: Settings, engine: Engine, watchdog: Watchdog) -> _Receipt | None:
    name, device = settings.printer.receipt.name, settings.printer.receipt.device
    alive = _signs_of_life(name, engine, watchdog) if device else lambda: None
    printer = open_receipt_printer(settings, alive)
    return None if printer is None else _Receipt(printer, alive)


def _signs_of_life(printer: str, engine: Engine, watchdog: Watchdog) -> Alive:
    """Return what tells the watchdog and the screens that a printer is being served."""
    part, heartbeat = watchdog.part(printer), Heartbeat(engine, printer, now_utc)

    def alive() -> None:
        part()
        heartbeat()

    return alive


def _known(settings: Settings, engine: Engine) -> Capabilities | None:
    with reading(engine) as connection:
        seen = machine.printer(connection, settings.printer.sticker.name)
    return None if seen is None else seen.capabilities


@contextmanager
def _served(
    settings: Settings, engine: Engine, receipt: _Receipt | None, stop: threading.Event
) -> Iterator[None]:
    """Look after the printer on plain paper in a thread of its own: stickers never wait for it."""
    if receipt is None:
        yield
        return
    attendant = wire_attendant(settings, engine, receipt.printer, stop, has_stock=False)
    arguments = (attendant, stop, receipt.alive)
    thread = threading.Thread(target=run_attendant, args=arguments, name="receipt")
    thread.start()
    try:
        yield
    finally:
        stop.set()  # also when the spool broke: the process ends whole and is started anew
        thread.join()
        receipt.printer.close()
