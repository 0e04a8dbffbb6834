"""Is the database sound: its shape and rules, its pages, its references, its log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from kiosk.store.engine import reading
from kiosk.store.proof import Broken, verify
from kiosk.store.schema import check_ready, current_revision


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was checked; `problems` is empty when it is as it should be."""

    what: str
    problems: tuple[str, ...]

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems


def examine(engine: Engine, kiosk: str) -> Iterator[Checked]:
    """Yield each check of the whole database as it is done; the last ones read every row.

    Raises StoreError on a file that is no database at all.
    """
    shape = tuple(check_ready(engine, kiosk))
    yield Checked("tables and rules", shape)
    with reading(engine) as connection:
        is_ours = current_revision(connection) is not None
    if not is_ours:
        return  # there is no log to look at
    yield Checked("pages and indexes", _pages(engine))
    yield Checked("references", _references(engine))
    yield Checked("log", _log(engine))


def _pages(engine: Engine) -> tuple[str, ...]:
    with reading(engine) as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return () if found == ["ok"] else tuple(str(line) for line in found)


def _references(engine: Engine) -> tuple[str, ...]:
    with reading(engine) as connection:
        found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return tuple(
        f"row {row.rowid} of {row.table} points at a row of {row.parent} that is missing"
        for row in found
    )


def _log(engine: Engine) -> tuple[str, ...]:
    with reading(engine) as connection:
        outcome = verify(connection)
    return (outcome.what,) if isinstance(outcome, Broken) else ()
