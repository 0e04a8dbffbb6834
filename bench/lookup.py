"""Looking a renewal up by its reference, against raw sqlite3 on the same table and connection."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from bench.figure import Figure, p99, spread
from bench.records import order, reference, write_records
from kiosk.store.engine import open_engine, reading
from kiosk.store.renewals import find
from kiosk.store.schema import prepare
from kiosk.sync.files import import_file

ROWS, QUICK_ROWS = 1_000_000, 50_000
LOOKUPS, ROUNDS = 5_000, 7
QUERY = "SELECT record, received_at FROM renewals WHERE reference = ?"


def results(*, quick: bool) -> list[Figure]:
    """Look random references up, each round ours and raw, other ones each time."""
    rows = QUICK_ROWS if quick else ROWS
    with tempfile.TemporaryDirectory() as folder:
        database, file = Path(folder) / "kiosk.db", Path(folder) / "records.ndjson"
        prepare(database, "BKK-5-1")
        write_records(file, order(rows, is_random=True))
        engine = open_engine(database)
        import_file(engine, file, lambda: datetime.now(UTC))
        rng = Random(2)  # noqa: S311 - any order will do
        ratios, raws, ours = [], [], []
        with reading(engine) as connection:
            driver: Any = connection.connection.driver_connection
            for _ in range(ROUNDS):
                wanted = [reference(rng.randrange(rows)) for _ in range(LOOKUPS)]
                raws.append(
                    p99(_timed(lambda one: driver.execute(QUERY, (one,)).fetchone(), wanted))
                )
                wanted = [reference(rng.randrange(rows)) for _ in range(LOOKUPS)]
                ours.append(p99(_timed(lambda one: find(connection, one), wanted)))
                ratios.append(ours[-1] / raws[-1])
        engine.dispose()
    ratio = sorted(ratios)[len(ratios) // 2]
    note = (
        f"of raw sqlite3's p99 ({min(raws):.0f} µs, ours {min(ours):.0f} µs); {rows:,} renewals, "
        f"random order, {LOOKUPS:,} lookups a round, {ROUNDS} rounds in turns, same connection: "
        f"WAL, 2 MB cache; load {os.getloadavg()[0]:.1f}"
    )
    return [Figure("lookup by reference, p99", ratio, "×", spread(ratios), 2.0, note=note)]


def _timed(look: Callable[[str], object], wanted: list[str]) -> list[float]:
    spent = []
    for one in wanted:
        started = time.perf_counter()
        found = look(one)
        spent.append((time.perf_counter() - started) * 1e6)
        assert found is not None, one
    return spent
