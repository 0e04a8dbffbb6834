"""Records in: rows to commit, and file to commit, against raw sqlite3 on the same table.

All three write the same rows in the same order and slices, into a table with the same indexes and
triggers, over connections with the same pragmas. Each round measures all three, one after another.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from bench.figure import Figure, median, p99, spread
from bench.records import order, write_records
from kiosk.store import imports
from kiosk.store.engine import open_engine, writing
from kiosk.store.renewals import UPSERT, RenewalRow
from kiosk.store.schema import prepare
from kiosk.store.tables import utc_text
from kiosk.sync.files import import_file, read_lines
from kiosk.sync.wire import read_row
from kiosk.usecases import importing
from kiosk.usecases.applying import Slice

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
ROWS, QUICK_ROWS = 200_000, 20_000


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one round, how many rows each slice had, and how long each held the lock."""

    file_s: float
    rows_s: float
    raw_s: float
    sizes: list[int]
    held_ms: list[float]


def results(*, quick: bool) -> list[Figure]:
    """Measure a first load in random order, then updates of the same records."""
    return run(QUICK_ROWS if quick else ROWS, rounds=3 if quick else 5)


def run(rows: int, rounds: int = 3) -> list[Figure]:
    """Measure with so many records."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "first.ndjson", Path(folder) / "second.ndjson"
        numbers = order(rows, is_random=True)
        write_records(first, numbers)
        write_records(second, numbers, version=2)
        loads = [_round(Path(folder), [first]) for _ in range(rounds)]
        updates = [_round(Path(folder), [first, second]) for _ in range(max(1, rounds // 2))]
        memory = _memory(Path(folder), first)
    held = [ms for each in loads for ms in each.held_ms]
    return [
        *_ratios("first load", rows, loads),
        *_ratios("all updates", rows, updates),
        Figure(
            "write lock of a slice, p99",
            p99(held),
            "ms",
            spread(held),
            at_most=10,
            note=f"{len(held)} slices, median {median(held):.1f} ms",
        ),
        Figure("memory of an import", memory, "MB", 0, at_most=150, note=f"peak, {rows:,} records"),
    ]


def _ratios(name: str, rows: int, rounds: list[Round]) -> list[Figure]:
    by_rows = [each.raw_s / each.rows_s for each in rounds]
    by_file = [each.raw_s / each.file_s for each in rounds]
    raw_us = median([each.raw_s for each in rounds]) / rows * 1e6
    slices = f"{median([size for each in rounds for size in each.sizes]):.0f} rows a slice"
    note = f"of raw sqlite3 at {raw_us:.1f} µs a row; {rows:,} rows, random order, {slices}"
    return [
        Figure(f"rows to commit, {name}", median(by_rows), "×", spread(by_rows), None, 0.95, note),
        Figure(f"file to commit, {name}", median(by_file), "×", spread(by_file), None, 0.80, note),
    ]


def _round(folder: Path, files: list[Path]) -> Round:
    *before, measured = files
    sizes: list[int] = []
    held: list[float] = []
    file_s = _ours_from_file(_fresh(folder), before, measured, sizes, held)
    raw_s = _raw(_fresh(folder), before, measured, sizes)
    rows_s = _ours_from_rows(_fresh(folder), before, measured, sizes)
    return Round(file_s, rows_s, raw_s, sizes, held)


def _fresh(folder: Path) -> Path:
    for old in folder.glob("kiosk.db*"):
        old.unlink()
    prepare(folder / "kiosk.db", "BKK-5-1")
    return folder / "kiosk.db"


def _clock() -> datetime:
    return NOON


def _ours_from_file(
    database: Path, before: list[Path], measured: Path, sizes: list[int], held: list[float]
) -> float:
    engine = open_engine(database)
    for path in before:
        import_file(engine, path, _clock)
    positions = [0]
    pace = importing._Run._pace  # noqa: SLF001 - the lock time is known nowhere else

    def noted_pace(run: importing._Run, held_s: float, entries: int) -> None:
        held.append(held_s * 1000)
        pace(run, held_s, entries)

    importing._Run._pace = noted_pace  # type: ignore[method-assign, assignment] # noqa: SLF001 - see above
    try:
        started = time.perf_counter()
        import_file(engine, measured, _clock, progress=positions.append)
        spent_s = time.perf_counter() - started
    finally:
        importing._Run._pace = pace  # type: ignore[method-assign] # noqa: SLF001 - see above
    sizes += [after - first for first, after in pairwise(positions)]
    engine.dispose()
    return spent_s


def _slices(path: Path, sizes: list[int]) -> Iterator[list[RenewalRow]]:
    lines = read_lines(path)
    for size in sizes:
        yield [row for row in map(read_row, islice(lines, size)) if isinstance(row, RenewalRow)]


def _raw(database: Path, before: list[Path], measured: Path, sizes: list[int]) -> float:
    engine = open_engine(database)
    for path in before:
        import_file(engine, path, _clock)
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    spent_s = 0.0
    for rows in _slices(measured, sizes):
        parameters = [(*row[:8], utc_text(NOON)) for row in rows]
        started = time.perf_counter()
        driver.execute("BEGIN IMMEDIATE")
        driver.executemany(UPSERT, parameters)
        driver.execute("COMMIT")
        spent_s += time.perf_counter() - started
    pooled.close()
    engine.dispose()
    return spent_s


def _ours_from_rows(database: Path, before: list[Path], measured: Path, sizes: list[int]) -> float:
    engine = open_engine(database)
    for path in before:
        import_file(engine, path, _clock)
    with writing(engine) as connection:
        current = imports.start(connection, "bench", "0" * 64, NOON)
    spent_s, position = 0.0, 0
    for rows in _slices(measured, sizes):
        started = time.perf_counter()
        with writing(engine) as connection:
            tally = Slice(connection, "bench", NOON, is_exact=False).apply(rows)
            imports.advance(
                connection,
                current.id,
                before=position,
                after=position + len(rows),
                applied=tally.applied,
                rejected=0,
            )
        spent_s += time.perf_counter() - started
        position += len(rows)
    engine.dispose()
    return spent_s


_CHILD = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.store.engine import open_engine
from kiosk.sync.files import import_file
import_file(open_engine(Path(sys.argv[1])), Path(sys.argv[2]), lambda: datetime.now(UTC))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def _memory(folder: Path, path: Path) -> float:
    command = [sys.executable, "-c", _CHILD, str(_fresh(folder)), str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=1800)
    return float(done.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.sync", description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS, help="records (1000000 is long)")
    for figure in run(parser.parse_args().rows):
        print(figure)
