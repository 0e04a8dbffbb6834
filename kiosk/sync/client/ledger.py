"""The file in which central keeps a kiosk's print log, one fact a line, and the head beside it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from kiosk.sync.client.disk import naming
from kiosk.sync.client.pages import Head
from kiosk.sync.client.problem import ClientProblem

_BLOCK_BYTES: Final = 64 * 1024
_MAX_LINE_BYTES: Final = 1024 * 1024
"""Longer than any fact; a last line without end is not searched for further."""


_FIRST_BYTES: Final = b'{"kiosk":"'
"""How each line begins; only half a line of ours is ever cut off."""


class _Line(msgspec.Struct):
    """What of a kept fact tells where to go on."""

    kiosk: str
    number: int


class Ledger:
    """A kiosk's facts in the order of its chain, appended and never changed.

    `kiosk` and `last` are of the last fact kept, None and 0 while there is none.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self.kiosk: str | None = None
        self.last = 0
        self._find_end()

    def append(self, kiosk: str, facts: Sequence[dict[str, Any]]) -> None:
        """Keep facts; they are on the disk when this returns. Raises OSError.

        Half a line of an append that was cut off is removed when the ledger is next opened.
        """
        lines = b"".join(msgspec.json.encode({"kiosk": kiosk, **fact}) + b"\n" for fact in facts)
        rest = memoryview(lines)
        with naming(self._path):
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            os.fsync(self._descriptor)
        self.kiosk = kiosk
        self.last = facts[-1]["number"]

    def head(self) -> Head | None:
        """Return the head that the kiosk was last told is kept. Raises ClientProblem."""
        try:
            return msgspec.json.decode(self._head_path.read_bytes(), type=Head)
        except FileNotFoundError:
            return None
        except (ValueError, RecursionError) as error:
            raise _wrong(f"{self._head_path} holds no head of a log ({error})") from error

    def keep_head(self, head: Head) -> None:
        """Keep a head. Raises OSError."""
        partial = self._head_path.with_name(f"{self._head_path.name}.partial")
        with partial.open("wb") as file:
            file.write(msgspec.json.encode(head) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._head_path)
        _sync_folder(self._path)

    @property
    def _head_path(self) -> Path:
        return self._path.with_name(f"{self._path.name}.head")

    def _find_end(self) -> None:
        """Read the last whole line, and cut off what a crash left behind it."""
        size = os.lseek(self._descriptor, 0, os.SEEK_END)
        tail = b""
        start = size
        while start and tail.count(b"\n") < 2 and len(tail) < _MAX_LINE_BYTES:  # noqa: PLR2004 - the ends of two lines enclose the last
            block = min(_BLOCK_BYTES, start)
            start -= block
            tail = os.pread(self._descriptor, block, start) + tail
        whole, _, torn = tail.rpartition(b"\n")
        if not whole and start:
            raise _wrong(f"{self._path} ends in a line that is no fact of a print log")
        if not _FIRST_BYTES.startswith(torn[: len(_FIRST_BYTES)]):
            raise _wrong(f"{self._path} does not end in a fact of a print log")
        if torn:
            os.ftruncate(self._descriptor, size - len(torn))
        if whole:
            self._read(whole.rpartition(b"\n")[2])

    def _read(self, line: bytes) -> None:
        try:
            last = msgspec.json.decode(line, type=_Line)
        except (ValueError, RecursionError) as error:
            raise _wrong(f"{self._path} ends in a line that is no fact of a print log") from error
        self.kiosk, self.last = last.kiosk, last.number


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Open a ledger for one collector at a time; make it when it is not there.

    Raises ClientProblem when another one has it or it is no ledger, and OSError.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ClientProblem(
                f"{path} is being written by another collect", permanent=False
            ) from error
        _sync_folder(path)
        yield Ledger(path, descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    """Make a new name in the folder outlast a power cut."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _wrong(sentence: str) -> ClientProblem:
    return ClientProblem(sentence, permanent=True)
