"""Any sequence of versions, repeats, broken lines and crashes, against a model of a few lines."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from kiosk.store.engine import open_engine, reading
from kiosk.store.renewals import Rejected, RenewalRow
from kiosk.store.schema import prepare
from kiosk.usecases import prefetching, slicing
from kiosk.usecases.importing import ImportResult, import_lines

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """A line: `content` None is a line that is no record."""

    reference: str
    version: int
    content: str | None
    fence: int = 1


@dataclass
class Model:
    """What must hold after lines were said one after the other."""

    stored: dict[str, Said] = field(default_factory=dict)
    holds: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    rejected: int = 0

    def hear_all(self, said: list[Said]) -> ImportResult:
        """Hear a file and return what a kiosk should say of it."""
        counts = Counter(self.hear(each) for each in said)
        self.rejected += counts["rejected"]
        kinds = ("applied", "repeated", "older", "rejected", "conflicts")
        return ImportResult(len(said), *(counts[kind] for kind in kinds))

    def hear(self, said: Said) -> str:
        before = self.stored.get(said.reference)
        if said.content is None:
            if before is None or said.version >= before.version:
                self._hold(said, "rejected", said.version)
            return "rejected"
        if before is not None and said.version < before.version:
            return "older"
        if before is not None and said.version == before.version and said != before:
            self._hold(said, "conflict", said.version + 1)
            return "conflicts"
        if before is not None and said.fence < before.fence:
            self._hold(said, "rejected", said.version)
            return "rejected"
        self.stored[said.reference] = said
        held = self.holds.get(said.reference, [])
        self.holds[said.reference] = [each for each in held if each[1] > said.version]
        return "repeated" if said == before else "applied"

    def _hold(self, said: Said, cause: str, release: int) -> None:
        held = self.holds.setdefault(said.reference, [])
        if (cause, release) not in held:
            held.append((cause, release))


def decode(line: bytes) -> RenewalRow | Rejected:
    reference, version, fence, content = line.decode().split()
    if content == "None":
        return Rejected("x", "it is wrong", reference, int(version))
    record = f"{content} {fence}".encode()
    row = (reference, int(version), "paid", "k", "d", "K", int(fence), record)
    return RenewalRow(*row, stops=False)


SAID = st.builds(
    Said,
    reference=st.sampled_from("AB"),
    version=st.integers(1, 4),
    content=st.sampled_from(["a", "a", "b", None]),
    fence=st.sampled_from([1, 1, 1, 2]),
)


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        prepare(path, "K")
        yield path


@pytest.fixture(scope="module", autouse=True)
def small_slices() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slicing, "FIRST_SLICE", 3)
        patch.setattr(slicing, "SMALLEST_SLICE", 3)
        patch.setattr(slicing, "LARGEST_SLICE", 4)
        patch.setattr(prefetching, "REFUSED_WEIGHT", 1)
        yield


class CrashError(Exception):
    pass


def lines_of(said: list[Said], crash_at: int | None) -> Iterator[bytes]:
    for number, each in enumerate(said):
        if number == crash_at:
            raise CrashError
        yield f"{each.reference} {each.version} {each.fence} {each.content}\n".encode()


def import_all(engine: Engine, name: str, said: list[Said], crashes: list[int]) -> ImportResult:
    """Import a file, crashes on the way; return what is said of it at the end."""
    for crash_at in crashes:
        with suppress(CrashError):
            take(engine, name, lines_of(said, crash_at))
    return take(engine, name, lines_of(said, None))


def take(engine: Engine, name: str, lines: Iterator[bytes]) -> ImportResult:
    return import_lines(engine, name, lines, decode, lambda: NOON, sha256=name)


def state(engine: Engine) -> tuple[dict[str, Said], dict[str, set[tuple[str, int]]], int]:
    with reading(engine) as connection:
        rows = connection.exec_driver_sql("SELECT reference, version, record, fence FROM renewals")
        stored = {row[0]: Said(row[0], row[1], row[2].decode()[0], row[3]) for row in rows}
        held: dict[str, set[tuple[str, int]]] = {}
        for reference, cause, release in connection.exec_driver_sql(
            "SELECT reference, cause, release_version FROM holds WHERE released_at IS NULL"
        ):
            held.setdefault(reference, set()).add((cause, release))
        rejected = connection.exec_driver_sql("SELECT count(*) FROM rejects").scalar_one()
    return stored, held, rejected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.lists(SAID, max_size=12), st.lists(st.integers(0, 12), max_size=2))))
def test_the_database_ends_as_if_lines_had_come_one_by_one(
    template: Path, files: list[tuple[list[Said], list[int]]]
) -> None:
    model = Model()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(shutil.copy(template, folder)))
        for number, (said, crashes) in enumerate(files):
            told = import_all(engine, f"file-{number}", said, crashes)
            again = take(engine, f"file-{number}", lines_of(said, None))
            assert replace(told, was_done=True) == again
            assert replace(told, was_done=False) == model.hear_all(said)
        found = state(engine)
        engine.dispose()
    held = {reference: set(each) for reference, each in model.holds.items() if each}
    assert found == (model.stored, held, model.rejected)
