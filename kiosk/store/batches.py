"""Batches that central pushed, and how far each of its sources has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from kiosk.store.tables.records import batches, watermarks


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch whose signature and content were checked; `answer` is None until it is applied."""

    id: int
    source: str
    first_seq: int
    last_seq: int
    sha256: str
    is_snapshot: bool
    made_at: datetime
    received_at: datetime
    import_id: int
    answer: str | None


@dataclass(frozen=True, slots=True)
class Watermark:
    """The last record of a source that is applied, and both clocks when central last said so."""

    source: str
    last_seq: int
    made_at: datetime
    received_at: datetime


def find(
    connection: Connection, source: str, first_seq: int, last_seq: int, sha256: str
) -> Batch | None:
    """Return the batch of this range and content, applied or begun."""
    query = select(batches).where(
        batches.c.source == source,
        batches.c.first_seq == first_seq,
        batches.c.last_seq == last_seq,
        batches.c.sha256 == sha256,
    )
    return _first(connection, query)


def by_id(connection: Connection, number: int) -> Batch | None:
    """Return a batch by its number."""
    return _first(connection, select(batches).where(batches.c.id == number))


def _first(connection: Connection, query: Select[Any]) -> Batch | None:
    row = connection.execute(query).first()
    if row is None:
        return None
    return Batch(**dict(row._mapping) | {"is_snapshot": bool(row.is_snapshot)})  # noqa: SLF001 - SQLAlchemy's public name for it


def begin(
    connection: Connection,
    *,
    source: str,
    first_seq: int,
    last_seq: int,
    sha256: str,
    is_snapshot: bool,
    made_at: datetime,
    received_at: datetime,
    import_id: int,
) -> int:
    """Write down that a batch is being applied, and return its number."""
    values = {
        "source": source,
        "first_seq": first_seq,
        "last_seq": last_seq,
        "sha256": sha256,
        "is_snapshot": int(is_snapshot),
        "made_at": made_at,
        "received_at": received_at,
        "import_id": import_id,
    }
    added = connection.execute(insert(batches).values(**values).returning(batches.c.id))
    return int(added.scalar_one())


def finish(connection: Connection, number: int, answer: str) -> None:
    """Write down what central is told of an applied batch."""
    connection.execute(update(batches).where(batches.c.id == number).values(answer=answer))


def watermark(connection: Connection, source: str) -> Watermark | None:
    """Return how far a source has come; None before its first batch."""
    row = connection.execute(select(watermarks).where(watermarks.c.source == source)).first()
    return None if row is None else Watermark(*row)


def all_watermarks(connection: Connection) -> list[Watermark]:
    """Return how far each source has come, by its name."""
    query = select(watermarks).order_by(watermarks.c.source)
    return [Watermark(*row) for row in connection.execute(query)]


def newest_made_at(connection: Connection) -> datetime | None:
    """Return the newest time at which central, by its own clock, put a batch together."""
    found: datetime | None = connection.execute(select(func.max(watermarks.c.made_at))).scalar()
    return found


def advance(connection: Connection, mark: Watermark) -> None:
    """Move a source's watermark; it never goes back."""
    values = {"made_at": mark.made_at, "received_at": mark.received_at, "last_seq": mark.last_seq}
    changed = update(watermarks).where(watermarks.c.source == mark.source).values(**values)
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(watermarks).values(source=mark.source, **values))
