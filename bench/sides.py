"""The ways of bringing records in that are compared: from a file, from decoded rows, and raw."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Final
from unittest.mock import patch

from sqlalchemy import Connection, Engine

from kiosk.store import imports
from kiosk.store.engine import Writer, driver_of, open_engine
from kiosk.store.renewals import UPSERT, RenewalRow
from kiosk.store.tables.shapes import utc_text
from kiosk.sync.files import import_file
from kiosk.sync.wire import read_row
from kiosk.usecases import importing
from kiosk.usecases.applying import Slice

NOON: Final = datetime(2026, 11, 21, 5, tzinfo=UTC)


@dataclass(slots=True)
class Spent:
    """What a file cost: seconds by the clock and of CPU, and the sizes of its slices."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    sizes: list[int] = field(default_factory=list)


class _Side:
    """What was spent, and how long each slice kept its write lock."""

    def __init__(self) -> None:
        self.held_ms: list[float] = []
        self._spent = Spent()
        self._began = (0.0, 0.0)

    def spent(self) -> Spent:
        """Return what was spent since the last call."""
        spent, self._spent = self._spent, Spent()
        return spent

    def _start(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def _stop(self) -> None:
        self._spent.wall_s += time.perf_counter() - self._began[0]
        self._spent.cpu_s += time.process_time() - self._began[1]


class FromFile(_Side):
    """Ours, from a file on the disk to its last commit."""

    def take(self, engine: Engine, path: Path) -> list[int]:
        """Import a file; return how many lines each slice had."""
        held_ms, reached = self.held_ms, [0]

        class TimedWriter(Writer):
            @contextmanager
            def writing(self) -> Iterator[Connection]:
                with super().writing() as connection:
                    began = time.perf_counter()
                    yield connection
                held_ms.append((time.perf_counter() - began) * 1000)

        with patch.object(importing, "Writer", TimedWriter):
            self._start()
            import_file(engine, path, lambda: NOON, progress=reached.append)
            self._stop()
        return [after - before for before, after in pairwise(reached)]


class Table:
    """A database with an import under way, written by either of the two below."""

    def __init__(self, database: Path) -> None:
        self.engine = open_engine(database)
        self.writer = Writer(self.engine)
        self.position = 0
        with self.writer.writing() as connection:
            self.driver = driver_of(connection)
            self.number = imports.start(connection, "bench", "0" * 64, NOON).id

    def close(self) -> None:
        """Close connection and database."""
        self.writer.close()
        self.engine.dispose()


class FromRows(_Side):
    """Ours, from decoded rows to the commit of each slice."""

    def take(self, table: Table, rows: list[RenewalRow]) -> None:
        """Write one slice as an import does, its position included."""
        before = table.position
        table.position += len(rows)
        self._start()
        with table.writer.writing() as connection:
            tally = Slice(connection, "bench", NOON, is_exact=False).apply(rows)
            imports.advance(
                connection, table.number, before=before, after=table.position, tally=tally
            )
        self._stop()


class Raw(_Side):
    """The peer: the driver's executemany and nothing else."""

    @staticmethod
    def decoded(lines: Iterator[bytes], size: int) -> list[RenewalRow]:
        """Return the rows of the next slice."""
        found = map(read_row, islice(lines, size))
        return [row for row in found if isinstance(row, RenewalRow)]

    def take(self, table: Table, rows: list[RenewalRow]) -> None:
        """Write one slice; making the parameters is not counted."""
        parameters = [(*row[:8], utc_text(NOON)) for row in rows]
        before_s = self._spent.wall_s
        self._start()
        table.driver.execute("BEGIN IMMEDIATE")
        table.driver.executemany(UPSERT, parameters)
        table.driver.execute("COMMIT")
        self._stop()
        self.held_ms.append((self._spent.wall_s - before_s) * 1000)
        self._spent.sizes.append(len(rows))
