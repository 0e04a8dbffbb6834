"""What can be wrong with the database itself, in one sentence that says what to do."""

from __future__ import annotations

import shutil
import sqlite3  # the codes alone: the driver has the same numbers and does not name them all
from pathlib import Path
from typing import Final


class StoreError(Exception):
    """The database cannot be used as asked; the message is one sentence that says what to do."""


class SqliteTooOld(StoreError):  # noqa: N818 - these are named after what a person sees
    """The SQLite library is older than the oldest that keeps every commit."""


class DatabaseBusy(StoreError):  # noqa: N818 - see above
    """Another connection kept the write lock for longer than the busy timeout; nothing is lost."""


class DatabaseUnusable(StoreError):  # noqa: N818 - see above
    """The file is missing, not ours, damaged, read-only or of another version."""


class DiskFull(StoreError):  # noqa: N818 - see above
    """No room for the transaction, which was rolled back whole."""


_BUSY: Final = (
    DatabaseBusy,
    "is locked by another program: try again, and if it lasts, find what else has the file open.",
)
_FULL: Final = (
    DiskFull,
    "has no room left: free space on its disk; nothing recorded so far is lost.",
)
_MEANINGS: Final[dict[int, tuple[type[StoreError], str]]] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    # A full disk, met while the index of the write-ahead log grows.
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,
    sqlite3.SQLITE_NOTADB: (
        DatabaseUnusable,
        "is not a database: check the path, or restore the last backup.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        DatabaseUnusable,
        "is damaged: stop the kiosk, keep the file, and restore the last backup.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        DatabaseUnusable,
        "cannot be opened: check that its folder exists and may be written.",
    ),
    sqlite3.SQLITE_READONLY: (
        DatabaseUnusable,
        "may not be written: check its owner and mode, and whether its disk is read-only.",
    ),
    sqlite3.SQLITE_IOERR: (
        DatabaseUnusable,
        "could not be read or written: check its disk, then restart the kiosk.",
    ),
}
_LEAST_ROOM: Final = 32 * 1024  # the index of a write-ahead log, which every opening needs
_PRIMARY: Final = 0xFF  # the rest of a code tells details


def explain(error: BaseException | None, path: str) -> StoreError | None:
    """Return what a driver's error means for people, or None when it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    meaning = _MEANINGS.get(code) or _MEANINGS.get(code & _PRIMARY)
    if code & _PRIMARY == sqlite3.SQLITE_IOERR and _has_no_room(Path(path).parent):
        meaning = _FULL
    if meaning is None:
        return None
    kind, sentence = meaning
    return kind(f"{path} {sentence}")


def _has_no_room(folder: Path) -> bool:
    # SQLite says no more than "I/O error" when the disk is full while a database is opened.
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False
