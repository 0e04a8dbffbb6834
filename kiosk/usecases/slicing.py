"""An import slice by slice: how large each is, when it may write, and its position with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from kiosk.store import imports
from kiosk.store.engine import Writer
from kiosk.store.imports import Import, Tally
from kiosk.store.renewals import BLOCK
from kiosk.usecases.applying import NotAllNewError, Slice
from kiosk.usecases.failpoints import Point, reach
from kiosk.usecases.ports import Clock
from kiosk.usecases.prefetching import Chunk, Prefetch

LOCK_TARGET_S: Final = 0.006
"""Aim of a slice. Its budget is 10 ms of write lock: a tap must not wait longer for its own, and a
disk often takes half as long again as it just did."""

FIRST_SLICE: Final = 128
SMALLEST_SLICE: Final = 64
"""About a millisecond of rows: where the disk alone takes the budget, smaller ones save nothing."""
LARGEST_SLICE: Final = 4000

CHUNKS_AHEAD: Final = 2
"""Chunks of rows that are read, or being read, while one is written: a megabyte at most each. The
second keeps nobody waiting when the thread that reads starts slowly."""

YIELD_POLL_S: Final = 0.005
YIELD_LIMIT_S: Final = 1.0
"""A slice goes ahead after this long, so that a job that hangs (30 s at most) stops no refund."""


class ImportOvertakenError(Exception):
    """Another process is importing the same file."""


class Slicing:
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

    def to_end(self, ahead: Prefetch) -> None:
        """Apply chunk after chunk. Raises ImportOvertakenError, StoreError."""
        for _ in range(CHUNKS_AHEAD):
            ahead.ask(self._size)
        while (chunk := ahead.next()) is not None:
            self._wait_for_visitor()
            self._apply(chunk, ahead)
            self._progress(chunk.after)

    def _wait_for_visitor(self) -> None:
        self._writer.give_way()
        give_up_at = time.monotonic() + YIELD_LIMIT_S
        while self._should_yield() and time.monotonic() < give_up_at:
            time.sleep(YIELD_POLL_S)

    def _apply(self, chunk: Chunk, ahead: Prefetch) -> None:
        try:
            tally = self._attempt(chunk, ahead)
        except NotAllNewError:
            self._is_exact = True
            tally = self._attempt(chunk, ahead)
        # A file of news goes the fast way again after a stretch of what was known.
        self._is_exact = self._is_exact and tally.applied < len(chunk.entries)

    def _attempt(self, chunk: Chunk, ahead: Prefetch) -> Tally:
        with self._writer.writing() as connection:
            began = time.perf_counter()
            now = self._clock()
            part = Slice(connection, self._current.source, now, is_exact=self._is_exact)
            tally = part.apply(chunk.entries)
            moved = imports.advance(
                connection, self._current.id, before=chunk.before, after=chunk.after, tally=tally
            )
            if not moved:
                raise ImportOvertakenError(
                    f"{self._current.source}: another process is importing this file; wait for it."
                )
            ahead.ask(self._size)  # decoded while the commit waits for the disk
            reach(Point.SLICE_WRITTEN)
        reach(Point.SLICE_COMMITTED)
        self._pace(chunk, time.perf_counter() - began)
        return tally

    def _pace(self, chunk: Chunk, held_s: float) -> None:
        """Size the next chunk to be read after how long this one held the write lock."""
        if len(chunk.entries) < chunk.size // 2:
            return  # mostly refused lines, or the end: says little about rows
        wanted = chunk.size * min(max(LOCK_TARGET_S / held_s, 0.5), 2)
        whole = int(wanted) // BLOCK * BLOCK  # a part of a block costs more a row
        self._size = min(max(whole, SMALLEST_SLICE), LARGEST_SLICE)
