"""The log is written with the fact, by several writers at once, and comes out as it went in."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent, UnknownEventError
from kiosk.domain.chain import GENESIS
from kiosk.store import log
from kiosk.store.engine import open_engine, reading, writing
from kiosk.store.proof import Verified, verify

E = AuditEvent
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)

APPEND = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.domain.audit import AuditEvent
from kiosk.store import log
from kiosk.store.engine import open_engine, writing

engine = open_engine(Path(sys.argv[1]), busy_timeout_s=30)
for number in range(500):
    with writing(engine) as connection:
        payload = {"process": sys.argv[2], "number": number}
        log.append(connection, datetime.now(UTC), AuditEvent.PROCESS_STARTED, "system", payload)
"""

DIE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.domain.audit import AuditEvent
from kiosk.store import log
from kiosk.store.engine import open_engine, writing

engine = open_engine(Path(sys.argv[1]))
with writing(engine) as connection:
    payload = {"process": "1"}
    log.append(connection, datetime.now(UTC), AuditEvent.PROCESS_STARTED, "system", payload)
with writing(engine) as connection:
    # Larger than the cache, so that pages of the open transaction reach the file.
    for number in range(4000):
        payload = {"process": "2", "filler": "x" * 1000}
        log.append(connection, datetime.now(UTC), AuditEvent.PROCESS_STARTED, "system", payload)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def started(name: str) -> dict[str, object]:
    return {"process": name}


def test_first_row_follows_genesis(engine: Engine) -> None:
    with writing(engine) as connection:
        assert log.head(connection) == (0, GENESIS)
        number = log.append(connection, NOON, E.PROCESS_STARTED, Actor.SYSTEM, started("ui"))
        (row,) = log.rows(connection, 1, 9)
        assert (number, log.head(connection)) == (1, (1, row.hash))
    assert row.previous == GENESIS
    assert (row.at, row.event, row.actor) == (
        "2026-11-21T05:00:00.000000+00:00",
        "process-started",
        "system",
    )
    assert row.payload == '{"process":"ui"}'
    assert len(row.salt) == log.SALT_BYTES


def test_rows_come_in_order_and_range(engine: Engine, write_events: Callable[[int], None]) -> None:
    write_events(2500)
    with reading(engine) as connection:
        assert [row.number for row in log.rows(connection, 7, 2400)] == list(range(7, 2401))


def test_salts_differ_so_equal_payloads_do_not_show(
    engine: Engine, write_events: Callable[[int], None]
) -> None:
    write_events(1)
    write_events(1)
    with reading(engine) as connection:
        first, second = log.rows(connection, 1, 2)
    assert first.payload == second.payload
    assert first.digest != second.digest


def test_event_outside_the_catalogue_is_a_bug(engine: Engine) -> None:
    with writing(engine) as connection:
        with pytest.raises(UnknownEventError, match="the payload lacks process"):
            log.append(connection, NOON, E.PROCESS_STARTED, Actor.SYSTEM, {})
        with pytest.raises(UnknownEventError, match="collector cannot cause it"):
            log.append(connection, NOON, E.PROCESS_STARTED, Actor.COLLECTOR, started("ui"))
        assert log.head(connection) == (0, GENESIS)


def test_writing_outside_a_transaction_is_a_bug(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(RuntimeError, match="inside the trans"):
        log.append(connection, NOON, E.PROCESS_STARTED, Actor.SYSTEM, started("ui"))


def test_fact_that_fails_leaves_no_event(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            log.append(connection, NOON, E.PROCESS_STARTED, Actor.SYSTEM, started("ui"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(engine) as connection:
        assert log.head(connection) == (0, GENESIS)
        assert list(log.rows(connection, 1, 9)) == []


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text(st.characters(exclude_categories=["Cs"])) | st.integers() | st.lists(st.booleans()),
    )
)
def test_canonical_json_reads_back_and_ignores_order(fields: dict[str, object]) -> None:
    text = log.canonical(fields)
    assert json.loads(text) == fields
    assert log.canonical(dict(reversed(fields.items()))) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1, 2}])
def test_payload_that_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        log.canonical({"value": value})


def test_outbox_row_carries_the_number_of_its_event(engine: Engine) -> None:
    with writing(engine) as connection:
        log.append(connection, NOON, E.PROCESS_STARTED, Actor.SYSTEM, started("ui"))
        number = log.append(connection, NOON, E.STICKER_TAKEN, Actor.COLLECTOR, {"job": "j"})
        log.publish(connection, "j:taken", "sticker-taken", '{"job":"j"}')
        row = connection.exec_driver_sql("SELECT * FROM print_log").one()
    assert tuple(row) == (number, "j:taken", "sticker-taken", '{"job":"j"}', None)


def test_two_processes_and_two_threads_keep_one_chain(engine: Engine, path: Path) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(path), name]) for name in ("ui", "sync")
    ]

    def append_500() -> None:
        own = open_engine(path, busy_timeout_s=30)
        for number in range(500):
            with writing(own) as connection:
                payload = started(str(number))
                log.append(connection, NOON, E.PROCESS_STARTED, Actor.SYSTEM, payload)
        own.dispose()

    threads = [threading.Thread(target=append_500) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [program.wait(60) for program in programs] == [0, 0]
    with reading(engine) as connection:
        verdict = verify(connection)
    assert isinstance(verdict, Verified)
    assert verdict.rows == 2000


def test_killed_writer_leaves_the_chain_whole(engine: Engine, path: Path) -> None:
    program = subprocess.run([sys.executable, "-c", DIE, str(path)], timeout=60, check=False)
    assert program.returncode == -9
    with writing(engine) as connection:
        assert verify(connection) == Verified(1, log.head(connection))
        log.append(connection, NOON, E.PROCESS_STARTED, Actor.SYSTEM, started("again"))
        assert verify(connection) == Verified(2, log.head(connection))


def test_purge_takes_old_payloads_and_their_salts(
    engine: Engine, write_events: Callable[[int], None]
) -> None:
    write_events(10)
    with writing(engine) as connection:
        count = log.purge(connection, NOON + timedelta(seconds=4), at=NOON, actor=Actor.SYSTEM)
        found = list(log.rows(connection, 1, 99))
        assert verify(connection) == Verified(11, log.head(connection))
    assert count == 4
    assert [row.payload is None for row in found] == [True] * 4 + [False] * 7
    assert [row.salt for row in found[:4]] == [b""] * 4
    assert json.loads(found[-1].payload or "") == {"first": 1, "last": 4, "rows": 4}


def test_purging_again_removes_nothing_and_says_nothing(
    engine: Engine, write_events: Callable[[int], None]
) -> None:
    write_events(3)
    for expected in (3, 0):
        with writing(engine) as connection:
            later = NOON + timedelta(hours=1)
            # The record of the first purge is itself older than the second's limit.
            assert log.purge(connection, later, at=NOON, actor=Actor.SYSTEM) == expected
            assert verify(connection) == Verified(4, log.head(connection))
