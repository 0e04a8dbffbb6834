"""A batch's body on its way to the disk: unpacked to be checked, kept as it came."""

from __future__ import annotations

import errno
import hashlib
import mmap
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from kiosk.store.batches import Offer
from kiosk.sync.server.limits import ENVELOPE_BYTES, MEBIBYTE, Limits
from kiosk.sync.server.problems import ApiProblem, Kind
from kiosk.sync.wire import MAX_LINE_BYTES

_BLOCK: Final = 256 * 1024
KEPT_BYTES: Final = 12 * MEBIBYTE
"""Half as much again as central's client puts into a batch: not unpacked twice."""
_GZIP: Final = 31  # zlib's number for the gzip container


class Kept:
    """The record lines of a batch, in memory of their own while they are few enough.

    The memory goes back to the machine when this is closed. What the allocator has of such a size
    it would keep for each thread that ever served a batch.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, KEPT_BYTES)  # what is never written takes no memory
        self.is_all = True

    def add(self, plain: bytes) -> None:
        """Keep some more, or nothing any more once it is too much."""
        if not self.is_all:
            return
        self.is_all = self._memory.tell() + len(plain) <= KEPT_BYTES
        if self.is_all:
            self._memory.write(plain)
        else:
            self._memory.close()

    def lines(self) -> Iterator[bytes]:
        """Yield lines as `read_lines` does: one that is no record for its length comes cut."""
        start, end = 0, self._memory.tell()
        while start < end:
            stop = self._memory.find(b"\n", start, end) + 1 or end
            yield self._memory[start : min(stop, start + MAX_LINE_BYTES + 1)]
            start = stop

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()


def store(
    body: IO[bytes], path: Path, head: bytes, offer: Offer, limits: Limits, kept: Kept
) -> None:
    """Write a gzip body to `path` if it is exactly the batch that was announced.

    `kept` gets its record lines. The file is not forced to the disk: after a power cut `is_whole`
    tells, and central sends it again. Raises ApiProblem; a file is left behind then, which the
    caller removes.
    """
    check = _Check(head, offer, limits, kept)
    try:
        with path.open("wb") as file:
            while block := body.read(_BLOCK):
                file.write(block)
                check.feed(block)
        check.end()
    except zlib.error as error:
        raise ApiProblem(Kind.BAD_CONTENT, f"The body is no whole gzip: {error}.") from error
    except OSError as error:
        raise of_disk(error) from error


def is_whole(path: Path, offer: Offer, limits: Limits) -> bool:
    """Tell whether a file of `store` is what was checked then."""
    check = _Check(None, offer, limits, None)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                check.feed(block)
        check.end()
    except (ApiProblem, zlib.error, OSError):
        return False
    return True


def of_disk(error: OSError) -> ApiProblem:
    """Return what a fault of the disk means to central."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ApiProblem(Kind.DISK_FULL, "There is no room for the batch; nothing of it was used.")
    return ApiProblem(Kind.UNUSABLE, "The batch could not be written to the disk.")


class _Check:
    """Follows a body block by block: its size, its envelope, and the hash of its records."""

    def __init__(self, head: bytes | None, offer: Offer, limits: Limits, kept: Kept | None) -> None:
        self._head = head
        self._offer = offer
        self._limits = limits
        self._packed = 0
        self._unpacked = 0
        self._unzip = zlib.decompressobj(_GZIP)
        self._first: bytes | None = b""  # what came of the first line; None when it is whole
        self._hash = hashlib.sha256()
        self._lines = 0
        self._ends_line = True
        self._kept = kept

    def feed(self, block: bytes) -> None:
        self._packed += len(block)
        if self._packed > self._limits.body_bytes:
            raise _too_large(f"A batch has at most {self._limits.body_bytes} bytes as sent.")
        while block:
            if self._unzip.eof:  # another member follows
                self._unzip = zlib.decompressobj(_GZIP)
            plain = self._unzip.decompress(block, MEBIBYTE)
            self._measure(len(plain))
            self._read(plain)
            block = self._unzip.unconsumed_tail or self._unzip.unused_data

    def _measure(self, count: int) -> None:
        self._unpacked += count
        if self._unpacked > self._limits.unpacked_bytes:
            raise _too_large(f"A batch unpacks to at most {self._limits.unpacked_bytes} bytes.")
        if self._unpacked > max(self._packed * self._limits.ratio, MEBIBYTE):
            raise _too_large(f"A batch unpacks to at most {self._limits.ratio} times its size.")

    def _read(self, plain: bytes) -> None:
        if self._first is not None:
            line, newline, plain = (self._first + plain).partition(b"\n")
            if not newline and len(line) <= ENVELOPE_BYTES:
                self._first = line
                return
            self._first = None
            if self._head is not None and line != self._head:
                raise ApiProblem(
                    Kind.BAD_CONTENT, "The first line is not the envelope that was signed."
                )
        if plain:
            self._hash.update(plain)
            self._lines += plain.count(b"\n")
            self._ends_line = plain.endswith(b"\n")
            if self._kept is not None:
                self._kept.add(plain)

    def end(self) -> None:
        if not self._unzip.eof:
            raise ApiProblem(Kind.BAD_CONTENT, "The body is no whole gzip: it ends too early.")
        if self._first is not None:
            self._read(b"\n")  # an envelope alone, without the end of its line
        lines = self._lines + (0 if self._ends_line else 1)
        if lines != self._offer.count:
            raise ApiProblem(
                Kind.BAD_CONTENT,
                f"There are {lines} lines, and the envelope says {self._offer.count}.",
            )
        if self._hash.hexdigest() != self._offer.sha256:
            raise ApiProblem(Kind.BAD_CONTENT, "The SHA-256 of the lines is not the envelope's.")


def _too_large(detail: str) -> ApiProblem:
    return ApiProblem(Kind.TOO_LARGE, detail)
