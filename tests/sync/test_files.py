from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kiosk.store.engine import reading
from kiosk.store.errors import DatabaseBusy
from kiosk.store.renewals import find, find_by_plate, references_by_owner
from kiosk.sync import inbox
from kiosk.sync.files import FileProblem, import_file, read_lines
from kiosk.sync.wire import MAX_LINE_BYTES
from kiosk.usecases.retrying import list_rejects

Line = Callable[..., bytes]


def clock() -> datetime:
    return datetime(2026, 11, 21, 5, tzinfo=UTC)


def test_a_file_comes_in_and_is_found_by_each_key(
    engine: Engine, tmp_path: Path, line: Line
) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(line() + b"\r\n\n" + line(reference="R2"))
    result = import_file(engine, path, clock)
    assert (result.lines, result.applied) == (3, 2)
    with reading(engine) as connection:
        stored = find(connection, "R2")
        assert stored is not None
        assert stored.received_at == clock()
        assert stored.record.reference == "R2"
        assert find(connection, "R3") is None
        held = references_by_owner(connection, "0a" * 32, "BKK-5-1")
        assert sorted(held) == ["BKK6900000001", "R2"]
        assert len(find_by_plate(connection, "1กข1234")) == 2
        assert find_by_plate(connection, "1กข1235") == []


def test_a_compressed_file_comes_in(engine: Engine, tmp_path: Path, line: Line) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(line()))
    assert import_file(engine, path, clock).applied == 1


def test_a_file_with_every_kind_of_rubbish_lets_the_good_records_in(
    engine: Engine, tmp_path: Path, line: Line
) -> None:
    path = tmp_path / "a.ndjson"
    rubbish = [b"\x00\x00", b"\xff\xfe", b"{}", b"[" * 100_000, b"x" * 200_000, b"\xef\xbb\xbf"]
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join([line(), *rubbish, line(reference="R2")]))
    result = import_file(engine, path, clock)
    assert (result.applied, result.rejected) == (2, len(rubbish))
    assert [reject.line for reject in list_rejects(engine)] == [2, 3, 4, 5, 6, 7]


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"x" * 1_000_000 + b"\nlast")
    lines = list(read_lines(path))
    assert [len(line) for line in lines] == [MAX_LINE_BYTES + 1, 4]


@pytest.mark.parametrize("keep", [15, 60])
def test_a_compressed_file_cut_short_is_said_plainly(tmp_path: Path, line: Line, keep: int) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(gzip.compress(line())[:keep])
    with pytest.raises(FileProblem, match="damaged or cut short"):
        list(read_lines(path))


def test_a_file_that_is_not_there_is_said_plainly(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="there is no such file"):
        import_file(engine, tmp_path / "none.ndjson", clock)


def test_the_inbox_takes_files_in_order_and_puts_them_away(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in ("b.ndjson", "a.ndjson.gz", "c.ndjson", "half.ndjson.part"):
        (folder / name).write_text("")
    taken: list[str] = []
    stop = threading.Event()

    def take(path: Path) -> None:
        taken.append(path.name)
        if path.name == "b.ndjson":
            raise FileProblem("b.ndjson: cannot be read.")
        if path.name == "c.ndjson":
            stop.set()

    inbox.watch_inbox(folder, take, stop)
    assert taken == ["a.ndjson.gz", "b.ndjson", "c.ndjson"]
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["a.ndjson.gz", "c.ndjson"]
    reason = (folder / "failed" / "b.ndjson.reason").read_text()
    assert reason == "b.ndjson: cannot be read.\n"
    assert (folder / "failed" / "b.ndjson").exists()
    assert (folder / "half.ndjson.part").exists()


def test_a_file_waits_while_the_database_is_busy(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text("")

    def busy(_path: Path) -> None:
        raise DatabaseBusy("busy")

    assert not inbox.take_one(tmp_path, busy)
    assert (tmp_path / "a.ndjson").exists()


def test_a_second_file_of_the_same_name_does_not_replace_the_first(tmp_path: Path) -> None:
    (tmp_path / "done").mkdir()
    for text in ("1", "2"):
        (tmp_path / "a.ndjson").write_text(text)
        assert inbox.take_one(tmp_path, lambda _path: None)
    assert sorted(path.read_text() for path in (tmp_path / "done").iterdir()) == ["1", "2"]
