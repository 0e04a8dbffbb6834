"""Somebody with an SQLite shell, or a bug, tries to break each promise the database keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from sqlalchemy import Engine

from kiosk.domain.job import EDGES, JobState
from kiosk.store.engine import reading
from kiosk.store.invariants import TRIGGERS
from tests.store.attacks import jobs, log, records, service, stickers
from tests.store.attacks.allowed import ALLOWED, NEXT_EVENT
from tests.store.attacks.sql import KEPT, SENDING, TWELFTH, claimed, new_issue

REFUSED = pysqlite3.IntegrityError

KEPT_TABLES = (
    *("jobs", "issues", "rolls", "blanks", "renewals", "rejects", "holds", "audit_events"),
    *("audit_head", "audit_anchors", "print_log", "job_evidence", "meta", "job_edges"),
)

ATTACKS = [
    *(jobs.ATTACKS + stickers.ATTACKS + records.ATTACKS + service.ATTACKS + log.ATTACKS),
    *((f"DELETE FROM {table}", f"{table}: {KEPT}") for table in KEPT_TABLES),
]


def contents(connection: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - the driver is untyped
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}


@pytest.mark.parametrize("how", ["", "OR REPLACE ", "OR FAIL ", "OR ROLLBACK "])
@pytest.mark.parametrize(("attack", "answer"), ATTACKS, ids=[sql[-60:] for sql, _ in ATTACKS])
def test_database_refuses(
    attack: str, answer: str, how: str, busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    connection = intruder(busy_path)
    *before, last = attack.split(";")
    for statement in before:
        connection.execute(statement)
    untouched = contents(connection)
    worded = last.replace("INSERT ", f"INSERT {how}", 1).replace("UPDATE ", f"UPDATE {how}", 1)
    with pytest.raises(REFUSED, match=answer):
        connection.execute(worded)
    assert contents(connection) == untouched


@pytest.mark.parametrize("statements", ALLOWED, ids=[sql[-60:] for sql in ALLOWED])
def test_database_lets_through(
    statements: str, busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    connection = intruder(busy_path)
    *before, last = statements.split(";")
    for statement in before:
        connection.execute(statement)
    assert connection.execute(last).rowcount == 1


def test_head_follows_whoever_inserts(busy_path: Path, intruder: Callable[[Path], Any]) -> None:
    connection = intruder(busy_path)
    connection.execute(NEXT_EVENT)
    assert connection.execute("SELECT number, hash FROM audit_head").fetchone() == (4, b"\x06")


def test_each_refusal_is_attacked() -> None:
    sentences = {
        name: match[1]
        for name, sql in TRIGGERS.items()
        if (match := re.search(r"RAISE\(ABORT, '(.*)'\)", sql))
    }
    assert set(TRIGGERS) - set(sentences) == {"audit_events_move_head"}
    answers = [answer for _, answer in ATTACKS]
    quiet = {n for n, text in sentences.items() if not any(text.startswith(a) for a in answers)}
    assert not quiet


def test_upsert_of_renewals_replaces_no_history(
    busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    """REPLACE deletes the old row; where triggers recurse, that is refused."""
    connection = intruder(busy_path)
    connection.execute("PRAGMA recursive_triggers=ON")
    with pytest.raises(REFUSED, match=f"renewals: {KEPT}"):
        connection.execute("INSERT OR REPLACE INTO renewals SELECT * FROM renewals LIMIT 1")


def test_every_connection_of_ours_recurses(engine: Engine) -> None:
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA recursive_triggers").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [(a, b) for a in JobState for b in JobState if a != b and (a, b) not in EDGES],
)
def test_no_other_step_is_possible(
    before: JobState, after: JobState, busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    connection = intruder(busy_path)
    if before == JobState.SPOILED:
        connection.execute("INSERT INTO job_evidence VALUES (NULL, 5, 'staff', '', '', '')")
        connection.execute("UPDATE jobs SET state = 'spoiled' WHERE id = 'J5'")
    query = "SELECT id FROM jobs WHERE state = ? ORDER BY number LIMIT 1"
    (job,) = connection.execute(query, (before,)).fetchone()
    with pytest.raises(REFUSED):
        connection.execute("UPDATE jobs SET state = ? WHERE id = ?", (after, job))


def test_serial_of_no_output_serves_again(busy_path: Path, intruder: Callable[[Path], Any]) -> None:
    connection = intruder(busy_path)
    connection.executescript(claimed("R12", "A007") + new_issue(serial="A007", **TWELFTH))
    connection.execute(SENDING + "'J12'")
    with pytest.raises(REFUSED, match="blanks: an issue carries this serial"):
        connection.execute("UPDATE blanks SET fate = 'left' WHERE serial = 'A007'")
