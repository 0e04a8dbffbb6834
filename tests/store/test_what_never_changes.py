"""What a row says of the past is written once, whoever asks for another wording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysqlite3
import pytest

from tests.store.attacks import service

MAY_CHANGE: dict[str, set[str]] = {
    **{table: set() for table in ("audit_events", "audit_head", "audit_anchors", "print_log")},
    **{table: set() for table in ("job_evidence", "meta", "job_edges", "calls")},
    **{table: set() for table in ("rejects", "holds", "conflicts")},
    "jobs": {"state", "cause", "cuts_before"}
    | {"claimed_at", "sending_at", "ended_at", "taken_at"},
    "issues": {"validity", "void_reason"},
    "rolls": {"read_in_at"},
    "blanks": {"fate"},
    "renewals": {"version", "status", "plate_key", "owner_digest", "kiosk", "fence", "record"}
    | {"received_at"},
    "batches": {"made_at", "received_at"},
    "watermarks": {"last_seq", "made_at", "received_at"},
    "service_requests": {"state", "slip"},
}
"""By table: what may change more than once. All else stays as it was first written."""

FILLED = f"""
INSERT INTO calls VALUES (1, 'K-501', '2026', 'staff:1', '2026');
{service.asked()};
UPDATE service_requests SET state = 'started', started_at = '2026';
UPDATE service_requests SET state = 'done', ended_at = '2026', outcome = 'x', serial = 'A006',
                            verdict = 'good', verdict_by = 'staff:1';
{service.SLIP};
UPDATE print_log SET delivered_at = '2026';
"""
"""Leaves no column empty that is written only once."""


@pytest.mark.parametrize("table", MAY_CHANGE)
def test_nothing_else_of_a_row_can_be_changed(
    table: str, busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    connection = intruder(busy_path)
    connection.executescript(FILLED)
    columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    assert columns > MAY_CHANGE[table]
    untouched = connection.execute(f"SELECT * FROM {table}").fetchall()
    for column in columns - MAY_CHANGE[table]:
        name = f'"{column}"'
        [filled] = connection.execute(f"SELECT count({name}) FROM {table}").fetchone()
        assert filled, f"{table}.{column} is empty: nothing was tried"
        other = f"iif(typeof({name}) = 'integer', {name} + 9, {name} || '!')"
        change = f"{table} SET {name} = {other} WHERE {name} IS NOT NULL"
        for how in ("UPDATE", "UPDATE OR REPLACE", "UPDATE OR FAIL", "UPDATE OR ROLLBACK"):
            with pytest.raises(pysqlite3.IntegrityError, match=f"^{table}: "):
                connection.execute(f"{how} {change}")
    assert connection.execute(f"SELECT * FROM {table}").fetchall() == untouched


@pytest.mark.parametrize("table", sorted(MAY_CHANGE.keys() - {"audit_events", "audit_head"}))
def test_a_row_may_be_written_again_as_it_is(
    table: str, busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    connection = intruder(busy_path)
    connection.executescript(FILLED)
    columns = [f'"{row[1]}"' for row in connection.execute(f"PRAGMA table_info({table})")]
    rows = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    same = ", ".join(f"{column} = {column}" for column in columns)
    assert connection.execute(f"UPDATE {table} SET {same}").rowcount == rows > 0
