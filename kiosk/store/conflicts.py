"""Stickers that are outside although central has stopped their renewal since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from kiosk.store.tables.records import conflicts


@dataclass(frozen=True, slots=True)
class Conflict:
    """A sticker that people must see to; `what` is the record's status, or `frozen`."""

    id: int
    reference: str
    version: int
    serial: str
    what: str
    raised_at: datetime


_COLUMNS = (
    conflicts.c.id,
    conflicts.c.reference,
    conflicts.c.version,
    conflicts.c.serial,
    conflicts.c.what,
    conflicts.c.raised_at,
)


def add(
    connection: Connection, *, reference: str, version: int, serial: str, what: str, at: datetime
) -> bool:
    """Write down a conflict; False if the same one is open already."""
    same = select(conflicts.c.id).where(
        conflicts.c.reference == reference,
        conflicts.c.serial == serial,
        conflicts.c.what == what,
        conflicts.c.settled_at.is_(None),
    )
    if connection.execute(same).first() is not None:
        return False
    values = {"reference": reference, "version": version, "serial": serial, "what": what}
    connection.execute(insert(conflicts).values(raised_at=at, **values))
    return True


def open_conflicts(connection: Connection) -> list[Conflict]:
    """Return the conflicts that wait for people, oldest first."""
    query = select(*_COLUMNS).where(conflicts.c.settled_at.is_(None)).order_by(conflicts.c.id)
    return [Conflict(*row) for row in connection.execute(query)]


def count_open(connection: Connection) -> int:
    """Return how many conflicts wait for people."""
    query = select(func.count()).select_from(conflicts).where(conflicts.c.settled_at.is_(None))
    return int(connection.execute(query).scalar_one())


def settle(connection: Connection, number: int, *, by: str, how: str, at: datetime) -> bool:
    """Close a conflict that people have seen to; False if it is not open."""
    changed = (
        update(conflicts)
        .where(conflicts.c.id == number, conflicts.c.settled_at.is_(None))
        .values(settled_at=at, settled_by=by, settled_how=how)
    )
    return connection.execute(changed).rowcount == 1
