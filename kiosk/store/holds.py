"""Holds: renewals that may not print until their record is corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import Connection

from kiosk.store.engine import driver_of
from kiosk.store.tables.shapes import utc_text


class HoldCause(StrEnum):
    """Why a renewal is held."""

    REJECTED = "rejected"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class OpenHold:
    """A hold in force; `release_version` is None when only a retry of its reject may lift it."""

    id: int
    reference: str
    cause: HoldCause
    release_version: int | None
    reject_id: int | None
    placed_at: datetime


_PLACE: Final = """
INSERT INTO holds (reference, cause, release_version, reject_id, placed_at)
VALUES (?, ?, ?, ?, ?)
"""
_ANY: Final = "SELECT EXISTS (SELECT 1 FROM holds WHERE released_at IS NULL)"
_OPEN: Final = """
SELECT id, reference, cause, release_version, reject_id, placed_at FROM holds
WHERE released_at IS NULL ORDER BY id
"""
_COUNT_OPEN: Final = "SELECT count(*) FROM holds WHERE released_at IS NULL"
_OPEN_FOR: Final = """
SELECT id, reference, cause, release_version, reject_id, placed_at FROM holds
WHERE released_at IS NULL AND reference IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_RELEASE: Final = """
UPDATE holds SET released_at = ?
WHERE released_at IS NULL AND id IN (SELECT value FROM json_each(?))
"""


def place(
    connection: Connection,
    reference: str,
    cause: HoldCause,
    *,
    release_version: int | None,
    reject_id: int | None,
    placed_at: datetime,
) -> None:
    """Stop a renewal from printing, until a record of at least `release_version`."""
    connection.exec_driver_sql(
        _PLACE, (reference, cause.value, release_version, reject_id, utc_text(placed_at))
    )


def is_any_open(connection: Connection) -> bool:
    """Say whether any renewal at all is held; cheap enough to ask with every slice."""
    return bool(driver_of(connection).execute(_ANY).fetchone()[0])


def count_open(connection: Connection) -> int:
    """Return how many holds are in force."""
    return int(connection.exec_driver_sql(_COUNT_OPEN).scalar_one())


def open_for(connection: Connection, references: Iterable[str]) -> list[OpenHold]:
    """Return the holds in force on some renewals, oldest first."""
    listed = msgspec.json.encode(list(references)).decode()
    return [_hold(*row) for row in connection.exec_driver_sql(_OPEN_FOR, (listed,))]


def open_holds(connection: Connection) -> list[OpenHold]:
    """Return all holds in force, oldest first."""
    return [_hold(*row) for row in connection.exec_driver_sql(_OPEN)]


def release(connection: Connection, ids: Iterable[int], released_at: datetime) -> int:
    """Lift holds by id and return how many were in force."""
    listed = msgspec.json.encode(list(ids)).decode()
    return connection.exec_driver_sql(_RELEASE, (utc_text(released_at), listed)).rowcount


def releasable(found: Iterable[OpenHold], confirmed: Mapping[str, int]) -> list[OpenHold]:
    """Pick the holds that good records lift; `confirmed` is the greatest good version of each."""
    return [
        hold
        for hold in found
        if hold.release_version is not None
        and confirmed.get(hold.reference, 0) >= hold.release_version
    ]


def _hold(
    number: int, reference: str, cause: str, version: int | None, reject: int | None, at: str
) -> OpenHold:
    placed_at = datetime.fromisoformat(at)
    return OpenHold(number, reference, HoldCause(cause), version, reject, placed_at)
