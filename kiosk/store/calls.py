"""Calls for staff from the public screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from kiosk.store.tables.people import calls


@dataclass(frozen=True, slots=True)
class Call:
    """A call that nobody has answered; `about` is the code of the reason on the screen, if any."""

    number: int
    about: str | None
    called_at: datetime


def add(connection: Connection, *, about: str | None, at: datetime) -> int:
    """Insert a call and return its number."""
    added = insert(calls).values(about=about, called_at=at).returning(calls.c.number)
    return int(connection.execute(added).scalar_one())


def all_open(connection: Connection) -> list[Call]:
    """Return the calls that nobody has answered, oldest first."""
    query = (
        select(calls.c.number, calls.c.about, calls.c.called_at)
        .where(calls.c.answered_at.is_(None))
        .order_by(calls.c.number)
    )
    return [Call(*row) for row in connection.execute(query)]


def newest_open(connection: Connection) -> Call | None:
    """Return the last call if nobody has answered it."""
    return next(reversed(all_open(connection)), None)


def answer(connection: Connection, *, by: str, at: datetime) -> list[int]:
    """Note who heard the open calls; return their numbers."""
    answered = (
        update(calls)
        .where(calls.c.answered_at.is_(None))
        .values(answered_by=by, answered_at=at)
        .returning(calls.c.number)
    )
    return sorted(connection.execute(answered).scalars())
