"""The log as a file for auditors: every column of every row, so that it verifies elsewhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum

from kiosk.store.log import LogRow

COLUMNS = ("number", "at", "event", "actor", "payload", "salt", "digest", "previous", "hash")


class ExportFormat(StrEnum):
    """How the rows are written."""

    NDJSON = "ndjson"
    CSV = "csv"


def lines(rows: Iterable[LogRow], kind: ExportFormat) -> Iterator[str]:
    """Yield the rows as text with line ends, in flat memory. Bytes are written in hexadecimal.

    In CSV a payload is its JSON text and a purged one is empty; in NDJSON it is an object or null.
    """
    return _csv(rows) if kind is ExportFormat.CSV else _ndjson(rows)


def _ndjson(rows: Iterable[LogRow]) -> Iterator[str]:
    for row in rows:
        payload = None if row.payload is None else json.loads(row.payload)
        yield json.dumps(_columns(row) | {"payload": payload}, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[LogRow]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.DictWriter(line, COLUMNS, lineterminator="\r\n")  # as RFC 4180 wants it
    writer.writeheader()
    for row in rows:
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow(_columns(row))
    yield line.getvalue()


def _columns(row: LogRow) -> dict[str, object]:
    return {
        "number": row.number,
        "at": row.at,
        "event": row.event,
        "actor": row.actor,
        "payload": row.payload,
        "salt": row.salt.hex(),
        "digest": row.digest.hex(),
        "previous": row.previous.hex(),
        "hash": row.hash.hex(),
    }
