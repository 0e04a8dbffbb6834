"""Rules of the database that somebody took away or changed are named, and can be put back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from kiosk.store.engine import open_engine, reading, writing
from kiosk.store.invariants import check_invariants, install_invariants

TAMPERINGS = [
    ("DROP TRIGGER jobs_kept", "trigger jobs_kept is missing"),
    ("DROP INDEX uq_issues_valid_renewal", "index uq_issues_valid_renewal is missing"),
    ("DROP INDEX ix_jobs_open", "index ix_jobs_open is missing"),
    (
        "CREATE TRIGGER mine BEFORE INSERT ON audit_events BEGIN SELECT RAISE(IGNORE); END",
        "trigger mine is not one of this program's",
    ),
    (
        (
            "DROP TRIGGER jobs_kept;"
            "CREATE TRIGGER jobs_kept BEFORE DELETE ON jobs WHEN 0 BEGIN SELECT RAISE(IGNORE); END"
        ),
        "trigger jobs_kept was changed",
    ),
    (
        (
            "DROP INDEX uq_issues_valid_renewal; CREATE UNIQUE INDEX uq_issues_valid_renewal"
            " ON issues (reference) WHERE validity = 'void'"
        ),
        "index uq_issues_valid_renewal was changed",
    ),
    (
        (
            "DROP TRIGGER job_edges_kept; DELETE FROM job_edges WHERE after = 'cancelled'"
            " AND before = 'claimed'"
        ),
        "job step claimed to cancelled is missing",
    ),
    (
        "DROP TRIGGER job_edges_fixed; INSERT INTO job_edges VALUES ('sending', 'requested')",
        "job step sending to requested is not legal",
    ),
    (
        (
            "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql,"
            " 'state IN (''requested'', ''cancelled'') OR', '1 OR') WHERE name = 'jobs'"
        ),
        "table jobs lacks CONSTRAINT ck_jobs_claimed",
    ),
    ("DROP TABLE tries", "table tries is missing"),
]


@pytest.mark.parametrize(("tampering", "named"), TAMPERINGS, ids=[name for _, name in TAMPERINGS])
def test_check_names_what_was_tampered_with(
    tampering: str, named: str, path: Path, engine: Engine, intruder: Callable[[Path], Any]
) -> None:
    intruder(path).executescript(tampering)
    with reading(engine) as connection:
        assert any(line.startswith(named) for line in check_invariants(connection))


def test_installing_again_repairs_and_stays(path: Path, intruder: Callable[[Path], Any]) -> None:
    intruder(path).executescript("DROP TRIGGER jobs_kept; DROP TRIGGER issues_new")
    engine = open_engine(path)
    for _ in range(2):
        with writing(engine) as connection:
            install_invariants(connection)
            assert check_invariants(connection) == []
    engine.dispose()
