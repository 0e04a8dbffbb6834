"""A prepared database per test: a copy of one made for the session, and ways to attack it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.store import log
from kiosk.store.engine import open_engine, writing
from kiosk.store.schema import prepare

KIOSK = "BKK-5-1"
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)

# One job in each place of its life, each got there by legal steps.
RENEWALS = """
INSERT INTO renewals (reference, version, status, plate_key, owner_digest, kiosk, fence, record,
                      received_at)
SELECT 'R' || value, 3, 'paid', 'กก' || value, 'digest', 'BKK-5-1', 2, x'7b7d', '2026-11-21'
FROM generate_series_of_12;
UPDATE renewals SET status = 'refunded' WHERE reference = 'R8';
UPDATE renewals SET fence = 4 WHERE reference = 'R9';
UPDATE renewals SET kiosk = 'BKK-5-2' WHERE reference = 'R10';
INSERT INTO rejects (source, line, raw, reference, version, field, reason, received_at)
VALUES ('f', 1, x'00', 'R11', 4, 'plate', 'missing', '2026');
INSERT INTO rejects (source, line, raw, field, reason, received_at, settled_at, settled_how)
VALUES ('f', 2, x'00', 'plate', 'missing', '2026', '2026', 'retried');
INSERT INTO holds (reference, cause, release_version, reject_id, placed_at)
VALUES ('R11', 'rejected', 4, 1, '2026');
INSERT INTO holds (reference, cause, placed_at, released_at)
VALUES ('R1', 'conflict', '2026', '2026');
INSERT INTO imports (source, sha256, started_at) VALUES ('tax 1-2', 'aa', '2026');
INSERT INTO batches (source, first_seq, last_seq, sha256, is_snapshot, made_at, received_at,
                     import_id, answer)
VALUES ('tax', 1, 2, 'aa', 0, '2026', '2026', 1, '{}');
INSERT INTO watermarks VALUES ('tax', 2, '2026', '2026');
INSERT INTO conflicts (reference, version, serial, what, raised_at, settled_at, settled_by,
                       settled_how)
VALUES ('R1', 3, 'A001', 'refunded', '2026', '2026', 'staff:1', 'collected');
INSERT INTO rolls (mode, first, last, blanks, loaded_at, loaded_by, ended_at)
VALUES ('plain', 'A000', 'A000', 1, '2026', 'staff:1', '2026');
INSERT INTO rolls (mode, first, last, blanks, loaded_at, loaded_by)
VALUES ('plain', 'A001', 'A012', 12, '2026', 'staff:1');
INSERT INTO blanks (serial, roll_id, position)
SELECT format('A%03d', value), 2, value FROM generate_series_of_12;
UPDATE blanks SET fate = 'returned' WHERE serial = 'A012';
"""
SERIES = """(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n
WHERE value < 12) SELECT value FROM n)"""

REQUEST = """
INSERT INTO jobs (id, reference, version, fence, attempt, state, visit, requested_at)
VALUES ('J{n}', 'R{n}', 3, 2, 1, 'requested', 'v', '2026');"""
CLAIM = """
UPDATE jobs SET state = 'claimed', serial = 'A{n:03d}', printer = 'P{n}' WHERE id = 'J{n}';"""
ISSUE = """
UPDATE blanks SET fate = 'issued' WHERE serial = 'A{n:03d}';
INSERT INTO issues (reference, fence, attempt, serial, job_number, validity, issued_at, fields,
                    code)
VALUES ('R{n}', 2, 1, 'A{n:03d}', {n}, 'valid', '2026', '{{}}', 'c{n}');"""
SEND = "\nUPDATE jobs SET state = 'sending' WHERE id = 'J{n}';"
STEP = """
INSERT INTO job_evidence (job_number, kind, detail, by, at)
VALUES ({n}, '{kind}', '{{}}', 'x', '1');
UPDATE jobs SET state = '{state}' WHERE id = 'J{n}';"""
SENT = REQUEST + CLAIM + ISSUE + SEND

JOBS = "".join(
    (
        SENT.format(n=1) + STEP.format(n=1, kind="process-id", state="printed"),
        SENT.format(n=2),
        (REQUEST + CLAIM).format(n=3),
        REQUEST.format(n=4),
        SENT.format(n=5) + "UPDATE jobs SET state = 'in_doubt' WHERE id = 'J5';",
        REQUEST.format(n=6) + "UPDATE jobs SET state = 'cancelled' WHERE id = 'J6';",
        SENT.format(n=7) + STEP.format(n=7, kind="not-sent", state="no_output"),
        "UPDATE issues SET validity = 'void', void_reason = 'no-output' WHERE job_number = 7;",
        "UPDATE blanks SET fate = 'left' WHERE serial = 'A007';",
        *((REQUEST + CLAIM + ISSUE).format(n=n) for n in (8, 9, 10, 11)),
    )
)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    prepare(path, KIOSK)
    return path


@pytest.fixture(scope="session")
def busy_file(empty_file: Path) -> Path:
    """A database with one job in each state: `J1` printed … see `JOBS`."""
    path = empty_file.with_name("busy.db")
    shutil.copy(empty_file, path)
    engine = open_engine(path)
    with writing(engine) as connection:
        for event in range(3):
            payload = {"process": f"ui {event}"}
            log.append(connection, NOON, AuditEvent.PROCESS_STARTED, Actor.SYSTEM, payload)
        log.publish(connection, "k1", "job-printed", "{}")
        connection.exec_driver_sql(
            'INSERT INTO audit_anchors (number, hash, "where", at)'
            " SELECT number, hash, 'central', '2026' FROM audit_events WHERE number = 2"
        )
    engine.dispose()
    with closing(pysqlite3.connect(path)) as connection:
        connection.executescript((RENEWALS + JOBS).replace("generate_series_of_12", SERIES))
    return path


@pytest.fixture
def path(tmp_path: Path, empty_file: Path) -> Path:
    return Path(shutil.copy(empty_file, tmp_path / "kiosk.db"))


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    """An engine on an empty, prepared database of kiosk BKK-5-1."""
    opened = open_engine(path)
    yield opened
    opened.dispose()


@pytest.fixture
def busy_path(tmp_path: Path, busy_file: Path) -> Path:
    return Path(shutil.copy(busy_file, tmp_path / "busy.db"))


@pytest.fixture
def intruder() -> Iterator[Callable[[Path], Any]]:
    """Connects as somebody with an SQLite shell would: no pragma set, autocommit."""
    opened: list[Any] = []

    def connect(path: Path) -> Any:  # noqa: ANN401 - the driver is untyped
        connection = pysqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA recursive_triggers=OFF")
        connection.execute("PRAGMA foreign_keys=OFF")
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def write_events(engine: Engine) -> Callable[[int], None]:
    """Appends that many events to the log, a second apart."""

    def write(count: int) -> None:
        with writing(engine) as connection:
            for second in range(count):
                at = NOON.replace(minute=second // 60 % 60, second=second % 60)
                payload = {"process": f"ui {second}"}
                log.append(connection, at, AuditEvent.PROCESS_STARTED, Actor.SYSTEM, payload)

    return write
