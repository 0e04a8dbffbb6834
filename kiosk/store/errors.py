"""What can be wrong with the database itself, in one sentence that says what to do."""

from __future__ import annotations

import sqlite3  # the codes alone: the driver has the same numbers and does not name them all
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
_PRIMARY: Final = 0xFF  # the rest of a code tells details


def explain(error: BaseException | None, path: str) -> StoreError | None:
    """Return what a driver's error means for people, or None when it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    meaning = _MEANINGS.get(code) or _MEANINGS.get(code & _PRIMARY)
    if meaning is None:
        return None
    kind, sentence = meaning
    return kind(f"{path} {sentence}")
