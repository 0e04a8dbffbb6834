"""The database is locked, full, missing, foreign, damaged: one clear sentence, and nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from kiosk.store.engine import Watcher, Writer, data_version, open_engine, reading, writing
from kiosk.store.errors import DatabaseBusy, DatabaseUnusable, DiskFull, SqliteTooOld, explain

Connect = Callable[[Path], Any]
TRY = "INSERT INTO tries VALUES (?, 1, '2026')"
COUNT = "SELECT count(*) FROM tries"


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.exec_driver_sql(COUNT).scalar_one())


def insert(engine: Engine, subject: str) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(TRY, (subject,))


def insert_then_fail(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(TRY, ("half",))
        connection.exec_driver_sql(TRY, ("half",))


def insert_and_give_up(connection: Connection) -> None:
    connection.exec_driver_sql(TRY, ("half",))
    raise ValueError("half")


def fill(engine: Engine) -> None:
    with writing(engine) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        for number in range(1000):
            connection.exec_driver_sql(TRY, (f"{number:0100d}",))


def test_old_sqlite_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pysqlite3, "sqlite_version_info", (3, 51, 2))
    monkeypatch.setattr(pysqlite3, "sqlite_version", "3.51.2")
    with pytest.raises(SqliteTooOld, match=r"SQLite 3\.51\.2 can lose commits; 3\.51\.3 or later"):
        open_engine(tmp_path / "kiosk.db")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("trusted_schema", 0),
        ("busy_timeout", 5000),
        ("cache_size", -2048),
    ],
)
def test_each_connection_is_durable_and_strict(engine: Engine, pragma: str, value: object) -> None:
    with reading(engine) as first, reading(engine) as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_failed_transaction_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        insert_then_fail(engine)
    assert count(engine) == 0
    insert(engine, "whole")
    assert count(engine) == 1


def test_kept_connection_leaves_nothing_of_a_failed_transaction(engine: Engine) -> None:
    with closing(Writer(engine)) as writer:
        with writer.writing() as connection:
            connection.exec_driver_sql(TRY, ("first",))
        with pytest.raises(IntegrityError), writer.writing() as connection:
            connection.exec_driver_sql(f"{TRY}, ('first', 1, '2026')", ("half",))
        assert count(engine) == 1
        with pytest.raises(ValueError, match="half"), writer.writing() as connection:
            insert_and_give_up(connection)
        assert count(engine) == 1
        with writer.writing() as connection:
            connection.exec_driver_sql(TRY, ("second",))
        assert count(engine) == 2


def test_kept_connection_locks_nothing_between_transactions(path: Path, engine: Engine) -> None:
    with closing(Writer(engine)) as writer:
        with writer.writing() as connection:
            connection.exec_driver_sql(TRY, ("kept",))
        other = open_engine(path, busy_timeout_s=0.05)
        insert(other, "other")
        with pytest.raises(DatabaseBusy), writer.writing():
            insert(other, "in between")
        other.dispose()
    assert count(engine) == 2


def test_read_is_one_snapshot(engine: Engine) -> None:
    insert(engine, "a")
    with reading(engine) as connection:
        assert connection.exec_driver_sql(COUNT).scalar() == 1
        insert(engine, "b")
        assert connection.exec_driver_sql(COUNT).scalar() == 1
    assert count(engine) == 2


def test_write_inside_a_read_is_a_bug_and_never_silent(engine: Engine) -> None:
    with pytest.raises(OperationalError, match="readonly"), reading(engine) as connection:
        connection.exec_driver_sql(TRY, ("a",))
    insert(engine, "the connection can write again")
    assert count(engine) == 1


def test_locked_database_is_busy_and_loses_nothing(path: Path, intruder: Connect) -> None:
    other = intruder(path)
    other.execute("BEGIN IMMEDIATE")
    engine = open_engine(path, busy_timeout_s=0.05)
    with pytest.raises(DatabaseBusy, match="is locked by another program: try again"):
        insert(engine, "a")
    assert count(engine) == 0  # readers are not held up
    other.execute("ROLLBACK")
    insert(engine, "a")
    assert count(engine) == 1
    engine.dispose()


def test_writers_of_many_threads_wait_for_each_other(engine: Engine) -> None:
    def write(name: str) -> None:
        for number in range(50):
            insert(engine, f"{name} {number}")

    threads = [threading.Thread(target=write, args=(str(name),)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert count(engine) == 400


def test_full_disk_keeps_what_was_recorded(engine: Engine, path: Path) -> None:
    insert(engine, "before")
    with pytest.raises(DiskFull, match="no room left: free space"):
        fill(engine)
    assert count(engine) == 1
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()
    again = open_engine(path)
    insert(again, "after")
    assert count(again) == 2
    again.dispose()


def test_file_of_something_else_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    path.write_bytes(b"a letter to the registrar " * 400)
    with pytest.raises(DatabaseUnusable, match="is not a database: check the path"):
        count(open_engine(path))
    assert path.read_bytes().startswith(b"a letter")


def test_damaged_file_is_named(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x55" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    with pytest.raises(DatabaseUnusable, match="is damaged: stop the kiosk, keep the file"):
        count(open_engine(path))


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="cannot be opened: check that its folder exists"):
        count(open_engine(tmp_path / "nowhere" / "kiosk.db"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (5, DatabaseBusy),
        (517, DatabaseBusy),
        (4874, DiskFull),
        (266, DatabaseUnusable),
        (1544, DatabaseUnusable),
    ],
    ids=["busy", "stale snapshot", "full while the index grows", "read error", "read-only folder"],
)
def test_detailed_codes_are_understood(code: int, kind: type[Exception]) -> None:
    error = pysqlite3.OperationalError()
    error.sqlite_errorcode = code
    assert type(explain(error, "k.db")) is kind


@pytest.mark.parametrize("error", [None, ValueError("x"), pysqlite3.IntegrityError("x")])
def test_bugs_are_not_explained_away(error: Exception | None) -> None:
    assert explain(error, "k.db") is None


def test_watcher_sees_every_commit_once(engine: Engine, path: Path, intruder: Connect) -> None:
    watcher = Watcher(engine)
    assert (watcher.changed(), watcher.changed()) == (True, False)
    insert(engine, "a")
    assert (watcher.changed(), watcher.changed()) == (True, False)
    intruder(path).execute(TRY, ("b",))
    assert (watcher.changed(), watcher.changed()) == (True, False)
    assert count(engine) == 2
    assert not watcher.changed()
    watcher.close()


def test_rolled_back_write_wakes_nobody(engine: Engine) -> None:
    watcher = Watcher(engine)
    watcher.changed()
    with pytest.raises(IntegrityError):
        insert_then_fail(engine)
    assert not watcher.changed()
    watcher.close()


def test_data_version_changes_with_others_commits(engine: Engine) -> None:
    with engine.connect() as connection:
        before = data_version(connection)
        insert(engine, "a")
        assert data_version(connection) != before


def test_a_commit_that_need_not_last_costs_the_next_nothing(path: Path) -> None:
    engine = open_engine(path)
    with writing(engine, is_durable=False) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
    with writing(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with pytest.raises(RuntimeError), writing(engine, is_durable=False):
        raise RuntimeError
    with writing(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()
