"""Where the lines of a push come from: a file, standard input, or a file sorted by kiosk.

All of them can be read again from any line, as a kiosk may ask to, in memory that does not grow
with them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO, FileIO
from itertools import islice
from pathlib import Path
from typing import IO, Final, Protocol

import msgspec

from kiosk.sync.client.disk import naming
from kiosk.sync.files import count_lines, read_lines

_BLOCK_BYTES: Final = 64 * 1024
"""Gathered for a kiosk before it is written out; a thousand kiosks then need 64 MB."""

_NAMED: Final = 5
"""Line numbers and kiosks named in one sentence; more would hide the first."""


class Lines(Protocol):
    """Lines in a fixed order that can be read again."""

    @property
    def total(self) -> int:
        """How many there are."""

    def after(self, count: int) -> Iterator[bytes]:
        """Yield the lines that follow the first `count`. Raises FileProblem or OSError."""


@dataclass(frozen=True, slots=True)
class FileLines:
    """Lines of a plain or gzip file."""

    path: Path
    total: int

    def after(self, count: int) -> Iterator[bytes]:
        """Read the file from its start and leave out `count` lines."""
        return islice(read_lines(self.path), count, None)


def file_lines(path: Path) -> FileLines:
    """Count a file's lines, which also reads it to its end once. Raises FileProblem."""
    return FileLines(path, count_lines(path))


@contextmanager
def kept(stream: IO[bytes]) -> Iterator[Path]:
    """Keep a stream in a nameless file and yield a path to read it by.

    What is pushed may have to be read again. The file is gone with the process, however it ends.
    """
    with tempfile.TemporaryFile(prefix="kiosk-") as file:
        with naming(tempfile.gettempdir()):
            shutil.copyfileobj(stream, file)
            file.flush()
        yield Path(f"/dev/fd/{file.fileno()}")


@dataclass(slots=True)
class SortedLines:
    """Lines of one kiosk, in blocks of a file that holds those of all kiosks."""

    file: FileIO
    total: int = 0
    _blocks: list[tuple[int, int, int]] = field(default_factory=list)
    _gathered: list[bytes] = field(default_factory=list)
    _size: int = 0

    def add(self, line: bytes) -> None:
        """Take one more line. Raises OSError when the disk is full."""
        self._gathered.append(line if line.endswith(b"\n") else line + b"\n")
        self._size += len(self._gathered[-1])
        self.total += 1
        if self._size >= _BLOCK_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write out what was gathered."""
        at = self.file.seek(0, os.SEEK_END)
        block = memoryview(b"".join(self._gathered))
        written = 0
        while written < len(block):
            written += self.file.write(block[written:])
        self._blocks.append((at, len(block), len(self._gathered)))
        self._gathered.clear()
        self._size = 0

    def after(self, count: int) -> Iterator[bytes]:
        """Yield what follows the first `count` lines; several kiosks are read at once."""
        for at, size, lines in self._blocks:
            if count >= lines:
                count -= lines
                continue
            yield from islice(BytesIO(os.pread(self.file.fileno(), size, at)), count, None)
            count = 0


class _Routed(msgspec.Struct):
    """What of a record says to whom it goes."""

    kiosk: str


_decoder = msgspec.json.Decoder(_Routed)


@dataclass(slots=True)
class Sorting:
    """A file sorted by kiosk, and what could not be.

    `of` holds the lines of each kiosk in their order. `strays` counts lines for kiosks that are
    not served, by kiosk. `unread` counts lines that name no kiosk, of which `first_unread` are.
    """

    of: dict[str, SortedLines]
    strays: dict[str, int] = field(default_factory=dict)
    unread: int = 0
    first_unread: list[int] = field(default_factory=list)

    def add(self, number: int, line: bytes) -> None:
        """Put a line to its kiosk; a blank one is no record."""
        if line.isspace():
            return
        try:
            kiosk = _decoder.decode(line.removeprefix(b"\xef\xbb\xbf")).kiosk
        except (ValueError, RecursionError):
            self.unread += 1
            if self.unread <= _NAMED:
                self.first_unread.append(number)
            return
        if (lines := self.of.get(kiosk)) is not None:
            lines.add(line)
        else:
            self.strays[kiosk] = self.strays.get(kiosk, 0) + 1

    def leftovers(self) -> Iterator[str]:
        """Yield a sentence for each kind of line that goes to nobody."""
        if self.strays:
            named = ", ".join(sorted(self.strays)[:_NAMED])
            more = " and others" if len(self.strays) > _NAMED else ""
            lines = _lines(sum(self.strays.values()), "is", "are")
            yield f"{lines} for kiosks not listed: {named}{more}"
        if self.unread:
            numbers = ", ".join(map(str, self.first_unread))
            more = " and others" if self.unread > _NAMED else ""
            yield f"{_lines(self.unread, 'names', 'name')} no kiosk: line {numbers}{more}"


def _lines(count: int, one: str, many: str) -> str:
    return f"1 line {one}" if count == 1 else f"{count} lines {many}"


@contextmanager
def sorted_lines(path: Path, kiosks: Collection[str]) -> Iterator[Sorting]:
    """Sort a file by the kiosk that each record names, into a nameless temporary file.

    Raises FileProblem, and OSError when there is no room.
    """
    with tempfile.TemporaryFile(prefix="kiosk-", buffering=0) as file:
        sorting = Sorting({kiosk: SortedLines(file) for kiosk in kiosks})
        with naming(tempfile.gettempdir()):
            for number, line in enumerate(read_lines(path), start=1):
                sorting.add(number, line)
            for lines in sorting.of.values():
                lines.flush()
        yield sorting
