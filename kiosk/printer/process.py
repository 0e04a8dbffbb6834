"""The printer process: a dull loop that prints what is asked and notices how the printer is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy import Engine

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
    spool: Spool,
    stop: threading.Event,
    *,
    settle_s: float,
    attendant: Attendant | None = None,
    alive: Callable[[], None] = lambda: None,
) -> None:
    """Recover, then print until `stop` is set; a sticker that is being sent is finished first.

    `settle_s` is twice the longest print: after it no paper of an earlier job can still move.
    `attendant` does what staff ask of the same printer, between stickers. `alive` is called each
    turn, from the end of the recovery on.
    """
    cancel_all_waiting(spool.engine, spool.clock)
    leave_in_doubt(spool.engine, None, spool.clock)
    spool.wake()

    def do_one() -> bool:
        return spool.do_one() or (attendant is not None and attendant.do_one())

    def rest() -> None:
        come_to_rest(stop, settle_s, spool.saw)

    def look() -> None:
        spool.saw()
        gather_evidence(spool.engine, spool.printer, spool.clock, rest)
        spool.probe()  # last: it clears the printer, which a doubt wants done with care

    _run(spool.engine, stop, do_one, look, alive)


def run_attendant(
    attendant: Attendant, stop: threading.Event, alive: Callable[[], None] = lambda: None
) -> None:
    """Look after a printer that prints no stickers, until `stop` is set; `alive` as above."""
    _run(attendant.engine, stop, attendant.do_one, attendant.look, alive)


def _run(
    engine: Engine,
    stop: threading.Event,
    do_one: Callable[[], bool],
    look: Callable[[], None],
    alive: Callable[[], None],
) -> None:
    """Do what is asked as soon as it is written down, and look at the printer each second."""
    watcher = Watcher(engine)
    look_at = 0.0
    while not stop.is_set():
        alive()
        try:
            is_due = time.monotonic() >= look_at
            if watcher.changed() or is_due:
                while not stop.is_set() and do_one():
                    is_due = True  # a doubt is cleared at once, before a refill lets it go on
            if is_due:
                look()
                look_at = time.monotonic() + LOOK_S
        except CutShortError:
            break
        except StoreError as error:
            log_line.warning("the database refused", problem=str(error))
            stop.wait(RETRY_S)
        stop.wait(POLL_S)
    watcher.close()
