"""Batches that central pushed, and how far each of its sources has come."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from kiosk.store.tables.records import batches, watermarks


@dataclass(frozen=True, slots=True)
class Offer:
    """A batch as central announces it, its signature checked.

    Records of a source are numbered from 1. No records at all (`last_seq` is one less than
    `first_seq`) say that there is nothing new. `made_at` is central's clock.
    """

    source: str
    first_seq: int
    last_seq: int
    sha256: str
    is_snapshot: bool
    made_at: datetime

    @property
    def count(self) -> int:
        """How many records it holds."""
        return self.last_seq - self.first_seq + 1


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch whose content was checked as well; `answer` is None until it is applied."""

    id: int
    offer: Offer
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


def find(connection: Connection, offer: Offer) -> Batch | None:
    """Return the batch of this range and content, applied or begun."""
    query = select(batches).where(
        batches.c.source == offer.source,
        batches.c.first_seq == offer.first_seq,
        batches.c.last_seq == offer.last_seq,
        batches.c.sha256 == offer.sha256,
    )
    return _first(connection, query)


def by_id(connection: Connection, number: int) -> Batch | None:
    """Return a batch by its number."""
    return _first(connection, select(batches).where(batches.c.id == number))


def _first(connection: Connection, query: Select[Any]) -> Batch | None:
    row = connection.execute(query).first()
    if row is None:
        return None
    offer = Offer(
        source=row.source,
        first_seq=row.first_seq,
        last_seq=row.last_seq,
        sha256=row.sha256,
        is_snapshot=bool(row.is_snapshot),
        made_at=row.made_at,
    )
    return Batch(row.id, offer, row.received_at, row.import_id, row.answer)


def begin(connection: Connection, offer: Offer, received_at: datetime, import_id: int) -> int:
    """Write down that a batch is being applied, and return its number."""
    values = {**asdict(offer), "received_at": received_at, "import_id": import_id}
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
