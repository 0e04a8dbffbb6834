"""A kiosk in service while central pushes a whole load: lookups, screens, and taps.

Screens, printer and sync are processes of their own on one database, as in service; central's
client is one more. All records of the load are updates of renewals in the table, in random order.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from bench.figure import Figure, median, p95, p99, spread
from bench.lookup import compare
from bench.records import made_up, order, reference
from bench.screen import Screen
from bench.table import fill
from bench.tap import Office, office, running
from kiosk.cli.demo import free_port
from kiosk.store.engine import reading

ROWS, QUICK_ROWS = 200_000, 20_000
LINES, QUICK_LINES = 600_000, 120_000
"""Records that are pushed meanwhile, so many that the last tap comes before the last of them."""
TAPS, QUICK_TAPS = 150, 10
PAGES, QUICK_PAGES = 1_000, 50
START_S = 60


def results(*, quick: bool) -> list[Figure]:
    """Measure beside a load."""
    if quick:
        return run(QUICK_ROWS, QUICK_LINES, QUICK_TAPS, QUICK_PAGES)
    return run(ROWS)


def run(rows: int, lines: int = LINES, taps: int = TAPS, pages: int = PAGES) -> list[Figure]:
    """Measure with so many renewals in the table."""
    ports = free_port(18080), free_port(18180)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        at_office = office(folder, None, 2 * taps, ports=ports, prepare=partial(fill, rows=rows))
        with at_office as at, running(folder / "home", "sync"), running(folder / "home", "ui"):
            screen = Screen(folder / "home", ports[0])
            rng = Random(3)  # noqa: S311 - any order will do
            owners = iter(lambda: reference(rng.randrange(rows)), "")
            alone = measure(at, screen, owners, taps // 5, pages // 5)
            with pushing(folder, ports[1], rows, lines) as load:
                _wait_for_batches(at.desk.engine)
                beside = measure(at, screen, owners, taps, pages)
                looked_up = compare(at.desk.engine, rows, "lookup during a full sync, p99")
                if load.poll() is not None:
                    raise RuntimeError("the load ended before the measurement; push more lines")
    where = (
        f"{rows:,} renewals, updates pushed in random order to a sync process of its own, WAL, "
        f"synchronous=FULL; load {os.getloadavg()[0]:.1f}"
    )
    return [
        looked_up,
        Figure(
            "screen of a vehicle during a full sync, p99",
            p99(beside.pages_ms),
            "ms",
            spread(beside.pages_ms),
            at_most=10,
            note=f"median {median(beside.pages_ms):.1f} ms, {pages} vehicles, HTTP included; "
            f"p99 before the sync {p99(alone.pages_ms):.1f} ms; {where}",
        ),
        Figure(
            "tap during a full sync: to the first byte, p95",
            p95(beside.taps_ms),
            "ms",
            spread(beside.taps_ms),
            at_most=45,
            note=f"median {median(beside.taps_ms):.1f} ms, {taps} taps; "
            f"p95 before the sync {p95(alone.taps_ms):.1f} ms; {where}",
        ),
    ]


def _wait_for_batches(engine: Engine) -> None:
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at:
        with reading(engine) as connection:
            if connection.exec_driver_sql("SELECT 1 FROM batches LIMIT 1").first():
                return
        time.sleep(0.05)
    raise TimeoutError("no batch came")


@dataclass(frozen=True, slots=True)
class Served:
    """What visitors waited for: taps until the first byte, and pages, in milliseconds."""

    taps_ms: list[float]
    pages_ms: list[float]


def measure(at: Office, screen: Screen, owners: Iterator[str], taps: int, pages: int) -> Served:
    """Print so many stickers, then look at so many owners' vehicles."""
    taps_ms = [1000 * at.print_one().to_first_byte_s for _ in range(taps)]
    return Served(taps_ms, [screen.vehicle_ms(next(owners)) for _ in range(pages)])


@contextmanager
def pushing(folder: Path, port: int, rows: int, lines: int) -> Iterator[subprocess.Popen[bytes]]:
    """Push updates of random renewals while this lasts."""
    numbers = order(rows, is_random=True)[:lines]
    path = folder / "load.ndjson"
    with path.open("wb") as file:
        for version in range(2, 2 + -(-lines // len(numbers))):
            file.writelines(made_up(numbers, version))
    # The client is central's and runs elsewhere: here it takes what the kiosk leaves.
    command = ["nice", "-n", "19", sys.executable, "-m", "kiosk", "central", "push", str(path)]
    command += ["--to", f"http://127.0.0.1:{port}"]
    command += ["--key", str(folder / "home" / "keys" / "central.pem")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        try:
            yield child
        finally:
            child.terminate()
