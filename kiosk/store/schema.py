"""The shape of the database: made, brought up to date, and checked before anything runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine

from kiosk.domain.chain import GENESIS
from kiosk.store.engine import explained, open_engine, reading
from kiosk.store.errors import DatabaseUnusable
from kiosk.store.invariants import check_invariants, install_invariants, remove_triggers

HEAD: Final = "0007"
"""The newest step in `migrations/versions`; known here so that a check needs no Alembic."""

MIGRATIONS: Final = "kiosk.store:migrations"
"""Where Alembic finds the steps."""

_REVISION: Final = "SELECT version_num FROM alembic_version"
_KIOSK: Final = "SELECT value FROM meta WHERE name = 'kiosk'"


def current_revision(connection: Connection) -> str | None:
    """Return the step the database stands at, None for one without any tables of ours."""
    if not _has_table(connection, "alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql(_REVISION).scalar()
    return revision


def upgrade(engine: Engine) -> None:
    """Bring the tables to `HEAD` and install the invariants: all of it, or nothing.

    Raises DatabaseUnusable for a file of another program, or of a newer version of this one.
    """
    with _rebuilding(engine) as connection:
        _upgrade(connection, str(engine.url.database))


def prepare(path: Path, kiosk: str) -> None:
    """Make the database at `path` ready for this kiosk, new or of an older version; repeatable.

    Raises DatabaseUnusable when it belongs to another kiosk or program, and StoreError.
    """
    engine = open_engine(path)
    try:
        with _rebuilding(engine) as connection:
            _upgrade(connection, str(path))
            _seed(connection, kiosk, str(path))
    finally:
        engine.dispose()


def check_ready(engine: Engine, kiosk: str) -> list[str]:
    """Name everything that keeps a process from working on this database; empty when ready.

    The sentences leave the path out: the caller names the file once, in front. Raises
    DatabaseBusy, DatabaseUnusable.
    """
    if not Path(str(engine.url.database)).exists():
        return ["it does not exist: run `kiosk db upgrade`"]
    with reading(engine) as connection:
        revision = current_revision(connection)
        if revision is None:
            return ["it has no tables of the kiosk: run `kiosk db upgrade`"]
        if revision != HEAD:
            return [_other_version(revision)]
        return check_invariants(connection) or _wrong_owner(connection, kiosk)


def _other_version(revision: str) -> str:
    if revision > HEAD:
        return (
            f"it is of version {revision} and this program knows {HEAD}: "
            "start the newer program, or restore a backup"
        )
    return f"it is of version {revision} and {HEAD} is needed: run `kiosk db upgrade`"


def _wrong_owner(connection: Connection, kiosk: str) -> list[str]:
    owner = connection.exec_driver_sql(_KIOSK).scalar()
    if owner == kiosk:
        return []
    wrong = f"it belongs to kiosk {owner or '(none)'} and this is {kiosk}"
    return [f"{wrong}: correct the kiosk's name in the settings, or the path of the database"]


@contextmanager
def _rebuilding(engine: Engine) -> Iterator[Connection]:
    """Open a write transaction in which tables can be dropped and renamed."""
    with explained(engine), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # Only possible outside a transaction; dropping a parent table would delete its children.
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                _check_references(connection, str(engine.url.database))
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection, path: str) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise DatabaseUnusable(
            f"{path}: a row of {orphan.table} points at a row of {orphan.parent} that is missing: "
            "restore the last backup"
        )


def _upgrade(connection: Connection, path: str) -> None:
    revision = current_revision(connection)
    if revision == HEAD:
        if check_invariants(connection):
            install_invariants(connection)
        return
    if revision is not None and revision > HEAD:
        raise DatabaseUnusable(f"{path}: {_other_version(revision)}")
    if revision is None and _has_tables(connection):
        raise DatabaseUnusable(f"{path} is a database of another program: choose another path")
    remove_triggers(connection)
    _migrate(connection)
    install_invariants(connection)


def _migrate(connection: Connection) -> None:
    # Here, because loading Alembic takes longer than starting the kiosk may.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _seed(connection: Connection, kiosk: str, path: str) -> None:
    if connection.exec_driver_sql("SELECT 1 FROM audit_head").first() is None:
        connection.exec_driver_sql(
            "INSERT INTO audit_head (id, number, hash) VALUES (1, 0, ?)", (GENESIS,)
        )
    if connection.exec_driver_sql(_KIOSK).first() is None:
        connection.exec_driver_sql("INSERT INTO meta (name, value) VALUES ('kiosk', ?)", (kiosk,))
    for problem in _wrong_owner(connection, kiosk):
        raise DatabaseUnusable(f"{path}: {problem}")


def _has_tables(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is not None


def _has_table(connection: Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.exec_driver_sql(query, (name,)).first() is not None
