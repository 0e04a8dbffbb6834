"""Connections to the kiosk's SQLite database: how they are opened, written through and watched."""

from __future__ import annotations

import sqlite3  # for the names of error codes alone
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pysqlite3
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from kiosk.store.errors import SqliteTooOld, explain
from kiosk.store.turns import before_records, give_way

_DRIVER: Final[Any] = pysqlite3  # untyped, and most of its names come out of C

OLDEST_SQLITE: Final = (3, 51, 3)
"""Earlier ones can lose commits when several connections write and checkpoint in WAL mode."""

BUSY_TIMEOUT_S: Final = 5.0
"""Longer than the longest write of another process (a slice of 10 ms) by two orders."""

CACHE_KIB: Final = 2048
"""Pages held by one connection; a process keeps five open, so 10 MB at most."""

_POOL_SIZE: Final = 5  # the web server's four threads and one to spare
_POOL_WAIT_S: Final = 10  # as long as a request may take before its thread is stuck anyway
_CHECKPOINT_PAGES: Final = 1000  # 4 MB: a commit that checkpoints stays within tens of ms
_WAL_KEEP_BYTES: Final = 64 * 2**20  # a long import may grow the WAL; afterwards it shrinks to this


def open_engine(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """Return an engine for the database file at `path`; the file is touched at first use only.

    Any number of threads may use the engine. Raises SqliteTooOld.
    """
    check_sqlite()
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=pysqlite3,
        # No BEGIN by the driver: it would start deferred transactions of its own.
        connect_args={"isolation_level": None, "timeout": busy_timeout_s},
        pool_size=_POOL_SIZE,
        pool_timeout=_POOL_WAIT_S,
    )

    @event.listens_for(engine, "connect")
    def prepare_connection(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver is untyped
        _set_pragmas(connection)

    return engine


def check_sqlite() -> None:
    """Raise SqliteTooOld unless the loaded SQLite is at least `OLDEST_SQLITE`."""
    if _DRIVER.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(str(part) for part in OLDEST_SQLITE)
        raise SqliteTooOld(
            f"SQLite {_DRIVER.sqlite_version} can lose commits; {oldest} or later is needed: "
            "install the pinned pysqlite3 wheel (make demo does)."
        )


def sqlite_version() -> str:
    """Return the version of the loaded SQLite, like 3.53.1."""
    return str(_DRIVER.sqlite_version)


def _set_pragmas(connection: Any) -> None:  # noqa: ANN401 - the driver is untyped
    """Make a new connection durable and strict; the busy timeout is already set by then."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # REPLACE then fires the delete triggers of the rows it pushes out.
        "recursive_triggers=ON",
        "trusted_schema=OFF",
        f"cache_size=-{CACHE_KIB}",
        f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
        f"journal_size_limit={_WAL_KEEP_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def writing(engine: Engine, *, is_durable: bool = True) -> Iterator[Connection]:
    """Open one write transaction: committed and durable at the end, or rolled back whole.

    The write lock is taken at once, so that what is read inside cannot change until the end.
    Without `is_durable` a power cut may still undo the commit, never a later durable one without
    it: for what is void after a power cut anyway, like a heartbeat.

    Raises DatabaseBusy, DiskFull, DatabaseUnusable.
    """
    with explained(engine), before_records(engine), engine.connect() as connection:
        driver = driver_of(connection)
        if not is_durable:
            driver.execute("PRAGMA synchronous=NORMAL")
        try:
            with connection.begin():
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        finally:
            if not is_durable:
                driver.execute("PRAGMA synchronous=FULL")


class Writer:
    """A connection kept for many short write transactions one after another; for one thread.

    Each costs a tenth of what `writing` costs, and that is paid with the write lock held.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with explained(engine):
            self._connection = engine.connect()
        self._driver = driver_of(self._connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one write transaction, as the function `writing` does."""
        with explained(self._engine):
            self._driver.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._driver.execute("COMMIT")
            finally:
                if self._driver.in_transaction:
                    self._driver.execute("ROLLBACK")

    def give_way(self) -> None:
        """Let everybody write who waits for it now."""
        give_way(self._engine)

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a read transaction: one snapshot from the first query on, and no write possible.

    Raises DatabaseBusy, DatabaseUnusable; sqlalchemy's OperationalError on an attempt to write.
    """
    with explained(engine):  # a file that may not be written cannot be opened in WAL mode either
        opened = engine.connect()
    with explained(engine, is_read=True), opened as connection:
        driver: Any = connection.connection.driver_connection
        # A write would be rolled back below without a word: make it an error instead.
        driver.execute("PRAGMA query_only=ON")
        try:
            driver.execute("BEGIN")
            yield connection
        finally:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            driver.execute("PRAGMA query_only=OFF")


@contextmanager
def explained(engine: Engine, *, is_read: bool = False) -> Iterator[None]:
    """Turn the driver's errors about the file, the disk or a lock into a StoreError."""
    try:
        yield
    except (DBAPIError, _DRIVER.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        known = explain(cause, engine.url.database or "")
        # "Read-only" inside a read is an attempt to write: a bug of ours, not of the disk's.
        is_bug = is_read and getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY
        if known is None or is_bug:
            raise
        raise known from error


def driver_of(connection: Connection) -> Any:  # noqa: ANN401 - the driver is untyped
    """Return the driver's own connection, for the few statements that run by the million.

    SQLAlchemy takes several times as long about a statement as SQLite does about a lookup. Errors
    come as the driver's; `explained` knows them too.
    """
    return connection.connection.driver_connection


def data_version(connection: Connection) -> int:
    """Return a number that changes whenever another connection has committed.

    Compare numbers of one connection only, read outside a transaction.
    """
    driver: Any = connection.connection.driver_connection
    return int(driver.execute("PRAGMA data_version").fetchone()[0])


class Watcher:
    """Tells whether anybody has written since the last look; for loops that poll.

    It keeps a connection of its own, outside the pool and outside any transaction. For one thread.
    """

    def __init__(self, engine: Engine) -> None:
        with explained(engine):
            pooled = engine.raw_connection()
            driver: Any = pooled.driver_connection
            pooled.detach()
        self._driver = driver
        self._pooled = pooled
        self._engine = engine
        self._seen = 0

    def changed(self) -> bool:
        """Say whether the database has changed since the last call; the first one says so too.

        Raises DatabaseUnusable, DatabaseBusy.
        """
        with explained(self._engine):
            seen = int(self._driver.execute("PRAGMA data_version").fetchone()[0])
        is_new, self._seen = seen != self._seen, seen
        return is_new

    def close(self) -> None:
        """Close the connection."""
        self._pooled.close()
