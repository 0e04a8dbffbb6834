"""Members of staff who may act at this kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from kiosk.store.tables.people import staff


@dataclass(frozen=True, slots=True)
class Person:
    """A row of `staff`; `pin_hash` is argon2id."""

    badge: str
    name: str
    role: str
    pin_hash: str
    wrong_pins: int
    locked_until: datetime | None
    added_at: datetime
    disabled_at: datetime | None


def add(
    connection: Connection, *, badge: str, name: str, role: str, pin_hash: str, at: datetime
) -> None:
    """Insert a member of staff."""
    connection.execute(
        insert(staff).values(badge=badge, name=name, role=role, pin_hash=pin_hash, added_at=at)
    )


def find(connection: Connection, badge: str) -> Person | None:
    """Return a member of staff, disabled ones too."""
    row = connection.execute(select(staff).where(staff.c.badge == badge)).first()
    return None if row is None else Person(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def everybody(connection: Connection) -> list[Person]:
    """Return all members of staff by badge."""
    rows = connection.execute(select(staff).order_by(staff.c.badge))
    return [Person(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def set_tries(
    connection: Connection, badge: str, wrong_pins: int, locked_until: datetime | None
) -> None:
    """Set how many wrong PINs in a row were given, and until when none is taken."""
    connection.execute(
        update(staff)
        .where(staff.c.badge == badge)
        .values(wrong_pins=wrong_pins, locked_until=locked_until)
    )


def disable(connection: Connection, badge: str, at: datetime) -> bool:
    """End a member of staff's access; False if unknown or ended before."""
    result = connection.execute(
        update(staff)
        .where(staff.c.badge == badge, staff.c.disabled_at.is_(None))
        .values(disabled_at=at)
    )
    return result.rowcount == 1
