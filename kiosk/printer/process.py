"""The printer process: a dull loop that prints what is asked and notices how the printer is."""

from __future__ import annotations

import threading
import time

import structlog

from kiosk.store.engine import Watcher
from kiosk.store.errors import StoreError
from kiosk.usecases.attending import Attendant
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import (
    CutShortError,
    cancel_all_waiting,
    come_to_rest,
    gather_evidence,
    leave_in_doubt,
)

POLL_S = 0.005
"""How often the database is looked at: 3 microseconds a look, and half of it is a tap's wait."""

LOOK_S = 1.0
"""How often the printer is asked how it is: a paper end is on the screen within a second."""

RETRY_S = 1.0
"""The pause after the database refused something."""


log_line = structlog.get_logger("kiosk.printer")


def run_spool(
    spool: Spool, stop: threading.Event, *, settle_s: float, attendant: Attendant | None = None
) -> None:
    """Recover, then print until `stop` is set; a sticker that is being sent is finished first.

    `settle_s` is twice the longest print: after it no paper of an earlier job can still move.
    `attendant` does what staff ask of the same printer, between stickers.
    """
    watcher = Watcher(spool.engine)
    cancel_all_waiting(spool.engine, spool.clock)
    leave_in_doubt(spool.engine, None, spool.clock)
    spool.wake()
    next_look = 0.0
    while not stop.is_set():
        try:
            if watcher.changed():
                while not stop.is_set() and (spool.do_one() or _serve(attendant)):
                    next_look = 0.0  # a doubt is cleared at once, before a refill lets it go on
            if time.monotonic() >= next_look:
                _serve(attendant)
                _look(spool, stop, settle_s)
                next_look = time.monotonic() + LOOK_S
        except CutShortError:
            break
        except StoreError as error:
            log_line.warning("the database refused", problem=str(error))
            stop.wait(RETRY_S)
        stop.wait(POLL_S)
    watcher.close()


def run_attendant(attendant: Attendant, stop: threading.Event) -> None:
    """Look after a printer that prints no stickers, until `stop` is set."""
    watcher = Watcher(attendant.engine)
    next_look = 0.0
    while not stop.is_set():
        try:
            if watcher.changed():
                while not stop.is_set() and attendant.do_one():
                    pass
            if time.monotonic() >= next_look:
                attendant.do_one()
                attendant.look()
                next_look = time.monotonic() + LOOK_S
        except CutShortError:
            break
        except StoreError as error:
            log_line.warning("the database refused", problem=str(error))
            stop.wait(RETRY_S)
        stop.wait(POLL_S)
    watcher.close()


def _serve(attendant: Attendant | None) -> bool:
    return attendant is not None and attendant.do_one()


def _look(spool: Spool, stop: threading.Event, settle_s: float) -> None:
    spool.saw()
    gather_evidence(
        spool.engine, spool.printer, spool.clock, lambda: come_to_rest(stop, settle_s, spool.saw)
    )
    spool.probe()  # last: it clears the printer, and what a doubt left there is cleared with care
