"""Records over HTTP: signed push to commit against raw sqlite3, and fifty kiosks at once.

The raw peer writes the same rows in the same order and slices into the same table, with the same
pragmas, over the driver alone. The kiosk serves in a process of its own; what is timed is the whole
call of `push_file`, from the file to the last answer, which comes after the commit.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from bench.figure import Figure, median, spread
from bench.records import order, write_records
from bench.serving import PEAK, name_of, serving
from kiosk.sticker.keys import load_signing_key
from kiosk.store.engine import open_engine
from kiosk.store.renewals import UPSERT, RenewalRow
from kiosk.store.schema import prepare
from kiosk.store.tables import utc_text
from kiosk.sync.client import Receives, Target, push_file
from kiosk.sync.files import import_file, read_lines
from kiosk.sync.wire import read_row

ROWS, QUICK_ROWS = 200_000, 20_000
KIOSKS, ROWS_EACH, QUICK_ROWS_EACH = 50, 2_000, 200


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one round over HTTP and raw, and the most memory that the kiosk took, in MB."""

    push_s: float
    raw_s: float
    kiosk_mb: float


def results(*, quick: bool) -> list[Figure]:
    """Measure a first load, updates of all records, and a fleet."""
    rows, each = (QUICK_ROWS, QUICK_ROWS_EACH) if quick else (ROWS, ROWS_EACH)
    return [*run(rows, rounds=3), fleet(each)]


def run(rows: int, rounds: int = 3) -> list[Figure]:
    """Measure one kiosk with so many records."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = folder / "first.ndjson", folder / "second.ndjson"
        numbers = order(rows, is_random=True)
        write_records(first, numbers)
        write_records(second, numbers, version=2)
        loads = [_round(folder, [first]) for _ in range(rounds)]
        updates = [_round(folder, [first, second]) for _ in range(rounds)]
    memory = [each.kiosk_mb for each in (*loads, *updates)]
    return [
        _ratio("first load", rows, loads),
        _ratio("all updates", rows, updates),
        Figure(
            "memory of a kiosk that takes batches",
            max(memory),
            "MB",
            spread(memory),
            at_most=150,
            note=f"peak, {rows:,} records",
        ),
    ]


def _ratio(name: str, rows: int, rounds: list[Round]) -> Figure:
    ratios = [each.raw_s / each.push_s for each in rounds]
    raw_us = median([each.raw_s for each in rounds]) / rows * 1e6
    note = f"of raw sqlite3 at {raw_us:.1f} µs a row; {rows:,} rows, random order, loopback"
    return Figure(
        f"signed HTTP to commit, {name}", median(ratios), "×", spread(ratios), None, 0.8, note
    )


def _round(folder: Path, files: list[Path]) -> Round:
    sizes = _slices(_fresh(folder), files)
    raw_s = _raw(_fresh(folder), files, sizes)
    with serving(folder, 1) as [url]:
        key = load_signing_key(folder / "central.pem")
        for path in files:
            started = time.perf_counter()
            pushed = push_file(path, [Target(url)], key, path.stem)
            push_s = time.perf_counter() - started
            assert pushed.is_clean, pushed
    return Round(push_s, raw_s, float((folder / PEAK).read_text("utf-8")))


def _fresh(folder: Path) -> Path:
    for old in folder.glob("peer.db*"):
        old.unlink()
    prepare(folder / "peer.db", name_of(0))
    return folder / "peer.db"


def _now() -> datetime:
    return datetime.now(UTC)


def _slices(database: Path, files: list[Path]) -> list[int]:
    """Return the slices in which our import writes the last of some files."""
    engine = open_engine(database)
    reached = [0]
    for path in files:
        reached[1:] = []
        import_file(engine, path, _now, progress=reached.append)
    engine.dispose()
    return [after - before for before, after in pairwise(reached)]


def _raw(database: Path, files: list[Path], sizes: list[int]) -> float:
    """Return the seconds that the bare driver takes for the rows of the last of some files."""
    *before, measured = files
    engine = open_engine(database)
    for path in before:
        import_file(engine, path, _now)
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    found = map(read_row, read_lines(measured))
    rows = (row for row in found if isinstance(row, RenewalRow))
    received_at = utc_text(_now())
    spent_s = 0.0
    for size in sizes:
        parameters = [(*row[:8], received_at) for row in islice(rows, size)]
        started = time.perf_counter()
        driver.execute("BEGIN IMMEDIATE")
        written = driver.executemany(UPSERT, parameters).rowcount
        driver.execute("COMMIT")
        spent_s += time.perf_counter() - started
        assert written == size, "the peer must write every row as well"
    pooled.close()
    engine.dispose()
    return spent_s


_FLEET = """
import sys, time
from pathlib import Path
from bench.push import push_fleet
from bench.serving import peak_mb
began = time.perf_counter()
push_fleet(Path(sys.argv[1]), sys.argv[2:])
print(time.perf_counter() - began, peak_mb())
"""


def fleet(rows_each: int) -> Figure:
    """Measure the memory of one client that pushes to fifty kiosks at once.

    All fifty share one process and two cores here, so the time is theirs and not the client's; it
    stands in the note.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_fleet_file(folder, rows_each)
        with serving(folder, KIOSKS) as urls:
            command = [sys.executable, "-c", _FLEET, str(folder), *urls]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    spent_s, peak = map(float, done.stdout.split())
    rate = KIOSKS * rows_each / spent_s
    note = f"{KIOSKS} kiosks at once, {rows_each:,} records each, {rate:,.0f} records/s, peak"
    return Figure("memory of a client for a fleet", peak, "MB", 0, at_most=150, note=note)


def _write_fleet_file(folder: Path, rows_each: int) -> None:
    one = folder / "one.ndjson"
    write_records(one, order(KIOSKS * rows_each, is_random=True))
    with (folder / "fleet.ndjson").open("wb") as file:
        for number, line in enumerate(read_lines(one)):
            kiosk = f'"kiosk":"{name_of(number % KIOSKS)}"'.encode()
            file.write(line.replace(b'"kiosk":"BKK-5-1"', kiosk, 1))


def push_fleet(folder: Path, urls: list[str]) -> None:
    """Push each kiosk its own records."""
    targets = [Target(url, name_of(number), Receives.OWN) for number, url in enumerate(urls)]
    key = load_signing_key(folder / "central.pem")
    pushed = push_file(folder / "fleet.ndjson", targets, key, "fleet")
    assert pushed.is_clean, pushed
    assert len({outcome.sent for outcome in pushed.outcomes}) == 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.push", description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS, help="records (1000000 is long)")
    parser.add_argument("--each", type=int, default=ROWS_EACH, help="records of each of 50 kiosks")
    wanted = parser.parse_args()
    for figure in (*run(wanted.rows), fleet(wanted.each)):
        print(figure)
