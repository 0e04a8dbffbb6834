"""Lines read and decoded ahead, in chunks, while the chunk before them is written."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kiosk.store.renewals import Rejected
from kiosk.usecases.applying import Decode, Entry, RefusedLine

REFUSED_WEIGHT: Final = 25
"""A refused line costs about as much as this many rows: dead letter, hold and log entry."""

SWITCH_S: Final = 0.0002
"""How long one thread may keep the interpreter from another while an import is under way."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Decoded entries of the lines after `before`, up to and including `after`.

    `size` is what was asked for, in rows.
    """

    entries: list[Entry]
    size: int
    before: int
    after: int


class Prefetch:
    """Chunks in the order in which they were asked for, each decoded by one thread ahead of time.

    Decoding as little as may be while rows are written is up to who asks: two busy threads take
    the interpreter from each other, with the write lock held.
    """

    def __init__(self, pool: ThreadPoolExecutor, reader: _Reader) -> None:
        self._pool = pool
        self._reader = reader
        self._ahead: deque[Future[Chunk]] = deque()

    def ask(self, size: int) -> None:
        """Have another chunk decoded, worth `size` rows."""
        self._ahead.append(self._pool.submit(self._reader.take, size))

    def next(self) -> Chunk | None:
        """Return the oldest chunk asked for, None at the end; raises what reading it raised."""
        chunk = self._ahead.popleft().result()
        return chunk if chunk.after > chunk.before else None


@contextmanager
def prefetching(lines: Iterable[bytes], decode: Decode, position: int) -> Iterator[Prefetch]:
    """Read lines ahead, from the one after `position` on, in a thread that ends with this."""
    with (
        _brisk_interpreter(),
        ThreadPoolExecutor(1, thread_name_prefix="import-reader") as pool,
    ):
        yield Prefetch(pool, _Reader(lines, decode, position))


class _Reader:
    """Cuts lines into chunks of decoded entries; used by the thread that reads ahead."""

    def __init__(self, lines: Iterable[bytes], decode: Decode, position: int) -> None:
        self._lines = islice(iter(lines), position, None)
        self._decode = decode
        self._position = position

    def take(self, size: int) -> Chunk:
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
        return Chunk(entries, size, before, self._position)


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
