"""The log: one hash chain of audit events, appended to in the transaction of each fact."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from kiosk.domain.audit import AuditEvent, check_event
from kiosk.domain.chain import payload_digest, row_hash
from kiosk.store.tables.shapes import utc_text

SALT_BYTES: Final = 16
"""Enough that a purged payload cannot be found again by trying likely ones."""

KEPT_EVENTS: Final = (AuditEvent.PAYLOAD_PURGED, AuditEvent.HEAD_PUBLISHED)
"""Events whose payload proves the log itself and is never purged."""

_COLUMNS: Final = "number, at, event, actor, payload, salt, digest, previous, hash"

_INSERT: Final = f"INSERT INTO audit_events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant
_ROWS: Final = f"SELECT {_COLUMNS} FROM audit_events WHERE number BETWEEN ? AND ? ORDER BY number"  # noqa: S608 - a constant
_PUBLISH: Final = "INSERT INTO print_log (number, key, kind, fact) VALUES (?, ?, ?, ?)"
_CHUNK: Final = 1000  # rows fetched at a time: flat memory, and few calls


@dataclass(frozen=True, slots=True)
class LogRow:
    """A row of the log. `at` is UTC as stored; `payload` is JSON, None once purged."""

    number: int
    at: str
    event: str
    actor: str
    payload: str | None
    salt: bytes
    digest: bytes
    previous: bytes
    hash: bytes


def canonical(fields: Mapping[str, object]) -> str:
    """Return the one JSON text of a payload: sorted keys, no spaces, Thai as it is.

    Raises TypeError or ValueError for what JSON cannot say (times, NaN): write text instead.
    """
    return json.dumps(
        fields, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def append(
    connection: Connection,
    at: datetime,
    event: AuditEvent,
    actor: str,
    payload: Mapping[str, object],
) -> int:
    """Write one event at the end of the chain and return its number.

    Belongs inside `writing`, with the fact it tells of. Raises UnknownEventError when the
    catalogue does not allow the event, RuntimeError outside a transaction.
    """
    check_event(event, actor, payload)
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        raise RuntimeError("the log is written inside the transaction of the fact")
    last, previous = head(connection)
    number, moment, text = last + 1, utc_text(at), canonical(payload)
    salt = secrets.token_bytes(SALT_BYTES)
    digest = payload_digest(salt, text)
    hashed = row_hash(
        number=number, at=moment, event=event, actor=actor, digest=digest, previous=previous
    )
    connection.exec_driver_sql(
        _INSERT, (number, moment, str(event), actor, text, salt, digest, previous, hashed)
    )
    return number  # a trigger has moved the head


def head(connection: Connection) -> tuple[int, bytes]:
    """Return number and hash of the last row; 0 and GENESIS while there is none."""
    number, hashed = connection.exec_driver_sql("SELECT number, hash FROM audit_head").one()
    return number, hashed


def publish(connection: Connection, key: str, kind: str, fact: str) -> None:
    """Put a fact (JSON) into the outbox to central, under the number of the event last appended.

    One fact an event; `key` makes its delivery idempotent.
    """
    number, _ = head(connection)
    connection.exec_driver_sql(_PUBLISH, (number, key, kind, fact))


def rows(connection: Connection, first: int, last: int) -> Iterator[LogRow]:
    """Yield the rows first..last, both included, in flat memory."""
    found = connection.exec_driver_sql(
        _ROWS, (first, last), execution_options={"stream_results": True, "yield_per": _CHUNK}
    )
    for row in found:
        yield LogRow(*row)


def purge(connection: Connection, before: datetime, *, at: datetime, actor: str) -> int:
    """Remove the payloads of events older than `before` and log that; return how many.

    Salts go with them, so that a digest cannot be matched with guesses. What proves the log
    itself (published heads, earlier purges) stays.
    """
    kept = ", ".join(f"'{event}'" for event in KEPT_EVENTS)
    old = f"at < ? AND payload IS NOT NULL AND event NOT IN ({kept})"
    first, last, count = connection.exec_driver_sql(
        f"SELECT min(number), max(number), count(*) FROM audit_events WHERE {old}",  # noqa: S608 - constants
        (utc_text(before),),
    ).one()
    if count:
        connection.exec_driver_sql(
            f"UPDATE audit_events SET payload = NULL, salt = x'' WHERE {old}",  # noqa: S608 - constants
            (utc_text(before),),
        )
        span = {"first": first, "last": last, "rows": count}
        append(connection, at, AuditEvent.PAYLOAD_PURGED, actor, span)
    return int(count)
