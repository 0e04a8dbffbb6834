"""Records over HTTP: signed push to commit against raw sqlite3, and fifty kiosks at once.

Two databases grow side by side, a file at a time: one over HTTP, by a kiosk that serves in a
process of its own, and raw, over the driver alone: the same rows in the same order and slices, into
the same table, with the same pragmas. What else the machine does so meets both. What is timed is
the whole call of `push_file`, from the file to the last answer, which comes after the commit; a
ratio is taken per file, and the figure is the median of the files.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.figure import Figure, flatness, median, spread
from bench.records import order, write_records
from bench.serving import Served, name_of, peak_mb, serving
from bench.sides import FromFile, Raw, Table
from kiosk.sticker.keys import SigningKey, load_signing_key
from kiosk.store.engine import open_engine
from kiosk.store.schema import prepare
from kiosk.sync.client import Receives, Target, push_file
from kiosk.sync.files import read_lines

ROWS, QUICK_ROWS = 200_000, 40_000
FILES, QUICK_FILES = 5, 2
FEW_ROWS = 10_000
KIOSKS, ROWS_EACH, QUICK_ROWS_EACH = 50, 2_000, 200


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one file, by the clock and of CPU: over HTTP (the kiosk's CPU alone), and raw."""

    push_s: float
    push_cpu_s: float
    raw_s: float
    raw_cpu_s: float


def results(*, quick: bool) -> list[Figure]:
    """Measure a first load, updates of all records, and a fleet."""
    size = (QUICK_ROWS, QUICK_FILES) if quick else (ROWS, FILES)
    return [*measure(*size, is_random=True), fleet(QUICK_ROWS_EACH if quick else ROWS_EACH)]


def run(rows: int) -> list[Figure]:
    """Measure with so many records, in random order and in that of their references."""
    return [
        *measure(rows, FILES, is_random=True),
        *measure(rows, FILES, is_random=False),
        fleet(rows // KIOSKS),
    ]


def measure(rows: int, files: int, *, is_random: bool) -> list[Figure]:
    """Measure one kiosk with so many records in so many files."""
    numbers, size = order(rows, is_random=is_random), rows // files
    how = "random" if is_random else "sequential"
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few_mb = _few(folder, numbers[:FEW_ROWS])
        with serving(folder, 1) as served:
            sides = Sides(folder, served)
            for version, what in ((1, f"first load, {how}"), (2, f"all updates, {how}")):
                rounds = []
                for start in range(0, rows, size):
                    path = folder / f"{version}-{start}.ndjson"
                    write_records(path, numbers[start : start + size], version)
                    rounds.append(sides.measure(path))
                    path.unlink()
                figures.append(_ratio(what, size, rows, rounds))
            sides.close()
            most_mb = peak_mb(served.process)
    few = min(rows, FEW_ROWS)
    return figures + flatness("a kiosk that takes batches", (few, few_mb), (2 * rows, most_mb))


def _few(folder: Path, numbers: list[int]) -> float:
    """Return the peak of a kiosk that took one batch, in MB."""
    path = folder / "few.ndjson"
    write_records(path, numbers)
    with serving(folder, 1) as served:
        _push(path, served, load_signing_key(folder / "central.pem"))
        return peak_mb(served.process)


def _push(path: Path, served: Served, key: SigningKey) -> None:
    [url] = served.urls
    pushed = push_file(path, [Target(url)], key, path.stem)
    assert pushed.is_clean, pushed


class Sides:
    """The databases that are compared, and a third one that tells in which slices we write."""

    def __init__(self, folder: Path, served: Served) -> None:
        for name in ("slices.db", "raw.db"):
            prepare(folder / name, name_of(0))
        self._served = served
        self._key = load_signing_key(folder / "central.pem")
        self._slices, self._engine = FromFile(), open_engine(folder / "slices.db")
        self._raw, self._table = Raw(), Table(folder / "raw.db")

    def measure(self, path: Path) -> Round:
        """Bring one file into each."""
        sizes = self._slices.take(self._engine, path)
        before_s, began = self._served.cpu_s(), time.perf_counter()
        _push(path, self._served, self._key)
        push_s = time.perf_counter() - began
        push_cpu_s = self._served.cpu_s() - before_s
        lines = read_lines(path)
        for size in sizes:
            self._raw.take(self._table, Raw.decoded(lines, size))
        raw = self._raw.spent()
        return Round(push_s, push_cpu_s, raw.wall_s, raw.cpu_s)

    def close(self) -> None:
        """Let the databases go."""
        self._engine.dispose()
        self._table.close()


def _ratio(name: str, size: int, rows: int, rounds: list[Round]) -> Figure:
    ratios = [each.raw_s / each.push_s for each in rounds]
    raw_us = median([each.raw_s for each in rounds]) / size * 1e6
    cpu = median([each.raw_cpu_s / each.push_cpu_s for each in rounds])
    note = (
        f"of raw sqlite3 at {raw_us:.1f} µs a row; {rows:,} rows in files of {size:,}, "
        f"slices and pragmas of an import, loopback; by CPU time alone {cpu:.2f}; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    return Figure(
        f"signed HTTP to commit, {name}", median(ratios), "×", spread(ratios), None, 0.8, note
    )


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
        with serving(folder, KIOSKS) as served:
            command = [sys.executable, "-c", _FLEET, str(folder), *served.urls]
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
