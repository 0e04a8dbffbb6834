"""The outbox to central: facts of prints in the order of the log, and which of them arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from kiosk.store.tables.log import audit_anchors, audit_events, print_log


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a print. `number` is its log row's, `key` its own for ever, `fact` is JSON."""

    number: int
    key: str
    kind: str
    fact: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What central has not confirmed: how many facts, and when the oldest was logged."""

    last: int
    undelivered: int
    oldest_at: datetime | None


def facts_after(connection: Connection, number: int, limit: int) -> list[Fact]:
    """Return the facts that follow a log number, at most `limit`, in order."""
    query = (
        select(print_log.c.number, print_log.c.key, print_log.c.kind, print_log.c.fact)
        .where(print_log.c.number > number)
        .order_by(print_log.c.number)
        .limit(limit)
    )
    return [Fact(*row) for row in connection.execute(query)]


def backlog(connection: Connection) -> Backlog:
    """Return how much waits to be fetched; `last` is the newest fact's number, 0 for none."""
    waiting = print_log.c.delivered_at.is_(None)
    last = connection.execute(select(func.max(print_log.c.number))).scalar()
    count = connection.execute(select(func.count()).select_from(print_log).where(waiting)).scalar()
    oldest = (
        select(audit_events.c.at)
        .join(print_log, print_log.c.number == audit_events.c.number)
        .where(waiting)
        .order_by(print_log.c.number)
        .limit(1)
    )
    at = connection.execute(oldest).scalar()
    return Backlog(last or 0, count or 0, None if at is None else datetime.fromisoformat(at))


def has_undelivered(connection: Connection, number: int) -> bool:
    """Say whether a fact up to `number` is not known to have arrived."""
    query = select(print_log.c.number).where(
        print_log.c.number <= number, print_log.c.delivered_at.is_(None)
    )
    return connection.execute(query.limit(1)).first() is not None


def mark_delivered(connection: Connection, number: int, at: datetime) -> int:
    """Note that central has every fact up to `number`; return how many were news."""
    changed = (
        update(print_log)
        .where(print_log.c.number <= number, print_log.c.delivered_at.is_(None))
        .values(delivered_at=at)
    )
    return connection.execute(changed).rowcount


def hash_of(connection: Connection, number: int) -> bytes | None:
    """Return the hash of a row of the log."""
    query = select(audit_events.c.hash).where(audit_events.c.number == number)
    found: bytes | None = connection.execute(query).scalar()
    return found


def is_anchored(connection: Connection, number: int, where: str) -> bool:
    """Say whether this head of the log is known to stand at `where` already."""
    query = select(audit_anchors.c.id).where(
        audit_anchors.c.number == number, audit_anchors.c.where == where
    )
    return connection.execute(query).first() is not None


def anchor(connection: Connection, number: int, hashed: bytes, *, where: str, at: datetime) -> None:
    """Remember that a head left the machine: the log may not end before it."""
    values = {"number": number, "hash": hashed, "where": where, "at": at}
    connection.execute(insert(audit_anchors).values(**values))
