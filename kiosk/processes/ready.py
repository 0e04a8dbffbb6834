"""What the processes share: being ready, the log's rows of start and stop, a disk without room."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import structlog
from sqlalchemy import Engine

from kiosk.bootstrap import now_utc
from kiosk.domain.audit import Actor, AuditEvent
from kiosk.processes.watchdog import Alive
from kiosk.store import log, reserve
from kiosk.store.engine import writing
from kiosk.store.errors import DiskFull

ROOM_S: Final = 2.0
"""How often a process that found the disk full looks again: as often as systemd would start it."""

_T = TypeVar("_T")

log_line = structlog.get_logger("kiosk.processes")


class AddressTaken(Exception):  # noqa: N818 - named for what is the matter, as people say it
    """An address that a process serves cannot be had; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A process that is wired and ready to run until its stop is set.

    `address`, if it serves, is where; `serves` says what, for people.
    """

    run: Callable[[threading.Event], None]
    address: str | None = None
    serves: str = "the screens"


def when_there_is_room(make: Callable[[], Ready], database: Path, alive: Alive) -> Ready:
    """Make a process ready; one that finds the disk full is made again until there is room.

    So a kiosk with a full disk is up and says so, instead of being started over and over: `alive`
    is called while it waits.
    """
    try:
        return with_reserve(database, make)
    except DiskFull as error:
        log_line.error("no room to start", problem=str(error))  # noqa: TRY400 - the sentence says it all

    def run(stop: threading.Event) -> None:
        while not stop.wait(ROOM_S):
            alive()
            try:
                ready = make()
            except DiskFull:
                continue
            ready.run(stop)
            break

    return Ready(run)


def with_reserve(database: Path, start: Callable[[], _T]) -> _T:
    """Start something; on a full disk the database's reserve makes the room. Raises DiskFull.

    Without the reserve nothing is offered for print (K-315) until it can be laid in again.
    """
    try:
        return start()
    except DiskFull:
        if not reserve.give_up(database):
            raise
        return start()


def note_start(engine: Engine, process: str) -> None:
    """Log that a process starts. Raises StoreError."""
    _note(engine, AuditEvent.PROCESS_STARTED, process)


def note_stop(engine: Engine, process: str) -> None:
    """Log that a process ended as it was told to, and let go of the database."""
    _note(engine, AuditEvent.PROCESS_STOPPED, process)
    engine.dispose()


def _note(engine: Engine, event: AuditEvent, process: str) -> None:
    with writing(engine) as connection:
        log.append(connection, now_utc(), event, Actor.SYSTEM, {"process": process})


@contextmanager
def taking_address(served: str, setting: str) -> Iterator[None]:
    """Say of an address that cannot be had what was to be `served` there. Raises AddressTaken."""
    try:
        yield
    except OSError as error:
        # The system's own few words; asyncio adds the address, which stands there already.
        why = os.strerror(error.errno) if error.errno else str(error)
        raise AddressTaken(f"{served} ({why}): stop what has the port, or set {setting}") from error
