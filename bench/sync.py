"""Records in: rows to commit, and file to commit, against raw sqlite3 on the same table.

Three databases grow side by side, a file at a time: ours from the file, then ours from decoded rows
and raw, slice by slice in turns. All write the same rows in the same order and slices, into a table
with the same indexes and triggers, over connections with the same pragmas. What else the machine
does so meets all three. A ratio is taken per file; the figure is the median of the files.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.figure import Figure, flatness, median, p99, spread
from bench.records import order, write_records
from bench.sides import FromFile, FromRows, Raw, Spent, Table
from kiosk.store.engine import open_engine
from kiosk.store.schema import prepare
from kiosk.sync.files import count_lines, read_lines

ROWS, FILES = 200_000, 20
FEW_ROWS = 10_000
QUICK_ROWS, QUICK_FILES = 32_000, 4
PRAGMAS = "WAL, synchronous=FULL, 2 MB cache, checkpoint every 1000 pages"


def results(*, quick: bool) -> list[Figure]:
    """Measure a first load in random order, then updates of the same records."""
    return measure(*(QUICK_ROWS, QUICK_FILES) if quick else (ROWS, FILES), is_random=True)


def run(rows: int) -> list[Figure]:
    """Measure with so many records, in random order and in that of their references."""
    files = max(rows // FEW_ROWS, 2)
    return [*measure(rows, files, is_random=True), *measure(rows, files, is_random=False)]


def measure(rows: int, files: int, *, is_random: bool) -> list[Figure]:
    """Measure with so many records in so many files."""
    numbers = order(rows, is_random=is_random)
    size = rows // files
    how = "random" if is_random else "sequential"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sides = Sides(folder)
        figures = []
        for version, what in ((1, f"first load, {how}"), (2, f"all updates, {how}")):
            rounds = []
            for start in range(0, rows, size):
                path = folder / f"{version}-{start}.ndjson"
                write_records(path, numbers[start : start + size], version)
                rounds.append(sides.measure(path))
                if version > 1:
                    path.unlink()
            figures += _ratios(what, rows, rounds)
        figures += _locks(sides)
        sides.close()
        figures += _memory(folder, [folder / f"1-{start}.ndjson" for start in range(0, rows, size)])
    return figures


class Sides:
    """The three databases and what each file cost them."""

    def __init__(self, folder: Path) -> None:
        self.file, self.rows, self.raw = FromFile(), FromRows(), Raw()
        self._engine = open_engine(_fresh(folder / "file.db"))
        self._tables = [Table(_fresh(folder / name)) for name in ("a.db", "b.db")]

    def measure(self, path: Path) -> tuple[Spent, Spent, Spent]:
        """Bring one file into each, rows and raw slice by slice in turns.

        These two change places after each file: one database is always a little faster.
        """
        sizes = self.file.take(self._engine, path)
        lines = read_lines(path)
        self._tables.reverse()
        ours, peer = self._tables
        pair: list[tuple[FromRows | Raw, Table]] = [(self.rows, ours), (self.raw, peer)]
        for size in sizes:
            rows = Raw.decoded(lines, size)
            pair.reverse()
            for side, table in pair:
                side.take(table, rows)
        return self.file.spent(), self.rows.spent(), self.raw.spent()

    def close(self) -> None:
        """Let the databases go."""
        self._engine.dispose()
        for table in self._tables:
            table.close()


def _ratios(what: str, rows: int, rounds: list[tuple[Spent, Spent, Spent]]) -> list[Figure]:
    raw_us = sum(raw.wall_s for *_, raw in rounds) / rows * 1e6
    note = (
        f"of raw sqlite3 at {raw_us:.1f} µs a row; {rows:,} rows in a table of up to {rows:,}, "
        f"slices of {_slice_size(rounds):.0f} (median); {PRAGMAS}; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    figures = []
    for name, side, at_least in (("rows", 1, 0.95), ("file", 0, 0.80)):
        wall = [each[2].wall_s / each[side].wall_s for each in rounds]
        cpu = median([each[2].cpu_s / each[side].cpu_s for each in rounds])
        figures.append(
            Figure(
                f"{name} to commit, {what}",
                median(wall),
                "×",
                spread(wall),
                at_least=at_least,
                note=f"{note}; by CPU time alone {cpu:.2f}",
            )
        )
    return figures


def _slice_size(rounds: list[tuple[Spent, Spent, Spent]]) -> float:
    return statistics.median([size for _, _, raw in rounds for size in raw.sizes])


def _locks(sides: Sides) -> list[Figure]:
    """Judge the middle in milliseconds, and the tail, which is the disk's, against raw's tail."""
    held, raw = sides.file.held_ms, sides.raw.held_ms
    return [
        Figure(
            "write lock of a slice, median",
            median(held),
            "ms",
            spread(held),
            at_most=10,
            note=f"{len(held)} slices; raw's median {median(raw):.1f} ms",
        ),
        Figure(
            "write lock of a slice, p99",
            p99(held) / p99(raw),
            "×",
            spread(held) / p99(raw),
            at_most=1.25,
            note=f"ours {p99(held):.1f} ms, raw's on the same disk {p99(raw):.1f} ms",
        ),
    ]


def _fresh(path: Path) -> Path:
    prepare(path, "BKK-5-1")
    return path


_CHILD = r"""
import re, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.store.engine import open_engine
from kiosk.sync.files import import_file
import_file(open_engine(Path(sys.argv[1])), Path(sys.argv[2]), lambda: datetime.now(UTC))
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
print(int(peak[1]) / 1000)
"""


def _memory(folder: Path, files: list[Path]) -> list[Figure]:
    whole = folder / "whole.ndjson"
    with whole.open("wb") as out:
        for path in files:
            with path.open("rb") as part:
                shutil.copyfileobj(part, out)
    few = count_lines(files[0])
    return flatness(
        "an import",
        (few, _peak_mb(_fresh(folder / "part.db"), files[0])),
        (few * len(files), _peak_mb(_fresh(folder / "whole.db"), whole)),
    )


def _peak_mb(database: Path, path: Path) -> float:
    command = [sys.executable, "-c", _CHILD, str(database), str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=1800)
    return float(done.stdout)
