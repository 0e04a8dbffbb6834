"""Files of records: counted, resumed, sliced, polite to the person at the screen."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from kiosk.store import renewals
from kiosk.store.engine import open_engine, reading
from kiosk.store.renewals import Rejected, RenewalRow
from kiosk.store.schema import prepare
from kiosk.usecases import slicing
from kiosk.usecases.importing import ImportResult, import_lines
from kiosk.usecases.retrying import discard_reject, list_rejects, retry_rejects, status
from kiosk.usecases.slicing import ImportOvertakenError

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


def decode(line: bytes) -> RenewalRow | Rejected:
    """Read `reference version content fence status`; `!` starts a line that is no record."""
    first, *words = line.decode().split()
    if first == "!":
        reference = words[0] if words else None
        version = int(words[1]) if words[1:] else None
        return Rejected("plate.text", "it is empty", reference, version)
    version, content, fence, status = (*words, *("1", "a", "1", "paid")[len(words) :])
    record = f'"{content}"'.encode()
    stops = status != "paid"
    return RenewalRow(first, int(version), status, "k", "d", "K", int(fence), record, stops)


@dataclass
class Intake:
    """A database and short ways to fill and ask it."""

    engine: Engine
    files: list[str] = field(default_factory=list)

    def take(self, *lines: str, name: str | None = None, **options: Any) -> ImportResult:  # noqa: ANN401 - import_lines' own
        name = name or f"file-{len(self.files)}"
        self.files.append(name)
        texts = [f"{text}\n".encode() for text in lines]
        return self.take_bytes(texts, name, **options)

    def take_bytes(self, lines: Iterable[bytes], name: str, **options: Any) -> ImportResult:  # noqa: ANN401 - import_lines' own
        return import_lines(self.engine, name, lines, decode, lambda: NOON, sha256=name, **options)

    def versions(self) -> Mapping[str, int]:
        return dict(self.sql("SELECT reference, version FROM renewals"))

    def held(self) -> set[str]:
        return {row[0] for row in self.sql("SELECT reference FROM holds WHERE released_at IS NULL")}

    def events(self) -> list[str]:
        return [row[0] for row in self.sql("SELECT event FROM audit_events ORDER BY number")]

    def sql(self, query: str) -> list[tuple[object, ...]]:
        with reading(self.engine) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    prepare(tmp_path / "kiosk.db", "K")
    engine = open_engine(tmp_path / "kiosk.db")
    yield Intake(engine)
    engine.dispose()


def test_every_line_is_accounted_for(intake: Intake) -> None:
    intake.take("A 1", "B 2")
    result = intake.take("A 2", "B 1", "B 2", "B 2 other", "", "!", "C 1")
    assert result == ImportResult(
        lines=7, applied=2, repeated=1, older=1, rejected=1, conflicts=1, was_done=False
    )
    assert intake.versions() == {"A": 2, "B": 2, "C": 1}


def test_a_file_is_one_event_with_its_totals(intake: Intake) -> None:
    intake.take("A 2", "B 1", "A 2", "A 1", name="x")
    assert intake.events() == ["records-imported"]
    [(payload,)] = intake.sql("SELECT payload FROM audit_events")
    assert json.loads(str(payload)) == {
        "source": "x",
        "sha256": "x",
        "lines": 4,
        "applied": 2,
        "repeated": 1,
        "older": 1,
        "rejected": 0,
        "conflicts": 0,
    }


def test_the_same_file_again_answers_as_before(intake: Intake) -> None:
    lines = ("A 2", "A 2", "A 1", "A 2 other", "!")
    first = intake.take(*lines, name="x")
    again = intake.take(*lines, name="x")
    assert first == ImportResult(
        lines=5, applied=1, repeated=1, older=1, rejected=1, conflicts=1, was_done=False
    )
    assert again == replace(first, was_done=True)
    assert len(list_rejects(intake.engine)) == 1


def test_a_newer_version_wins_whatever_the_order_and_the_slice(intake: Intake) -> None:
    intake.take("A 2", "A 1", "A 3", "A 3", "A 2")
    assert intake.versions() == {"A": 3}
    assert intake.held() == set()


def test_a_late_first_version_does_not_bring_a_refund_back(intake: Intake) -> None:
    intake.take("A 2 a 1 refunded")
    intake.take("A 1")
    assert intake.sql("SELECT version, status FROM renewals") == [(2, "refunded")]


def test_the_same_version_with_other_content_holds_until_a_later_one(intake: Intake) -> None:
    intake.take("A 1 a")
    assert intake.take("A 1 b").conflicts == 1
    assert intake.held() == {"A"}
    assert "conflict-raised" in intake.events()
    intake.take("A 1 a")
    assert intake.held() == {"A"}
    intake.take("A 2 c")
    assert intake.held() == set()
    assert intake.sql("SELECT record FROM renewals") == [(b'"c"',)]


def test_a_conflict_that_keeps_coming_is_held_once(intake: Intake) -> None:
    intake.take("A 1 a")
    intake.take("A 1 b", "A 1 b")
    intake.take("A 1 b")
    assert len(intake.sql("SELECT id FROM holds")) == 1


def test_a_malformed_refund_stops_the_old_version(intake: Intake) -> None:
    intake.take("A 1")
    intake.take("! A 2")
    assert intake.held() == {"A"}
    with reading(intake.engine) as connection:
        assert renewals.is_on_hold(connection, "A")
    intake.take("A 1")
    assert intake.held() == {"A"}
    intake.take("A 2 b 1 refunded")
    assert intake.held() == set()
    assert list_rejects(intake.engine) == []


def test_a_malformed_line_of_an_unknown_renewal_holds_what_comes_late(intake: Intake) -> None:
    intake.take("! A 2")
    intake.take("A 1")
    assert intake.held() == {"A"}


def test_a_malformed_old_version_holds_nothing(intake: Intake) -> None:
    intake.take("A 3")
    intake.take("! A 2")
    assert intake.held() == set()
    assert len(list_rejects(intake.engine)) == 1


def test_order_within_one_file_counts(intake: Intake) -> None:
    intake.take("! A 2", "A 2", "! A 2", "! B 2", "B 3")
    assert intake.held() == {"A"}


def test_a_line_without_version_is_lifted_by_hand_alone(intake: Intake) -> None:
    intake.take("! A", "A 9")
    assert intake.held() == {"A"}
    [reject] = list_rejects(intake.engine)
    assert discard_reject(intake.engine, reject.id, lambda: NOON)
    assert not discard_reject(intake.engine, reject.id, lambda: NOON)
    assert intake.held() == set()
    assert intake.events()[-2:] == ["holds-released", "reject-retried"]


def test_a_fence_never_goes_back(intake: Intake) -> None:
    intake.take("A 1 a 5")
    result = intake.take("A 2 b 4", "B 1")
    assert (result.applied, result.rejected) == (1, 1)
    assert intake.versions() == {"A": 1, "B": 1}
    assert intake.held() == {"A"}
    [reject] = list_rejects(intake.engine)
    assert reject.field == "fence"
    intake.take("A 2 c 5")
    assert intake.held() == set()


def test_a_refused_line_is_kept_as_it_came(intake: Intake) -> None:
    intake.take("A 1", "", "! B 7")
    [reject] = list_rejects(intake.engine)
    assert (reject.line, reject.raw, reject.reference, reject.version) == (3, b"! B 7\n", "B", 7)
    assert (reject.field, reject.reason) == ("plate.text", "it is empty")


def test_what_was_refused_is_tried_again_after_an_update(intake: Intake) -> None:
    intake.take("A 1", "! A 2", "! B 1")

    def updated(line: bytes) -> RenewalRow | Rejected:
        return decode(line.replace(b"! A", b"A"))

    result = retry_rejects(intake.engine, None, updated, lambda: NOON)
    assert (result.tried, result.settled) == (2, 1)
    assert intake.versions() == {"A": 2}
    assert intake.held() == {"B"}
    assert [reject.reference for reject in list_rejects(intake.engine)] == ["B"]


def test_a_retry_may_meet_a_conflict_which_holds_again(intake: Intake) -> None:
    intake.take("A 1 a", "! A 1 b")
    [reject] = list_rejects(intake.engine)
    result = retry_rejects(intake.engine, [reject.id], lambda raw: decode(raw[2:]), lambda: NOON)
    assert result.settled == 1
    assert intake.sql("SELECT cause FROM holds WHERE released_at IS NULL") == [("conflict",)]


def test_the_status_lists_imports_and_what_waits(intake: Intake) -> None:
    intake.take("A 1", "! A 2", name="monday")
    found = status(intake.engine)
    assert [each.source for each in found.imports] == ["monday"]
    assert found.open_rejects == 1
    assert [hold.reference for hold in found.open_holds] == ["A"]


class CutError(Exception):
    pass


def cut_after(lines: list[bytes], count: int) -> Iterator[bytes]:
    yield from lines[:count]
    raise CutError


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slicing, "FIRST_SLICE", 7)
    monkeypatch.setattr(slicing, "LARGEST_SLICE", 7)
    monkeypatch.setattr(slicing, "SMALLEST_SLICE", 7)


def test_a_file_cut_off_goes_on_and_counts_all_of_it(intake: Intake, small_slices: None) -> None:
    lines = []
    for ten in range(10):
        known = f"A{ten} 2\n", f"A{ten} 2\n", f"A{ten} 1\n", f"A{ten} 2 other\n", f"! B{ten} 1\n"
        lines += [line.encode() for line in (*known, *(f"C{ten}-{n} 1\n" for n in range(5)))]
    with pytest.raises(CutError):
        intake.take_bytes(cut_after(lines, 60), "x")
    [(position, finished)] = intake.sql("SELECT lines, finished_at FROM imports")
    assert isinstance(position, int)
    assert 40 < position <= 60
    assert finished is None
    result = intake.take_bytes(lines, "x")
    assert result == ImportResult(
        lines=100, applied=60, repeated=10, older=10, rejected=10, conflicts=10
    )
    assert len(intake.versions()) == 60
    assert len(list_rejects(intake.engine)) == 10


def test_two_imports_of_one_file_do_not_both_go_on(intake: Intake, small_slices: None) -> None:
    lines = [f"R{number} 1\n".encode() for number in range(60)]

    def overtaken() -> Iterator[bytes]:
        yield from lines[:30]
        while intake.sql("SELECT lines FROM imports") != [(28,)]:
            time.sleep(0.001)
        intake.take_bytes(lines, "x")
        yield from lines[30:]

    with pytest.raises(ImportOvertakenError, match="another process"):
        intake.take_bytes(overtaken(), "x")
    assert intake.sql("SELECT count(*), sum(applied) FROM imports") == [(1, 60)]


def test_an_import_is_one_event_whoever_comes_to_its_end_first(intake: Intake) -> None:
    others: list[ImportResult] = []

    def another_is_quicker(_line: int) -> None:
        others.append(intake.take_bytes([b"A 1\n"], "x"))

    result = intake.take_bytes([b"A 1\n"], "x", progress=another_is_quicker)
    assert others == [result]
    assert result.applied == 1
    assert intake.events() == ["records-imported"]


def test_progress_tells_the_line_reached(intake: Intake, small_slices: None) -> None:
    seen: list[int] = []
    intake.take(*(f"R{number} 1" for number in range(20)), progress=seen.append)
    assert seen[-1] == 20
    assert seen == sorted(seen)


def test_a_visitor_goes_first(intake: Intake, small_slices: None) -> None:
    """While a job waits nothing is written; when it is done the import goes on."""
    has_visitor = threading.Event()
    has_visitor.set()
    lines = [f"R{number} 1\n".encode() for number in range(20)]
    worker = threading.Thread(
        target=intake.take_bytes, args=(lines, "x"), kwargs={"should_yield": has_visitor.is_set}
    )
    worker.start()
    time.sleep(0.1)
    assert intake.versions() == {}
    has_visitor.clear()
    worker.join(5)
    assert len(intake.versions()) == 20


def test_a_visitor_who_never_leaves_does_not_stop_a_refund(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "YIELD_LIMIT_S", 0.02)
    assert intake.take("A 1 a 1 refunded", should_yield=lambda: True).applied == 1


def test_ten_thousand_records_come_in_within_five_seconds(intake: Intake) -> None:
    started = time.perf_counter()
    result = intake.take(*(f"R{number} 1" for number in range(10_000)))
    assert result.applied == 10_000
    assert time.perf_counter() - started < 5


def test_an_error_while_reading_ahead_reaches_the_caller(intake: Intake) -> None:
    def failing(_line: bytes) -> RenewalRow | Rejected:
        raise CutError

    with pytest.raises(CutError):
        import_lines(intake.engine, "x", [b"A 1"], failing, lambda: NOON, sha256="x")
