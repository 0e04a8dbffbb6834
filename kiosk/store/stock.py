"""Rolls of blanks, and each blank's one fate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Label, func, insert, select, update

from kiosk.store.tables.service import IS_OPEN
from kiosk.store.tables.stickers import blanks, rolls


@dataclass(frozen=True, slots=True)
class Roll:
    """A row of `rolls` and how many of its blanks are left, issued, spoiled and returned."""

    id: int
    mode: str
    first: str
    last: str
    blanks: int
    loaded_at: datetime
    loaded_by: str
    read_in_at: datetime | None
    ended_at: datetime | None
    left: int
    issued: int
    spoiled: int
    returned: int


def _count(fate: str) -> Label[int]:
    return func.count().filter(blanks.c.fate == fate).label(fate)


_COUNTED = select(
    rolls, _count("left"), _count("issued"), _count("spoiled"), _count("returned")
).join(blanks, blanks.c.roll_id == rolls.c.id, isouter=True)

_STRAYS: Final = f"""
SELECT blanks.roll_id, blanks.serial FROM blanks
LEFT JOIN issues ON issues.serial = blanks.serial
    AND (void_reason IS NULL OR void_reason NOT IN ('no-output', 'spoiled'))
WHERE blanks.roll_id >= ? AND (blanks.fate = 'issued') <> (
    issues.id IS NOT NULL OR blanks.serial IN (
        SELECT serial FROM service_requests
        WHERE {IS_OPEN} AND state = 'started' AND serial IS NOT NULL))
ORDER BY blanks.roll_id, blanks.position
"""  # noqa: S608 - a constant of ours, no input


def all_rolls(connection: Connection, last: int | None = None) -> list[Roll]:
    """Return every roll that was ever loaded, oldest first; or the `last` of them alone."""
    newest = select(rolls.c.id).order_by(rolls.c.id.desc()).limit(last)
    return _rolls(connection, rolls.c.id.in_(newest))


def rolls_since(connection: Connection, since: datetime) -> list[Roll]:
    """Return the rolls that were in the printer after a time, oldest first."""
    return _rolls(connection, rolls.c.ended_at.is_(None) | (rolls.c.ended_at >= since))


def _rolls(connection: Connection, condition: ColumnElement[bool]) -> list[Roll]:
    query = _COUNTED.where(condition).group_by(rolls.c.id).order_by(rolls.c.id)
    return [Roll(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - public


def strays(connection: Connection, since: int) -> dict[int, list[str]]:
    """Return by roll, from roll `since` on, the serials on which blank and sticker differ.

    A blank is issued exactly while one sticker on it was neither spoiled nor without output, or
    while a test page is being printed on it.
    """
    found = connection.exec_driver_sql(_STRAYS, (since,))
    by_roll: dict[int, list[str]] = {}
    for roll_id, serial in found:
        by_roll.setdefault(roll_id, []).append(serial)
    return by_roll


def loaded_roll(connection: Connection) -> Roll | None:
    """Return the roll in the printer, however many others there were."""
    query = _COUNTED.where(rolls.c.ended_at.is_(None)).group_by(rolls.c.id)
    row = connection.execute(query).first()
    return None if row is None else Roll(**row._mapping)  # noqa: SLF001 - public


def loaded(connection: Connection) -> int | None:
    """Return the id of the roll in the printer."""
    return connection.execute(select(rolls.c.id).where(rolls.c.ended_at.is_(None))).scalar()


def load(connection: Connection, serials: list[str], *, mode: str, by: str, at: datetime) -> int:
    """Insert a roll and its blanks, all left; return its id."""
    roll_id: int = connection.execute(
        insert(rolls)
        .values(
            mode=mode,
            first=serials[0],
            last=serials[-1],
            blanks=len(serials),
            loaded_at=at,
            loaded_by=by,
            read_in_at=at if mode == "plain" else None,
        )
        .returning(rolls.c.id)
    ).scalar_one()
    connection.execute(
        insert(blanks),
        [
            {"serial": serial, "roll_id": roll_id, "position": position}
            for position, serial in enumerate(serials, start=1)
        ],
    )
    return roll_id


def known(connection: Connection, first: str, last: str) -> str | None:
    """Return one serial of the range that was loaded before, None if all are new.

    Serials of one series have one width, so text order is number order.
    """
    query = select(blanks.c.serial).where(
        blanks.c.serial.between(first, last), func.length(blanks.c.serial) == len(first)
    )
    return connection.execute(query.limit(1)).scalar()


def next_blank(connection: Connection) -> str | None:
    """Return the serial of the next blank of the loaded roll."""
    query = (
        select(blanks.c.serial)
        .join(rolls, rolls.c.id == blanks.c.roll_id)
        .where(rolls.c.ended_at.is_(None), blanks.c.fate == "left")
        .order_by(blanks.c.position)
        .limit(1)
    )
    return connection.execute(query).scalar()


def left(connection: Connection) -> int:
    """Return how many blanks the loaded roll still has."""
    query = (
        select(func.count())
        .select_from(blanks)
        .where(
            blanks.c.fate == "left",
            blanks.c.roll_id
            == select(rolls.c.id).where(rolls.c.ended_at.is_(None)).scalar_subquery(),
        )
    )
    return connection.execute(query).scalar_one()


def is_read_in(connection: Connection) -> bool:
    """Say whether the number under the head is known."""
    query = select(rolls.c.read_in_at).where(rolls.c.ended_at.is_(None))
    return connection.execute(query).scalar() is not None


def ask_read_in(connection: Connection) -> None:
    """Forget the number under the head of a numbered roll: paper may have moved by hand."""
    connection.execute(
        update(rolls)
        .where(rolls.c.ended_at.is_(None), rolls.c.mode == "numbered")
        .values(read_in_at=None)
    )


def set_read_in(connection: Connection, at: datetime) -> None:
    """Note that the number under the head was read in."""
    connection.execute(update(rolls).where(rolls.c.ended_at.is_(None)).values(read_in_at=at))


def set_fate(connection: Connection, serial: str, before: str, after: str) -> bool:
    """Change one blank's fate if it still is `before`."""
    result = connection.execute(
        update(blanks).where(blanks.c.serial == serial, blanks.c.fate == before).values(fate=after)
    )
    return result.rowcount == 1


def spoil_before(connection: Connection, roll_id: int, serial: str) -> list[str]:
    """Mark the left blanks that lie before a serial as spoiled and return their serials."""
    here = select(blanks.c.position).where(blanks.c.serial == serial).scalar_subquery()
    skipped = (blanks.c.roll_id == roll_id, blanks.c.fate == "left", blanks.c.position < here)
    serials = list(connection.execute(select(blanks.c.serial).where(*skipped)).scalars())
    connection.execute(update(blanks).where(*skipped).values(fate="spoiled"))
    return serials


def end_roll(connection: Connection, roll_id: int, at: datetime) -> int:
    """Take a roll out of the printer; what is left on it counts as returned. Return how many."""
    result = connection.execute(
        update(blanks)
        .where(blanks.c.roll_id == roll_id, blanks.c.fate == "left")
        .values(fate="returned")
    )
    connection.execute(update(rolls).where(rolls.c.id == roll_id).values(ended_at=at))
    return result.rowcount


def fate_of(connection: Connection, serial: str) -> str | None:
    """Return a blank's fate, None if no roll held it."""
    return connection.execute(select(blanks.c.fate).where(blanks.c.serial == serial)).scalar()
