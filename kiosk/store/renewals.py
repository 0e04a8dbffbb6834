"""Paid records: the newest version of each, looked up by whoever stands at the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain.renewal import PaidRecord
from kiosk.store.engine import driver_of
from kiosk.store.tables.records import renewals
from kiosk.store.tables.shapes import utc_text

PLAIN_PLATE: Final = re.compile(r"[0-9]?[ก-ฮ]{2,3}[1-9][0-9]{0,3}")
"""Plates whose lookup key is their own text: nearly all, so that import need not fold them."""

MAX_FOUND: Final = 500
"""Records shown to one person at most; a fleet owner has more vehicles than a screen can list."""


class RenewalRow(NamedTuple):
    """A checked record as it is stored; `record` is its canonical JSON.

    `stops` tells that this version forbids the sticker: not paid, or frozen.
    """

    reference: str
    version: int
    status: str
    plate_key: str
    owner_digest: str
    kiosk: str
    fence: int
    record: bytes
    stops: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that is no record: the dotted path of the field, and one sentence why.

    `reference` and `version` are what could be read of them all the same.
    """

    field: str
    reason: str
    reference: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A renewal as this kiosk knows it, and since when."""

    record: PaidRecord
    received_at: datetime


class Known(NamedTuple):
    """What decides whether an incoming version is newer."""

    version: int
    fence: int
    record: bytes


UPSERT: Final = """
INSERT INTO renewals
    (reference, version, status, plate_key, owner_digest, kiosk, fence, record, received_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (reference) DO UPDATE SET
    version = excluded.version, status = excluded.status, plate_key = excluded.plate_key,
    owner_digest = excluded.owner_digest, kiosk = excluded.kiosk, fence = excluded.fence,
    record = excluded.record, received_at = excluded.received_at
WHERE excluded.version > renewals.version AND excluded.fence >= renewals.fence
"""
"""Applies a version only if it is newer and takes no right back; the row count tells."""

BLOCK: Final = 8
"""Rows written in one step, which saves up to a tenth of each. Not more: SQLite keeps a copy of
every page that a step changes, until it ends; beyond 64 kB it writes them to a file of their own.
"""

_COLUMNS: Final = 8
_VALUES: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPSERT_BLOCK: Final = UPSERT.replace(_VALUES, ", ".join([_VALUES] * BLOCK))

_KNOWN: Final = """
SELECT reference, version, fence, record FROM renewals
WHERE reference IN (SELECT value FROM json_each(?))
"""

_VALID_STICKERS: Final = """
SELECT reference, serial FROM issues
WHERE validity = 'valid' AND reference IN (SELECT value FROM json_each(?))
"""
_FIND: Final = "SELECT record, received_at FROM renewals WHERE reference = ?"

_record_decoder = msgspec.json.Decoder(PaidRecord)


def read_record(raw: bytes) -> PaidRecord:
    """Read back a record's canonical JSON. Raises ValueError if it is not what was stored."""
    return _record_decoder.decode(raw)


def upsert(connection: Connection, rows: Sequence[RenewalRow], received_at: datetime) -> int:
    """Store the rows in their order and return how many were applied; the others were not newer."""
    now = (utc_text(received_at),)
    parameters = [row[:_COLUMNS] + now for row in rows]
    driver = driver_of(connection)
    applied = 0
    whole = len(parameters) - len(parameters) % BLOCK
    for start in range(0, whole, BLOCK):
        block = tuple(chain.from_iterable(parameters[start : start + BLOCK]))
        applied += driver.execute(_UPSERT_BLOCK, block).rowcount
    if whole < len(parameters):
        applied += driver.executemany(UPSERT, parameters[whole:]).rowcount
    return applied


def known(connection: Connection, references: Iterable[str]) -> dict[str, Known]:
    """Return what is stored under some references; those not stored are left out."""
    listed = msgspec.json.encode(list(references)).decode()
    found = connection.exec_driver_sql(_KNOWN, (listed,))
    return {reference: Known(version, fence, raw) for reference, version, fence, raw in found}


def valid_stickers(connection: Connection, references: Iterable[str]) -> dict[str, str]:
    """Return the serials of the stickers that count as valid, of those renewals that have one."""
    listed = msgspec.json.encode(list(references)).decode()
    return dict(driver_of(connection).execute(_VALID_STICKERS, (listed,)).fetchall())


def find(connection: Connection, reference: str) -> Stored | None:
    """Return the newest version of one renewal."""
    row = driver_of(connection).execute(_FIND, (reference,)).fetchone()
    return None if row is None else Stored(read_record(row[0]), datetime.fromisoformat(row[1]))


def count(connection: Connection) -> int:
    """Return how many renewals are known: rows are numbered from 1 and none is ever deleted."""
    return connection.exec_driver_sql("SELECT max(id) FROM renewals").scalar() or 0


def references_by_owner(connection: Connection, digest: str, kiosk: str) -> list[str]:
    """Return which paid renewals of an owner a kiosk holds, by the digest of the ID number.

    Those without a valid sticker come first, then by plate; `MAX_FOUND` at the most.
    """
    query = (
        "SELECT reference FROM renewals WHERE owner_digest = ? AND kiosk = ? AND status = 'paid' "
        "ORDER BY EXISTS (SELECT 1 FROM issues WHERE issues.reference = renewals.reference "
        "AND validity = 'valid'), plate_key LIMIT ?"
    )
    return list(connection.exec_driver_sql(query, (digest, kiosk, MAX_FOUND)).scalars())


def count_by_owner(connection: Connection, digest: str, kiosk: str) -> int:
    """Return how many paid renewals of an owner a kiosk holds, by the digest of the ID number."""
    query = "SELECT count(*) FROM renewals WHERE owner_digest = ? AND kiosk = ? AND status = 'paid'"
    return connection.exec_driver_sql(query, (digest, kiosk)).scalar() or 0


def find_by_plate(connection: Connection, key: str) -> list[Stored]:
    """Return the renewals of a plate number in every province, by `plate_key`, newest first."""
    return _listed(connection, "plate_key", key)


def _listed(connection: Connection, column: str, value: str) -> list[Stored]:
    query = (
        select(renewals.c.record, renewals.c.received_at)
        .where(renewals.c[column] == value)
        .order_by(renewals.c.id.desc())
        .limit(MAX_FOUND)
    )
    return [Stored(read_record(row.record), row.received_at) for row in connection.execute(query)]


def is_on_hold(connection: Connection, reference: str) -> bool:
    """Say whether a renewal waits for its record to be corrected."""
    query = "SELECT 1 FROM holds WHERE reference = ? AND released_at IS NULL LIMIT 1"
    return connection.exec_driver_sql(query, (reference,)).first() is not None
