"""The process of the printers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from kiosk.bootstrap import (
    longest_print_s,
    open_printer,
    open_receipt_printer,
    open_store,
    wire_attendant,
    wire_spool,
)
from kiosk.domain.printing import Capabilities
from kiosk.printer.process import run_attendant, run_spool
from kiosk.processes.ready import Ready, note_start, note_stop
from kiosk.settings import Settings
from kiosk.store import machine
from kiosk.store.engine import reading
from kiosk.usecases.ports import Printer


def ready_printer(settings: Settings) -> Ready:
    """Lock the devices and wire what prints; recovery comes first when it runs.

    Raises StoreError, PrinterBusy, AddressError, KeyProblem.
    """
    engine = open_store(settings)
    printers: list[Printer] = []
    try:
        printers.append(open_printer(settings, _known(settings, engine)))
        receipt = open_receipt_printer(settings)
        printers.extend([receipt] if receipt else [])
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
            run_spool(spool, stop, settle_s=settle_s, attendant=attendant)
        spool.printer.close()
        note_stop(engine, "printer")

    return Ready(run)


def _known(settings: Settings, engine: Engine) -> Capabilities | None:
    with reading(engine) as connection:
        seen = machine.printer(connection, settings.printer.sticker.name)
    return None if seen is None else seen.capabilities


@contextmanager
def _served(
    settings: Settings, engine: Engine, printer: Printer | None, stop: threading.Event
) -> Iterator[None]:
    """Look after the printer on plain paper in a thread of its own: stickers never wait for it."""
    if printer is None:
        yield
        return
    attendant = wire_attendant(settings, engine, printer, stop, has_stock=False)
    thread = threading.Thread(target=run_attendant, args=(attendant, stop), name="receipt")
    thread.start()
    try:
        yield
    finally:
        stop.set()  # also when the spool broke: the process ends whole and is started anew
        thread.join()
        printer.close()
