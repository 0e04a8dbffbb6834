"""Import a file of paid records in short slices, so that a person at the screen never waits."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.store import imports, log
from kiosk.store.engine import Writer, writing
from kiosk.store.imports import Import
from kiosk.store.renewals import BLOCK, Rejected, RenewalRow
from kiosk.usecases.applying import Entry, NotAllNewError, RefusedLine, Slice, Tally
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.ports import Clock

Decode = Callable[[bytes], RenewalRow | Rejected]

LOCK_TARGET_S: Final = 0.006
"""Aim of a slice. Its budget is 10 ms of write lock: a tap must not wait longer for its own, and a
disk often takes half as long again as it just did."""

FIRST_SLICE: Final = 128
SMALLEST_SLICE: Final = 64
"""About a millisecond of rows: where the disk alone takes the budget, smaller ones save nothing."""
LARGEST_SLICE: Final = 4000

REFUSED_WEIGHT: Final = 25
"""A refused line costs about as much as this many rows: dead letter, hold and log entry."""

CHUNKS_AHEAD: Final = 2
"""Chunks of rows that are read, or being read, while one is written: a megabyte at most each."""

SWITCH_S: Final = 0.0002
"""How long one thread may keep the interpreter from another while an import is under way."""

YIELD_POLL_S: Final = 0.005
YIELD_LIMIT_S: Final = 1.0
"""A slice goes ahead after this long, so that a job that hangs (30 s at most) stops no refund."""


class ImportOvertakenError(Exception):
    """Another process is importing the same file."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """Totals of a file. `lines` counts every line, empty ones too.

    `was_done`: this content had been imported before, so nothing was done now, and the totals are
    those of then. `resumed_after`: a crash had cut the import off after so many lines; `repeated`,
    `older` and `conflicts` count what follows them, and the others the whole file.
    """

    lines: int
    applied: int
    repeated: int
    older: int
    rejected: int
    conflicts: int
    was_done: bool = False
    resumed_after: int = 0


def import_lines(
    engine: Engine,
    source: str,
    lines: Iterable[bytes],
    decode: Decode,
    clock: Clock,
    *,
    sha256: str,
    progress: Callable[[int], None] | None = None,
    should_yield: Callable[[], bool] | None = None,
) -> ImportResult:
    """Apply a file of records, one a line, and return what became of them.

    `sha256` names the content: a file that was cut off by a crash goes on where it stopped, one
    that is done answers as before. `progress` is told the line reached after each slice. While
    `should_yield` says so, the import waits (up to a second a slice). Raises StoreError, and
    whatever `lines` raises; what was applied until then stays.
    """
    current, was_done = _open(engine, source, sha256, clock)
    if was_done:
        return _result(current, Tally(), was_done=True)
    return apply_lines(
        engine, current, lines, decode, clock, progress=progress, should_yield=should_yield
    )


def apply_lines(
    engine: Engine,
    current: Import,
    lines: Iterable[bytes],
    decode: Decode,
    clock: Clock,
    *,
    as_of: datetime | None = None,
    on_end: Callable[[Connection, ImportResult], None] | None = None,
    progress: Callable[[int], None] | None = None,
    should_yield: Callable[[], bool] | None = None,
) -> ImportResult:
    """Apply the lines of an import that was begun, from its position to its end.

    `as_of` is when the records were put together; `on_end` writes in the transaction that closes
    the import. Otherwise as `import_lines`.
    """
    with closing(Writer(engine)) as writer:
        run = _Run(writer, current, clock, should_yield or _never, progress or _ignore)
        with _brisk_interpreter():
            tally = run.to_end(_Reader(lines, decode, current.lines))
    with writing(engine) as connection:
        done = _close(connection, current, clock(), as_of)
        result = _result(done, tally, resumed_after=current.lines)
        if on_end is not None:
            on_end(connection, result)
    return result


def _never() -> bool:
    return False


def _ignore(_line: int) -> None:
    pass


def _open(engine: Engine, source: str, sha256: str, clock: Clock) -> tuple[Import, bool]:
    with writing(engine) as connection:
        found = imports.find_by_content(connection, sha256)
        if found is None:
            return imports.start(connection, source, sha256, clock()), False
        return found, found.finished_at is not None


def _close(
    connection: Connection, current: Import, now: datetime, as_of: datetime | None
) -> Import:
    done = imports.finish(connection, current.id, now, as_of)
    payload = {
        "source": done.source,
        "sha256": done.sha256,
        "lines": done.lines,
        "applied": done.applied,
        "rejected": done.rejected,
    }
    log.append(connection, now, AuditEvent.RECORDS_IMPORTED, Actor.CENTRAL, payload)
    return done


def _result(
    done: Import, tally: Tally, *, was_done: bool = False, resumed_after: int = 0
) -> ImportResult:
    return ImportResult(
        lines=done.lines,
        applied=done.applied,
        repeated=tally.repeated,
        older=tally.older,
        rejected=done.rejected,
        conflicts=tally.conflicts,
        was_done=was_done,
        resumed_after=resumed_after,
    )


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Decoded entries of the lines after `before`, up to and including `after`.

    `size` is what was asked for, in rows.
    """

    entries: list[Entry]
    size: int
    before: int
    after: int


class _Reader:
    """Cuts lines into chunks of decoded entries; used by the thread that reads ahead."""

    def __init__(self, lines: Iterable[bytes], decode: Decode, position: int) -> None:
        self._lines = islice(iter(lines), position, None)
        self._decode = decode
        self._position = position

    def take(self, size: int) -> _Chunk:
        """Return entries worth `size` rows; at the end of the file a chunk of no lines."""
        before = self._position
        entries: list[Entry] = []
        weight = 0
        decode = self._decode
        for line in self._lines:
            self._position += 1
            if line.isspace():
                continue
            found = decode(line)
            if isinstance(found, Rejected):
                entries.append(RefusedLine(self._position, line, found))
                weight += REFUSED_WEIGHT
            else:
                entries.append(found)
                weight += 1
            if weight >= size:
                break
        return _Chunk(entries, size, before, self._position)


@contextmanager
def _brisk_interpreter() -> Iterator[None]:
    """Let a thread that comes back from a commit have the interpreter soon.

    The thread that decodes would keep it for 5 ms, and the slice would seem to have taken longer.
    """
    usual_s = sys.getswitchinterval()
    if usual_s <= SWITCH_S:  # another import is under way, and will set it back
        yield
        return
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)


class _Run:
    """One import under way: its slices, their size, and whether rows are taken for new."""

    def __init__(
        self,
        writer: Writer,
        current: Import,
        clock: Clock,
        should_yield: Callable[[], bool],
        progress: Callable[[int], None],
    ) -> None:
        self._writer = writer
        self._current = current
        self._clock = clock
        self._should_yield = should_yield
        self._progress = progress
        self._size = FIRST_SLICE
        self._is_exact = False

    def to_end(self, reader: _Reader) -> Tally:
        """Apply slice after slice and return what became of the records.

        Chunks are decoded while commits wait for the disk, and as little as may be while rows are
        written: two busy threads would take the interpreter from each other, with the write lock
        held. One more is ready, so that a slow start of that thread keeps nobody waiting.
        """
        tally = Tally()
        ahead: deque[Future[_Chunk]] = deque()
        with ThreadPoolExecutor(1, thread_name_prefix="import-reader") as pool:

            def read_ahead() -> None:
                ahead.append(pool.submit(reader.take, self._size))

            for _ in range(CHUNKS_AHEAD):
                read_ahead()
            while (chunk := ahead.popleft().result()).after > chunk.before:
                self._wait_for_visitor()
                tally.add(self._apply(chunk, read_ahead))
                self._progress(chunk.after)
        return tally

    def _wait_for_visitor(self) -> None:
        self._writer.give_way()
        give_up_at = time.monotonic() + YIELD_LIMIT_S
        while self._should_yield() and time.monotonic() < give_up_at:
            time.sleep(YIELD_POLL_S)

    def _apply(self, chunk: _Chunk, read_ahead: Callable[[], None]) -> Tally:
        try:
            part = self._attempt(chunk, read_ahead)
        except NotAllNewError:
            self._is_exact = True
            part = self._attempt(chunk, read_ahead)
        # A file of news goes the fast way again after a stretch of what was known.
        self._is_exact = self._is_exact and part.applied < len(chunk.entries)
        return part

    def _attempt(self, chunk: _Chunk, read_ahead: Callable[[], None]) -> Tally:
        with self._writer.writing() as connection:
            began = time.perf_counter()
            now = self._clock()
            part = Slice(connection, self._current.source, now, is_exact=self._is_exact)
            tally = part.apply(chunk.entries)
            self._advance(connection, chunk, tally)
            read_ahead()
            reach(Point.SLICE_WRITTEN)
        reach(Point.SLICE_COMMITTED)
        self._pace(chunk, time.perf_counter() - began)
        return tally

    def _advance(self, connection: Connection, chunk: _Chunk, tally: Tally) -> None:
        moved = imports.advance(
            connection,
            self._current.id,
            before=chunk.before,
            after=chunk.after,
            applied=tally.applied,
            rejected=tally.rejected,
        )
        if not moved:
            raise ImportOvertakenError(
                f"{self._current.source}: another process is importing this file; wait for it."
            )

    def _pace(self, chunk: _Chunk, held_s: float) -> None:
        """Size the next chunk to be read after how long this one held the write lock."""
        if len(chunk.entries) < chunk.size // 2:
            return  # mostly refused lines, or the end: says little about rows
        wanted = chunk.size * min(max(LOCK_TARGET_S / held_s, 0.5), 2)
        whole = int(wanted) // BLOCK * BLOCK  # a part of a block costs more a row
        self._size = min(max(whole, SMALLEST_SLICE), LARGEST_SLICE)
