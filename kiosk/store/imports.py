"""Files of records and how far each has come, and the records that were refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.store.engine import driver_of
from kiosk.store.renewals import Rejected
from kiosk.store.tables.records import imports, rejects
from kiosk.store.tables.shapes import utc_text


@dataclass(slots=True)
class Tally:
    """What became of records: stored, known already, overtaken, refused, contradicting."""

    applied: int = 0
    repeated: int = 0
    older: int = 0
    rejected: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """A file or batch; `lines` is the position reached, `finished_at` None until its end.

    The counts are what became of the records up to there. `as_of` is the time of which they speak.
    """

    id: int
    source: str
    sha256: str
    lines: int
    applied: int
    repeated: int
    older: int
    rejected: int
    conflicts: int
    started_at: datetime
    finished_at: datetime | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that was refused, as it came; `settled_at` is None while it waits for people."""

    id: int
    source: str
    line: int
    raw: bytes
    reference: str | None
    version: int | None
    field: str
    reason: str
    received_at: datetime
    settled_at: datetime | None
    settled_how: str | None


_ADVANCE: Final = """
UPDATE imports SET
    lines = :after, applied = applied + :applied, repeated = repeated + :repeated,
    older = older + :older, rejected = rejected + :rejected, conflicts = conflicts + :conflicts
WHERE id = :id AND lines = :before AND finished_at IS NULL
"""
_SETTLE: Final = """
UPDATE rejects SET settled_at = ?, settled_how = ?
WHERE settled_at IS NULL AND id IN (SELECT value FROM json_each(?))
"""


def find_by_content(connection: Connection, sha256: str) -> Import | None:
    """Return the newest import of a file with this content."""
    query = select(imports).where(imports.c.sha256 == sha256).order_by(imports.c.id.desc())
    row = connection.execute(query.limit(1)).first()
    return None if row is None else Import(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def start(connection: Connection, source: str, sha256: str, started_at: datetime) -> Import:
    """Write down that a file is being imported, at its first line."""
    values = {"source": source, "sha256": sha256, "started_at": started_at}
    added = connection.execute(insert(imports).values(**values).returning(imports))
    return Import(**added.one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def advance(connection: Connection, number: int, *, before: int, after: int, tally: Tally) -> bool:
    """Move a file's position and count its slice in; False if it no longer stood at `before`."""
    values = {"id": number, "before": before, "after": after, **asdict(tally)}
    moved: int = driver_of(connection).execute(_ADVANCE, values).rowcount
    return moved == 1


def by_id(connection: Connection, number: int) -> Import:
    """Return an import that is known to exist."""
    row = connection.execute(select(imports).where(imports.c.id == number)).one()
    return Import(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


def finish(
    connection: Connection, number: int, finished_at: datetime, as_of: datetime | None = None
) -> bool:
    """Write down that a file was applied to its end; False if that was known.

    `as_of` is when its records were put together; without it they are taken for new.
    """
    values = {"finished_at": finished_at, "as_of": as_of or finished_at}
    open_one = update(imports).where(imports.c.id == number, imports.c.finished_at.is_(None))
    return connection.execute(open_one.values(**values)).rowcount == 1


def recent(connection: Connection, limit: int = 20) -> list[Import]:
    """Return the last imports, newest first."""
    query = select(imports).order_by(imports.c.id.desc()).limit(limit)
    return [Import(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name for it


def add_reject(
    connection: Connection,
    rejected: Rejected,
    *,
    source: str,
    line: int,
    raw: bytes,
    received_at: datetime,
) -> int:
    """Keep a refused line as it came and return its number."""
    values = {
        "source": source,
        "line": line,
        "raw": raw,
        "reference": rejected.reference,
        "version": rejected.version,
        "field": rejected.field,
        "reason": rejected.reason,
        "received_at": received_at,
    }
    added = connection.execute(insert(rejects).values(**values).returning(rejects.c.id))
    return int(added.scalar_one())


def open_rejects(
    connection: Connection, ids: Sequence[int] | None = None, limit: int | None = None
) -> list[Reject]:
    """Return the refused lines that wait for people, oldest first; of `ids` only, when given."""
    query = select(rejects).where(rejects.c.settled_at.is_(None)).order_by(rejects.c.id)
    if ids is not None:
        listed = func.json_each(msgspec.json.encode(list(ids)).decode()).table_valued("value")
        query = query.where(rejects.c.id.in_(select(listed.c.value)))
    return [_reject(row) for row in connection.execute(query.limit(limit))]


def count_open_rejects(connection: Connection) -> int:
    """Return how many refused lines wait for people."""
    query = select(func.count()).select_from(rejects).where(rejects.c.settled_at.is_(None))
    return int(connection.execute(query).scalar_one())


def settle(connection: Connection, ids: Iterable[int], how: str, settled_at: datetime) -> int:
    """Close refused lines and return how many were open."""
    listed = msgspec.json.encode(list(ids)).decode()
    return connection.exec_driver_sql(_SETTLE, (utc_text(settled_at), how, listed)).rowcount


def _reject(row: Row[tuple[object, ...]]) -> Reject:
    return Reject(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
