"""A database is made, upgraded whole or not at all, and refused when it is not ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from kiosk.domain.chain import GENESIS
from kiosk.store import log, schema
from kiosk.store.engine import open_engine, reading, writing
from kiosk.store.errors import DatabaseBusy, DatabaseUnusable
from kiosk.store.invariants import check_invariants
from kiosk.store.tables.shapes import metadata

Connect = Callable[[Path], Any]
KIOSK = "BKK-5-1"
MADE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"

NEXT = f"{int(schema.HEAD) + 1:04}"
BROKEN_STEP = f'''
"""A step that fails when half of it is done."""

from alembic import op

revision = "{NEXT}"
down_revision = "{schema.HEAD}"


def upgrade() -> None:
    op.execute("CREATE TABLE half (id INTEGER)")
    op.execute("DROP TABLE tries")
    op.execute("DELETE FROM blanks")
    op.execute("SELECT no_such_column FROM half")
'''
GOOD_STEP = f'''
"""A step that rebuilds a table others point at."""

from alembic import op
import sqlalchemy as sa

revision = "{NEXT}"
down_revision = "{schema.HEAD}"


def upgrade() -> None:
    with op.batch_alter_table("renewals") as batch:
        batch.add_column(sa.Column("note", sa.Text()))
'''


@pytest.fixture
def next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a step to a copy of the migrations and makes the program want it."""
    steps = tmp_path / "migrations"
    shutil.copytree(Path(schema.__file__).with_name("migrations"), steps)

    def add(text: str) -> None:
        (steps / "versions" / f"{NEXT}_next.py").write_text(text)
        monkeypatch.setattr(schema, "HEAD", NEXT)
        monkeypatch.setattr(schema, "MIGRATIONS", str(steps))

    return add


def made(engine: Engine) -> dict[str, list[str]]:
    """Return what tables and indexes consist of, line by line, in no order."""
    with engine.connect() as connection:
        return {
            # An added column stands on the line of the one before it.
            name: sorted(part.strip() for part in re.split(r",\s|\n", sql) if part.strip())
            for name, sql in connection.exec_driver_sql(MADE)
        }


def test_migrations_make_the_tables_that_the_code_describes(engine: Engine) -> None:
    wanted = create_engine("sqlite://")
    metadata.create_all(wanted)
    found = made(engine)
    del found["alembic_version"]
    assert found == made(wanted)


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # compared by the test above
def test_alembic_sees_nothing_left_to_do(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_constant_names_the_newest_step() -> None:
    config = Config()
    config.set_main_option("script_location", schema.MIGRATIONS)
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_new_database_is_ready_and_empty(engine: Engine) -> None:
    assert schema.check_ready(engine, KIOSK) == []
    with reading(engine) as connection:
        assert schema.current_revision(connection) == schema.HEAD
        assert log.head(connection) == (0, GENESIS)


def test_preparing_again_changes_nothing(path: Path, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO tries VALUES ('machine', 1, '2026')")
    before = made(engine)
    schema.prepare(path, KIOSK)
    assert made(engine) == before
    assert schema.check_ready(engine, KIOSK) == []


def test_database_of_another_kiosk_is_refused(path: Path, engine: Engine) -> None:
    sentence = "belongs to kiosk BKK-5-1 and this is BKK-1-2: correct the kiosk's name"
    with pytest.raises(DatabaseUnusable, match=sentence):
        schema.prepare(path, "BKK-1-2")
    (problem,) = schema.check_ready(engine, "BKK-1-2")
    assert sentence in problem
    assert schema.check_ready(engine, KIOSK) == []


def test_database_of_another_program_is_left_alone(tmp_path: Path, intruder: Connect) -> None:
    path = tmp_path / "music.db"
    intruder(path).execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(DatabaseUnusable, match="is a database of another program: choose another"):
        schema.prepare(path, KIOSK)
    assert set(made(open_engine(path))) == {"songs"}


def test_missing_file_is_named_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    (problem,) = schema.check_ready(open_engine(path), KIOSK)
    assert problem.endswith("does not exist: run `kiosk db upgrade`")
    assert not path.exists()


def test_empty_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    path.touch()
    (problem,) = schema.check_ready(open_engine(path), KIOSK)
    assert problem.endswith("has no tables of the kiosk: run `kiosk db upgrade`")


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("0000", f"{schema.HEAD} is needed: run `kiosk db upgrade`"),
        ("0999", "start the newer program"),
    ],
)
def test_other_version_is_named(
    path: Path, engine: Engine, intruder: Connect, revision: str, sentence: str
) -> None:
    intruder(path).execute("UPDATE alembic_version SET version_num = ?", (revision,))
    (problem,) = schema.check_ready(engine, KIOSK)
    assert sentence in problem


def test_newer_database_is_not_touched(path: Path, engine: Engine, intruder: Connect) -> None:
    intruder(path).execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(DatabaseUnusable, match="start the newer program"):
        schema.upgrade(engine)


def test_missing_trigger_stops_the_start_until_repaired(
    path: Path, engine: Engine, intruder: Connect
) -> None:
    intruder(path).execute("DROP TRIGGER jobs_kept")
    (problem,) = schema.check_ready(engine, KIOSK)
    assert problem.endswith("trigger jobs_kept is missing")
    schema.upgrade(engine)
    assert schema.check_ready(engine, KIOSK) == []


def test_failed_step_leaves_the_old_database(
    busy_path: Path, next_step: Callable[[str], None], intruder: Connect
) -> None:
    connection = intruder(busy_path)
    before = connection.execute("SELECT * FROM sqlite_master").fetchall()
    blanks = connection.execute("SELECT * FROM blanks").fetchall()
    next_step(BROKEN_STEP)
    engine = open_engine(busy_path)
    with pytest.raises(Exception, match="no_such_column"):
        schema.upgrade(engine)
    assert connection.execute("SELECT * FROM sqlite_master").fetchall() == before
    assert connection.execute("SELECT * FROM blanks").fetchall() == blanks
    engine.dispose()


def test_step_that_rebuilds_a_table_keeps_rows_and_triggers(
    busy_path: Path, next_step: Callable[[str], None], intruder: Connect
) -> None:
    connection = intruder(busy_path)
    jobs = connection.execute("SELECT * FROM jobs").fetchall()
    next_step(GOOD_STEP)
    engine = open_engine(busy_path)
    schema.upgrade(engine)
    assert connection.execute("SELECT * FROM jobs").fetchall() == jobs
    assert connection.execute("SELECT count(note IS NULL) FROM renewals").fetchone() == (12,)
    with reading(engine) as checked:
        assert schema.current_revision(checked) == NEXT
        assert check_invariants(checked) == []
        assert checked.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


ASKED_BEFORE_SLIPS = """
INSERT INTO rolls (mode, first, last, blanks, loaded_at, loaded_by)
VALUES ('plain', 'A001', 'A001', 1, '2026', 'staff:1');
INSERT INTO blanks (serial, roll_id, position, fate) VALUES ('A001', 1, 1, 'spoiled');
INSERT INTO service_requests VALUES (7, 'sticker', 'feed', 'jam', 'staff:1', '2026', 'done', 'A001',
                                     '2026', '2026', 'printed', NULL, NULL);
INSERT INTO service_requests VALUES (9, 'sticker', 'test-print', 'trial', 'staff:1', '2026',
                                     'requested', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO calls (number, about, called_at) VALUES (1, 'K-501', '2026');
"""


IMPORTED_BEFORE_ALL_WAS_COUNTED = """
INSERT INTO imports (id, source, sha256, lines, applied, rejected, started_at, finished_at, as_of)
VALUES (1, 'monday', 'aa', 9, 5, 1, '2026', '2026', '2026');
INSERT INTO imports (id, source, sha256, lines, applied, rejected, started_at)
VALUES (2, 'tax 1-9', 'bb', 4, 3, 0, '2026');
INSERT INTO batches (source, first_seq, last_seq, sha256, is_snapshot, made_at, received_at,
                     import_id)
VALUES ('tax', 1, 9, 'bb', 0, '2026', '2026', 2);
"""


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Makes a database of an older version, with rows in it."""

    def make(revision: str, rows: str) -> Path:
        path = tmp_path / "older.db"
        engine = open_engine(path)
        with monkeypatch.context() as patch:
            patch.setattr(schema, "HEAD", revision)
            patch.setattr(schema, "install_invariants", lambda _: None)  # those of today do not fit
            schema.upgrade(engine)
        engine.dispose()
        with closing(pysqlite3.connect(path)) as connection:
            connection.executescript(rows)
        return path

    return make


def check_like_new(path: Path) -> None:
    """An upgraded database is ready, and its tables are those of a new one."""
    engine = open_engine(path)
    assert schema.check_ready(engine, KIOSK) == []
    wanted = create_engine("sqlite://")
    metadata.create_all(wanted)
    found = made(engine)
    del found["alembic_version"]
    assert found == made(wanted)
    engine.dispose()


def test_older_database_keeps_what_was_asked_of_its_printers(
    older: Callable[[str, str], Path], intruder: Connect
) -> None:
    path = older("0004", ASKED_BEFORE_SLIPS)
    connection = intruder(path)
    before = connection.execute("SELECT * FROM service_requests ORDER BY id").fetchall()
    calls = connection.execute("SELECT * FROM calls").fetchall()
    schema.prepare(path, KIOSK)
    after = connection.execute("SELECT * FROM service_requests ORDER BY id").fetchall()
    assert after == [(*row, None, None, None) for row in before]
    assert connection.execute("SELECT * FROM calls").fetchall() == calls
    check_like_new(path)


def test_older_database_keeps_how_far_each_import_has_come(
    older: Callable[[str, str], Path], intruder: Connect
) -> None:
    path = older("0005", IMPORTED_BEFORE_ALL_WAS_COUNTED)
    connection = intruder(path)
    schema.prepare(path, KIOSK)
    counts = "SELECT lines, applied, rejected, repeated, older, conflicts FROM imports ORDER BY id"
    assert connection.execute(counts).fetchall() == [(9, 5, 1, 0, 0, 0), (4, 3, 0, 0, 0, 0)]
    batch = connection.execute("SELECT last_seq, import_id, answer FROM batches").fetchall()
    assert batch == [(9, 2, None)]
    check_like_new(path)


def test_orphans_are_named_instead_of_upgraded(
    path: Path, engine: Engine, intruder: Connect
) -> None:
    intruder(path).execute("INSERT INTO blanks VALUES ('A1', 99, 1, 'left')")
    with pytest.raises(DatabaseUnusable, match="a row of blanks points at a row of rolls"):
        schema.upgrade(engine)


def test_upgrade_waits_its_turn(path: Path, intruder: Connect) -> None:
    intruder(path).execute("BEGIN IMMEDIATE")
    engine = open_engine(path, busy_timeout_s=0.05)
    with pytest.raises(DatabaseBusy):
        schema.upgrade(engine)
    engine.dispose()


def test_check_loads_no_alembic(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kiosk.store.engine import open_engine;"
        "from kiosk.store.schema import check_ready;"
        f"print(check_ready(open_engine(Path({str(path)!r})), {KIOSK!r}), 'alembic' in sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ended.stdout == "[] False\n"
