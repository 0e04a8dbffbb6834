"""Copies of the database, made while the kiosk works and verified before they count."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from kiosk.store import log, outbox
from kiosk.store.engine import explained, open_engine, reading, writing
from kiosk.store.errors import DatabaseUnusable
from kiosk.upkeep.soundness import examine
from kiosk.usecases.ports import Clock

PAGES_A_STEP: Final = 2000
"""8 MB between two looks at the progress; the snapshot is one however many steps it takes."""

SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database. One left beside another database would destroy it."""

ANCHORED_AT: Final = "backup"
"""Where the log's head went with a copy; the newest of these tells when the last one was made."""

Head = tuple[int, bytes]
Progress = Callable[[int, int], None]


class BackupProblem(Exception):  # noqa: N818 - it is said to a person, who caused it
    """A copy cannot be made or put back; the message is one sentence and nothing was changed."""


def back_up(
    engine: Engine, target: Path, kiosk: str, clock: Clock, *, progress: Progress | None = None
) -> Head:
    """Copy a database in use to a file that gets its name only when it is whole and verified.

    Returns the head of the log in it, which the log may not end before any more. `progress` is told
    the pages left and all pages. Raises BackupProblem, StoreError.
    """
    if target.exists():
        raise BackupProblem(f"{target} exists; a backup is never overwritten, name another file")
    if not target.parent.is_dir():
        raise BackupProblem(f"{target.parent} is no folder; make it, or name another")
    partial = target.with_name(target.name + ".partial")
    discard(partial)
    try:
        _copy(engine, partial, progress)
        head = verified_head(partial, kiosk, called=target)
        make_single(partial)
        partial.replace(target)
        sync_to_disk(target.parent)
    finally:
        discard(partial)
    _anchor(engine, head, clock)
    return head


def _anchor(engine: Engine, head: Head, clock: Clock) -> None:
    # No row of the log: with one more than its copy, a database could not be restored from it.
    number, hashed = head
    if number:
        with writing(engine) as connection:
            outbox.anchor(connection, number, hashed, where=ANCHORED_AT, at=clock())


def _copy(engine: Engine, target: Path, progress: Progress | None) -> None:
    def tell(_status: int, left: int, pages: int) -> None:
        if progress is not None:
            progress(left, pages)

    copy = open_engine(target)
    try:
        # The read transaction pins one snapshot, so that writers never make the copy start over.
        with reading(engine) as connection, explained(copy), copy.connect() as into:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
            source: Any = connection.connection.driver_connection
            source.backup(into.connection.driver_connection, pages=PAGES_A_STEP, progress=tell)
    finally:
        copy.dispose()


def verified_head(path: Path, kiosk: str, *, called: Path) -> Head:
    """Return the log's head of a sound copy; `called` is its name for people.

    Raises BackupProblem that says what is wrong, and StoreError.
    """
    engine = open_engine(path)
    try:
        for checked in examine(engine, kiosk):
            for problem in checked.problems:
                raise BackupProblem(f"the copy {called} is not sound: {problem}")
        with reading(engine) as connection:
            return log.head(connection)
    except DatabaseUnusable as problem:
        raise DatabaseUnusable(str(problem).replace(str(path), str(called))) from problem
    finally:
        engine.dispose()


def make_single(path: Path) -> None:
    """Bring a database that nobody else has open into one durable file."""
    engine = open_engine(path)
    try:
        with explained(engine), engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode=DELETE")
    finally:
        engine.dispose()
    sync_to_disk(path)


def sync_to_disk(path: Path) -> None:
    """Return when a file, or a folder's list of names, has reached the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard(path: Path) -> None:
    """Remove a half-made copy and what lies beside it."""
    for side in ("", *SIDE_FILES):
        Path(f"{path}{side}").unlink(missing_ok=True)
