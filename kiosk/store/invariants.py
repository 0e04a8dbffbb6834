"""Put the database's own rules in place, and tell whether they still are what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from kiosk.domain.job import EDGES
from kiosk.store.tables.shapes import metadata
from kiosk.store.triggers.jobs import JOBS
from kiosk.store.triggers.log import LOG, OWN
from kiosk.store.triggers.records import RECORDS
from kiosk.store.triggers.service import SERVICE
from kiosk.store.triggers.stickers import ISSUES, STOCK

TRIGGERS: Final[Mapping[str, str]] = dict(JOBS + ISSUES + STOCK + RECORDS + SERVICE + LOG + OWN)
"""Every trigger's SQL by its name, as SQLite keeps it."""


def install_invariants(connection: Connection) -> None:
    """Create every trigger anew and fill the legal steps; any number of times, in one transaction.

    Needed after each migration: rebuilding a table drops its triggers.
    """
    remove_triggers(connection)
    connection.exec_driver_sql("DELETE FROM job_edges")
    for before, after in sorted(EDGES):
        connection.exec_driver_sql(
            "INSERT INTO job_edges (before, after) VALUES (?, ?)", (str(before), str(after))
        )
    for sql in TRIGGERS.values():
        connection.exec_driver_sql(sql)


def remove_triggers(connection: Connection) -> None:
    """Drop every trigger there is, ours or not: a migration rebuilds tables without them."""
    for name in _stored(connection, "trigger"):
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def check_invariants(connection: Connection) -> list[str]:
    """Name each rule that is missing, changed or foreign; empty when all is as the code says."""
    return [
        *_differences("trigger", dict(TRIGGERS), _stored(connection, "trigger")),
        *_differences("index", _indexes(), _stored(connection, "index")),
        *_lost_constraints(_stored(connection, "table")),
        *_edge_differences(connection),
    ]


def _stored(connection: Connection, kind: str) -> dict[str, str]:
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL ORDER BY name",
        (kind,),
    )
    return {row.name: row.sql for row in found}


def _indexes() -> dict[str, str]:
    dialect = sqlite.dialect()
    return {
        str(index.name): str(CreateIndex(index).compile(dialect=dialect))
        for table in metadata.sorted_tables
        for index in table.indexes
    }


def _differences(kind: str, wanted: dict[str, str], stored: dict[str, str]) -> Iterator[str]:
    for name in sorted(wanted.keys() | stored.keys()):
        if name not in stored:
            yield f"{kind} {name} is missing"
        elif name not in wanted:
            yield f"{kind} {name} is not one of this program's"
        elif _folded(stored[name]) != _folded(wanted[name]):
            yield f"{kind} {name} was changed"


def _folded(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def _lost_constraints(stored: dict[str, str]) -> Iterator[str]:
    """Name the tables and named constraints that the stored tables lack."""
    for table in metadata.sorted_tables:
        if table.name not in stored:
            yield f"table {table.name} is missing"
            continue
        sql = _folded(stored[table.name])
        for constraint in _constraints(table):
            if constraint not in sql:
                yield f"table {table.name} lacks {constraint}"


def _constraints(table: Table) -> Iterator[str]:
    """Yield the text of each named constraint; a CREATE TABLE has one a line."""
    created = str(CreateTable(table).compile(dialect=sqlite.dialect()))
    lines = (line.strip().rstrip(", ") for line in created.splitlines())
    return (_folded(line) for line in lines if line.startswith("CONSTRAINT "))


def _edge_differences(connection: Connection) -> Iterator[str]:
    found = connection.exec_driver_sql("SELECT before, after FROM job_edges")
    stored = {(row.before, row.after) for row in found}
    wanted = {(str(before), str(after)) for before, after in EDGES}
    for before, after in sorted(stored ^ wanted):
        state = "missing" if (before, after) in wanted else "not legal"
        yield f"job step {before} to {after} is {state}"
