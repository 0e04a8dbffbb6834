"""The ways of bringing records in that are compared: from a file, from decoded rows, and raw."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import Connection

from kiosk.store import imports
from kiosk.store.engine import Writer, open_engine
from kiosk.store.renewals import UPSERT, RenewalRow
from kiosk.store.tables import utc_text
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
    """A database of its own, what was spent on it, and how long each slice kept its write lock."""

    def __init__(self, database: Path) -> None:
        self.engine = open_engine(database)
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

    def close(self) -> None:
        """Close the database."""
        self.engine.dispose()


class FromFile(_Side):
    """Ours, from a file on the disk to its last commit."""

    def take(self, path: Path) -> list[int]:
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
            import_file(self.engine, path, lambda: NOON, progress=reached.append)
            self._stop()
        return [after - before for before, after in pairwise(reached)]


class FromRows(_Side):
    """Ours, from decoded rows to the commit of each slice."""

    def __init__(self, database: Path) -> None:
        super().__init__(database)
        self._writer = Writer(self.engine)
        self._position = 0
        with self._writer.writing() as connection:
            self._import = imports.start(connection, "bench", "0" * 64, NOON)

    def take(self, rows: list[RenewalRow]) -> None:
        """Write one slice as an import does, its position included."""
        reached = self._position + len(rows)
        self._start()
        with self._writer.writing() as connection:
            tally = Slice(connection, "bench", NOON, is_exact=False).apply(rows)
            imports.advance(
                connection,
                self._import.id,
                before=self._position,
                after=reached,
                applied=tally.applied,
                rejected=0,
            )
        self._stop()
        self._position = reached

    def close(self) -> None:
        """Close connection and database."""
        self._writer.close()
        super().close()


class Raw(_Side):
    """The peer: the driver's executemany and nothing else."""

    def __init__(self, database: Path) -> None:
        super().__init__(database)
        self._pooled = self.engine.raw_connection()
        self._driver: Any = self._pooled.driver_connection

    @staticmethod
    def decoded(lines: Iterator[bytes], size: int) -> list[RenewalRow]:
        """Return the rows of the next slice."""
        found = map(read_row, islice(lines, size))
        return [row for row in found if isinstance(row, RenewalRow)]

    def take(self, rows: list[RenewalRow]) -> None:
        """Write one slice; making the parameters is not counted."""
        parameters = [(*row[:8], utc_text(NOON)) for row in rows]
        began = time.perf_counter()
        self._start()
        self._driver.execute("BEGIN IMMEDIATE")
        self._driver.executemany(UPSERT, parameters)
        self._driver.execute("COMMIT")
        self._stop()
        self.held_ms.append((time.perf_counter() - began) * 1000)
        self._spent.sizes.append(len(rows))

    def close(self) -> None:
        """Close connection and database."""
        self._pooled.close()
        super().close()
