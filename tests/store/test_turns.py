from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.store.engine import Writer, open_engine, writing

PATIENCE_S = 5.0


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "kiosk.db")
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE wrote (who TEXT)")
    yield engine
    engine.dispose()


@pytest.fixture
def write(engine: Engine) -> Callable[[], None]:
    def as_a_person() -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO wrote VALUES ('person')")

    return as_a_person


def who_wrote(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [who for (who,) in connection.exec_driver_sql("SELECT who FROM wrote")]


def wait_until_somebody_waits(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    ends_at = time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < ends_at:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(handle, fcntl.LOCK_UN)
            time.sleep(0.001)
        pytest.fail("nobody waits")
    except BlockingIOError:
        return
    finally:
        os.close(handle)


def test_a_person_who_waits_writes_before_the_next_slice(
    engine: Engine, write: Callable[[], None], tmp_path: Path
) -> None:
    person = threading.Thread(target=write)
    with closing(Writer(engine)) as writer:
        with writer.writing() as connection:
            connection.exec_driver_sql("INSERT INTO wrote VALUES ('slice')")
            person.start()
            wait_until_somebody_waits(tmp_path)
        writer.give_way()
        assert who_wrote(engine) == ["slice", "person"]
    person.join()


def test_who_writes_after_a_failed_write_waits_for_nobody(
    engine: Engine, write: Callable[[], None]
) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine):
        _ = 1 / 0
    with closing(Writer(engine)) as writer:
        writer.give_way()
    write()
    assert who_wrote(engine) == ["person"]


def test_a_folder_that_cannot_be_locked_keeps_nobody_from_writing(
    engine: Engine, write: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int, _how: int) -> None:
        raise OSError("no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with closing(Writer(engine)) as writer:
        writer.give_way()
        write()
    assert who_wrote(engine) == ["person"]
