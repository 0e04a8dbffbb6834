"""Files of records: read line by line in flat memory, plain or compressed."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, cast

from sqlalchemy import Engine

from kiosk.sync.wire import MAX_LINE_BYTES, read_row
from kiosk.usecases.importing import ImportResult, import_lines
from kiosk.usecases.ports import Clock

_BLOCK_BYTES: Final = 1024 * 1024
_LINE_LIMIT: Final = MAX_LINE_BYTES + 1
"""One more than a record may have, so that a cut line is refused for its length."""


class FileProblem(ValueError):  # noqa: N818 - in this house a problem is a value or a sentence for people
    """A file cannot be read to its end; the text says why in one sentence."""


def import_file(
    engine: Engine,
    path: Path,
    clock: Clock,
    *,
    progress: Callable[[int], None] | None = None,
    should_yield: Callable[[], bool] | None = None,
) -> ImportResult:
    """Import a file of records, one JSON object a line, gzip when its name ends in `.gz`.

    Raises FileProblem, StoreError, ImportOvertakenError; what was applied until then stays, and
    the same file goes on from there.
    """
    return import_lines(
        engine,
        path.name,
        read_lines(path),
        read_row,
        clock,
        sha256=content_hash(path),
        progress=progress,
        should_yield=should_yield,
    )


def content_hash(path: Path) -> str:
    """Return the SHA-256 of the file as it lies there, hex. Raises FileProblem."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileProblem(_unreadable(path, error)) from error


def count_lines(path: Path) -> int:
    """Return how many lines a file has, for a progress bar. Raises FileProblem."""
    return sum(1 for _ in read_lines(path))


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a plain or gzip file.

    A line longer than a record may be comes cut, so that it is refused without being read into
    memory. Raises FileProblem where the file cannot be read on.
    """
    try:
        with _opened(path) as file:
            while line := file.readline(_LINE_LIMIT):
                if not line.endswith(b"\n") and len(line) == _LINE_LIMIT:
                    _skip_rest(file)
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise FileProblem(_unreadable(path, error)) from error


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb", buffering=_BLOCK_BYTES)


def _skip_rest(file: IO[bytes]) -> None:
    while rest := file.readline(_LINE_LIMIT):
        if rest.endswith(b"\n"):
            return


def _unreadable(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path}: there is no such file."
    if isinstance(error, (EOFError, zlib.error, gzip.BadGzipFile)):
        return f"{path}: the compressed file is damaged or cut short; fetch it again."
    why = error.strerror if isinstance(error, OSError) else None
    return f"{path}: cannot be read ({why or error})."
