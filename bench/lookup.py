"""Looking a renewal up by its reference, against raw sqlite3 on the same table and connection."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from bench.figure import Figure, median, p99, spread
from bench.records import reference
from bench.table import fill
from kiosk.store.engine import driver_of, open_engine, reading
from kiosk.store.renewals import find
from kiosk.store.schema import prepare

ROWS, QUICK_ROWS = 1_000_000, 50_000
LOOKUPS, ROUNDS = 5_000, 7
QUERY = "SELECT record, received_at FROM renewals WHERE reference = ?"


def results(*, quick: bool) -> list[Figure]:
    """Look random references up in a table that nobody writes to."""
    return run(QUICK_ROWS if quick else ROWS)


def run(rows: int) -> list[Figure]:
    """Measure with so many renewals."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "kiosk.db"
        prepare(database, "BKK-5-1")
        fill(database, rows)
        engine = open_engine(database)
        figure = compare(engine, rows, "lookup by reference, p99")
        engine.dispose()
    return [figure]


def compare(engine: Engine, rows: int, name: str) -> Figure:
    """Look random references up, each round ours and raw, other ones each time."""
    rng = Random(2)  # noqa: S311 - any order will do
    raws, ours = [], []
    for _ in range(ROUNDS):
        some, others = ([reference(rng.randrange(rows)) for _ in range(LOOKUPS)] for _ in range(2))
        with reading(engine) as connection:
            raws.append(p99(_timed(partial(_raw, driver_of(connection)), some)))
            ours.append(p99(_timed(partial(find, connection), others)))
    ratios = [our / raw for our, raw in zip(ours, raws, strict=True)]
    note = (
        f"of raw sqlite3's p99 ({min(raws):.0f} µs, ours {min(ours):.0f} µs); {rows:,} renewals, "
        f"random order, {LOOKUPS:,} lookups a round, {ROUNDS} rounds in turns, same connection: "
        f"WAL, 2 MB cache; load {os.getloadavg()[0]:.1f}"
    )
    return Figure(name, median(ratios), "×", spread(ratios), 2.0, note=note)


def _raw(driver: Any, wanted: str) -> object:  # noqa: ANN401 - the driver is untyped
    return driver.execute(QUERY, (wanted,)).fetchone()


def _timed(look: Callable[[str], object], wanted: list[str]) -> list[float]:
    spent = []
    for one in wanted:
        started = time.perf_counter()
        found = look(one)
        spent.append((time.perf_counter() - started) * 1e6)
        assert found is not None, one
    return spent
