"""Room on the disk that is kept back for writing an outcome down when all else is full."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

RESERVE_BYTES: Final = 4 * 2**20
"""Enough for the write-ahead log of many outcomes; gone from no kiosk's disk unnoticed."""


def beside(database: Path) -> Path:
    """Return where the reserve of a database lies: on the same disk."""
    return database.with_name(f"{database.name}.reserve")


def is_kept(database: Path) -> bool:
    """Say whether the reserve is there in full."""
    try:
        return beside(database).stat().st_size >= RESERVE_BYTES
    except OSError:
        return False


def keep(database: Path) -> bool:
    """Lay the reserve in unless it is there; False when the disk has no room for it."""
    if is_kept(database):
        return True
    path = beside(database)
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        return False
    return True


def give_up(database: Path) -> bool:
    """Free the reserve for what must be written now; False if it was gone already."""
    try:
        beside(database).unlink()
    except OSError:
        return False
    return True
