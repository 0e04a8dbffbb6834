"""A table of millions of renewals, made in minutes: past the import, and safe from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pysqlite3

from bench.records import MODELS, made_up, owner_of, plate_of, reference
from bench.sides import NOON
from kiosk.store.renewals import UPSERT, RenewalRow
from kiosk.store.tables.shapes import utc_text
from kiosk.sync.wire import read_row

_DRIVER: Final[Any] = pysqlite3  # untyped
_INDEXES: Final = """
SELECT name, sql FROM sqlite_master
WHERE type = 'index' AND tbl_name = 'renewals' AND sql IS NOT NULL
"""


def fill(database: Path, rows: int) -> None:
    """Add so many renewals in the order of their references; nobody else may have it open.

    The indexes are built at the end, as they are when a database is restored.
    """
    connection = _DRIVER.connect(str(database), isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(_INDEXES).fetchall()
    connection.execute("BEGIN")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.executemany(UPSERT, _rows(rows))
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    """Yield rows such as an import stores; only what differs between records is made anew."""
    shapes = [(row, _parts(row, number)) for number, row in enumerate(_first())]
    received_at = utc_text(NOON)
    for number in range(count):
        row, (start, after_reference, after_plate, end) = shapes[number % MODELS]
        named, plate, owner = reference(number), plate_of(number), owner_of(number)
        middle = f"{named}{after_reference}{plate}{after_plate}{owner}"
        record = f"{start}{middle}{end}".encode()
        yield (named, 1, row.status, plate, owner, row.kiosk, row.fence, record, received_at)


def _first() -> Iterator[RenewalRow]:
    for line in made_up(list(range(MODELS))):
        row = read_row(line)
        assert isinstance(row, RenewalRow), row
        yield row


def _parts(row: RenewalRow, number: int) -> tuple[str, str, str, str]:
    """Cut a record where its reference, its plate and its owner stand."""
    start, rest = row.record.decode().split(reference(number))
    after_reference, rest = rest.split(plate_of(number))
    after_plate, end = rest.split(owner_of(number))
    return start, after_reference, after_plate, end
