"""Import a file of paid records in short slices, so that a person at the screen never waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.store import imports, log
from kiosk.store.engine import Writer, writing
from kiosk.store.imports import Import
from kiosk.usecases.applying import Decode
from kiosk.usecases.ports import Clock
from kiosk.usecases.prefetching import prefetching
from kiosk.usecases.slicing import Slicing


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of all records of a file, however often a crash had cut its import off.

    `lines` counts every line, empty ones too. `was_done`: this content had been imported before,
    so nothing was done now, and the totals are those of then.
    """

    lines: int
    applied: int
    repeated: int
    older: int
    rejected: int
    conflicts: int
    was_done: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """The totals by their names in the log and in the answer to central."""
        return {
            "lines": self.lines,
            "applied": self.applied,
            "repeated": self.repeated,
            "older": self.older,
            "rejected": self.rejected,
            "conflicts": self.conflicts,
        }


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
    `should_yield` says so, the import waits (up to a second a slice). Raises StoreError,
    ImportOvertakenError, and whatever `lines` raises; what was applied until then stays.
    """
    current = _open(engine, source, sha256, clock)
    if current.finished_at is not None:
        return _result(current, was_done=True)
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
    with closing(Writer(engine)) as writer, prefetching(lines, decode, current.lines) as ahead:
        slicing = Slicing(writer, current, clock, should_yield or _never, progress or _ignore)
        slicing.to_end(ahead)
    with writing(engine) as connection:
        result = _close(connection, current, clock(), as_of)
        if on_end is not None:
            on_end(connection, result)
    return result


def _never() -> bool:
    return False


def _ignore(_line: int) -> None:
    pass


def _open(engine: Engine, source: str, sha256: str, clock: Clock) -> Import:
    with writing(engine) as connection:
        found = imports.find_by_content(connection, sha256)
        return found or imports.start(connection, source, sha256, clock())


def _close(
    connection: Connection, current: Import, now: datetime, as_of: datetime | None
) -> ImportResult:
    is_news = imports.finish(connection, current.id, now, as_of)
    result = _result(imports.by_id(connection, current.id))
    if is_news:  # another process may have come to the end of the same file first
        payload = {"source": current.source, "sha256": current.sha256, **result.counts}
        log.append(connection, now, AuditEvent.RECORDS_IMPORTED, Actor.CENTRAL, payload)
    return result


def _result(done: Import, *, was_done: bool = False) -> ImportResult:
    return ImportResult(
        lines=done.lines,
        applied=done.applied,
        repeated=done.repeated,
        older=done.older,
        rejected=done.rejected,
        conflicts=done.conflicts,
        was_done=was_done,
    )
