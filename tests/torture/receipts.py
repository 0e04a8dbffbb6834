"""The printer on plain paper, which nothing breaks, and a visitor who wants a slip from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.domain.service import OPEN_SERVICE
from kiosk.printer.fakes import FakePrinter
from kiosk.printer.process import run_attendant
from kiosk.sticker.receipt import Row
from kiosk.store import service
from kiosk.store.engine import reading
from kiosk.usecases import slips
from kiosk.usecases.attending import Attendant
from tests.torture.house import House

RECEIPTS = "receipt"


@contextmanager
def attended(house: House, stop: threading.Event) -> Iterator[None]:
    """Look after it in a thread of its own, as the printer process does."""
    printer = FakePrinter(RECEIPTS)
    attendant = Attendant(
        house.engine, house.site, printer, house.clock, lambda: None, 400, has_stock=False
    )
    thread = threading.Thread(target=run_attendant, args=(attendant, stop))
    thread.start()
    yield
    stop.set()
    thread.join()


def ask(house: House, reference: str, visit: str) -> int | None:
    """Ask for the slip of a renewal; None if it is denied."""
    rows = [Row("Status", is_title=True), Row("Payment", "paid")]
    asked = slips.ask_slip(
        house.engine, house.clock, RECEIPTS, reference=reference, visit=visit, rows=rows
    )
    return asked if isinstance(asked, int) else None


def is_over(house: House, number: int) -> bool:
    """Say whether a slip, or anything else that was asked of a printer, has ended."""
    with reading(house.engine) as connection:
        request = service.by_id(connection, number)
    return request is not None and request.state not in OPEN_SERVICE
