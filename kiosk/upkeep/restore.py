"""A copy put back in the database's place, without losing what the database alone knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from kiosk.store import log
from kiosk.store.engine import explained, open_engine, reading
from kiosk.store.errors import DatabaseBusy, DatabaseUnusable
from kiosk.upkeep.backup import (
    SIDE_FILES,
    BackupProblem,
    Head,
    discard,
    make_single,
    sync_to_disk,
    verified_head,
)

LOCK_WAIT_S: Final = 0.2
"""Others hold the database for as long as they run; waiting longer changes nothing."""


def restore(
    copy: Path, database: Path, kiosk: str, now: datetime, *, is_forced: bool = False
) -> Path | None:
    """Put a verified copy in the database's place; return where the one before lies, if any.

    A database that knows more than the copy, or something else, is replaced only when forced: what
    it printed since would be forgotten. Never while anything has it open. Raises BackupProblem,
    StoreError.
    """
    _check_source(copy)
    staged = database.with_name(database.name + ".restoring")
    discard(staged)
    try:
        shutil.copyfile(copy, staged)
        head = verified_head(staged, kiosk, called=copy)
        kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
        if not database.exists():
            _keep(database, kept)
            _put(staged, database)
            return None
        _exchange(staged, database, kept, head, is_forced=is_forced)
        return kept
    finally:
        discard(staged)


def _check_source(copy: Path) -> None:
    if not copy.is_file():
        raise BackupProblem(f"{copy} does not exist")
    if Path(f"{copy}-wal").exists():
        raise BackupProblem(
            f"{copy} is a database in use and not a backup: make one with `kiosk db backup`"
        )


def _exchange(staged: Path, database: Path, kept: Path, head: Head, *, is_forced: bool) -> None:
    try:
        with _alone(database) as connection:
            if not is_forced:
                _refuse_loss(connection, staged, head)
            _keep(database, kept)
            _put(staged, database)
    except DatabaseUnusable as damaged:
        if not is_forced:
            raise BackupProblem(
                f"{damaged} Nobody can tell what it holds; --replace puts the copy in its place."
            ) from damaged
        _keep(database, kept)
        _put(staged, database)


def _put(staged: Path, database: Path) -> None:
    make_single(staged)
    staged.replace(database)
    sync_to_disk(database.parent)


def _keep(database: Path, kept: Path) -> None:
    """Move a database, and what is left of one, out of the copy's way.

    SQLite would play a log of writes that lay there into the copy.
    """
    if kept.exists():
        raise BackupProblem(f"{kept} exists; wait a second and try again")
    for side in ("", *SIDE_FILES):
        old = Path(f"{database}{side}")
        if old.exists():
            old.replace(f"{kept}{side}")


@contextmanager
def _alone(database: Path) -> Iterator[Connection]:
    """Keep every other connection out, or refuse because one is there.

    A connection in WAL mode holds a shared lock as long as it is open, idle or not; leaving WAL
    needs an exclusive one, and brings all writes into the one file.
    """
    engine = open_engine(database, busy_timeout_s=LOCK_WAIT_S)
    try:
        with explained(engine), engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode=DELETE")
            driver.execute("BEGIN EXCLUSIVE")
            yield connection
    except DatabaseBusy as busy:
        raise BackupProblem(
            f"{database} is in use: stop the kiosk first (systemctl stop kiosk.target)"
        ) from busy
    finally:
        engine.dispose()


def _refuse_loss(connection: Connection, staged: Path, head: Head) -> None:
    """Refuse unless the log of the database is the beginning of the copy's."""
    number, hashed = log.head(connection)
    if number > head[0]:
        raise BackupProblem(
            f"the database's log has {number} rows and the copy's {head[0]}: what happened since, "
            "prints too, would be forgotten; --replace does it all the same"
        )
    if number and _hash_at(staged, number) != hashed:
        raise BackupProblem(
            f"the logs of database and copy differ at row {number}, so the copy is not an earlier "
            "or later state of this database; --replace puts it in place all the same"
        )


def _hash_at(path: Path, number: int) -> bytes | None:
    engine = open_engine(path)
    try:
        with reading(engine) as connection:
            row = next(iter(log.rows(connection, number, number)), None)
            return None if row is None else row.hash
    finally:
        engine.dispose()
