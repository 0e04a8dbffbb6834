"""Prove that the log is whole: every row as it was written, in its place, and none missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Final

from sqlalchemy import Connection

from kiosk.domain.audit import AuditEvent
from kiosk.domain.chain import GENESIS, payload_digest, row_hash
from kiosk.store.log import KEPT_EVENTS

Anchor = tuple[int, bytes]
"""Number and hash of a head that left the machine."""

_CHUNK: Final = 1000  # rows fetched at a time: flat memory, and few calls
_STREAM: Final = {"stream_results": True, "yield_per": _CHUNK}
# As bytes: a changed byte may make the text undecodable, and that row has to be named too.
_ROWS: Final = (
    "SELECT number, CAST(at AS BLOB), CAST(event AS BLOB), CAST(actor AS BLOB),"
    " CAST(payload AS BLOB), CAST(salt AS BLOB), CAST(digest AS BLOB), CAST(previous AS BLOB),"
    " CAST(hash AS BLOB) FROM audit_events ORDER BY number"
)
_LENGTH: Final = "SELECT max(number) FROM audit_head"
_HEAD: Final = "SELECT number, CAST(hash AS BLOB) FROM audit_head"
_ANCHORS: Final = "SELECT number, CAST(hash AS BLOB) FROM audit_anchors ORDER BY number"
_PURGES: Final = (
    "SELECT payload ->> 'first', payload ->> 'last' FROM audit_events"
    " WHERE event = ? AND CASE WHEN json_valid(payload) THEN"
    " json_type(payload, '$.first') || json_type(payload, '$.last') END = 'integerinteger'"
    " ORDER BY 1"
)


@dataclass(frozen=True, slots=True)
class Verified:
    """The log is whole: how many rows, and the head they end in."""

    rows: int
    head: Anchor


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not as it was written, and what is wrong with it."""

    number: int
    what: str


@dataclass(frozen=True, slots=True)
class _Raw:
    """A row of the log in bytes, none of it trusted."""

    number: int
    at: bytes
    event: bytes
    actor: bytes
    payload: bytes | None
    salt: bytes
    digest: bytes
    previous: bytes
    hash: bytes

    def hash_as(self, number: int) -> bytes | None:
        """Return the hash this row should have under a number, None if its text is no text."""
        try:
            return row_hash(
                number=number,
                at=self.at.decode(),
                event=self.event.decode(),
                actor=self.actor.decode(),
                digest=self.digest,
                previous=self.previous,
            )
        except UnicodeDecodeError:
            return None

    def has_its_payload(self) -> bool:
        """Say whether the payload, where it is there, is the one that was written."""
        if self.payload is None:
            return True
        try:
            return payload_digest(self.salt, self.payload.decode()) == self.digest
        except UnicodeDecodeError:
            return False


def verify(
    connection: Connection,
    anchors: Iterable[Anchor] = (),
    *,
    progress: Callable[[int], None] | None = None,
) -> Verified | Broken:
    """Walk the whole chain, in flat memory, and name the first row that is wrong.

    A cut tail shows against the head row and against heads that left the machine: those in
    `audit_anchors`, and `anchors` from elsewhere (central, a printed report). `progress` is called
    with the number of each thousandth row. Belongs inside `reading`.
    """
    purged = _purged_spans(connection)
    wanted = merge(sorted(anchors), _stored_anchors(connection))
    anchor = next(wanted, None)
    last: Anchor = (0, GENESIS)
    longest = connection.exec_driver_sql(_LENGTH).scalar() or 0
    for row in _raw_rows(connection):
        broken = (
            _out_of_place(row, last) or _changed(row, last, longest) or _payload_lost(row, purged)
        )
        if broken is not None:
            return broken
        last = (row.number, row.hash)
        while anchor is not None and anchor[0] <= row.number:
            if anchor[0] == row.number and anchor[1] != row.hash:
                return Broken(row.number, f"row {row.number} is not the one that was published")
            anchor = next(wanted, None)
        if progress is not None and row.number % _CHUNK == 0:
            progress(row.number)
    return _wrong_end(connection, last, anchor) or Verified(last[0], last)


def _out_of_place(row: _Raw, last: Anchor) -> Broken | None:
    expected = last[0] + 1
    if row.number > expected:
        return Broken(expected, f"row {expected} was removed")
    if row.number < expected:
        return Broken(row.number, f"row {row.number} stands after row {last[0]}")
    return None


def _changed(row: _Raw, last: Anchor, longest: int) -> Broken | None:
    if row.hash_as(row.number) != row.hash:
        origin = _origin(row, longest)
        if origin is None:
            return Broken(row.number, f"row {row.number} was changed")
        return Broken(row.number, f"row {row.number} was written as row {origin}: it was moved")
    if row.previous == last[1]:
        return None
    if not last[0]:
        return Broken(row.number, f"row {row.number} does not begin the log")
    return Broken(
        last[0], f"row {last[0]} was rewritten: row {row.number} holds another hash for it"
    )


# Rows are moved by removing or swapping some; farther than this is told as a change.
_FARTHEST_MOVE: Final = 100_000


def _origin(row: _Raw, longest: int) -> int | None:
    """Return the number under which a row would be right: then it was moved, not changed."""
    first = max(1, row.number - _FARTHEST_MOVE)
    last = min(longest, row.number + _FARTHEST_MOVE)
    return next((at for at in range(first, last + 1) if row.hash_as(at) == row.hash), None)


def _payload_lost(row: _Raw, purged: Sequence[tuple[int, int]]) -> Broken | None:
    if not row.has_its_payload():
        return Broken(row.number, f"the payload of row {row.number} was changed")
    if row.payload is not None:
        return None
    was_purged = any(first <= row.number <= last for first, last in purged)
    if was_purged and row.event.decode() not in KEPT_EVENTS:
        return None
    return Broken(row.number, f"the payload of row {row.number} was removed without a purge")


def _wrong_end(connection: Connection, last: Anchor, anchor: Anchor | None) -> Broken | None:
    """Compare the last row with the head row and with the first anchor beyond it."""
    head = connection.exec_driver_sql(_HEAD).first()
    if head is None:
        return Broken(last[0], "the head row is missing")
    if head.number > last[0]:
        return Broken(last[0] + 1, f"rows {last[0] + 1} to {head.number} were cut off")
    if head.number < last[0]:
        return Broken(head.number + 1, f"the head stands at row {head.number}: it was set back")
    if head[1] != last[1]:
        return Broken(last[0], f"the head holds another hash than row {last[0]}")
    if anchor is not None:
        return Broken(
            last[0] + 1,
            f"rows {last[0] + 1} to {anchor[0]} were cut off: row {anchor[0]} was published",
        )
    return None


def _raw_rows(connection: Connection) -> Iterator[_Raw]:
    for row in connection.exec_driver_sql(_ROWS, execution_options=_STREAM):
        yield _Raw(*row)


def _stored_anchors(connection: Connection) -> Iterator[Anchor]:
    found = connection.exec_driver_sql(_ANCHORS, execution_options=_STREAM)
    return ((number, hashed) for number, hashed in found)


def _purged_spans(connection: Connection) -> list[tuple[int, int]]:
    """Return the ranges of rows that logged purges covered, joined where they touch."""
    spans: list[tuple[int, int]] = []
    found = connection.exec_driver_sql(_PURGES, (str(AuditEvent.PAYLOAD_PURGED),))
    for first, last in found:
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    return spans
