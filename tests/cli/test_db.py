from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from kiosk.bootstrap import now_utc
from kiosk.cli.init import make_database
from kiosk.store.engine import reading, writing
from kiosk.upkeep import backup as room

if TYPE_CHECKING:
    from conftest import Kiosk


@pytest.fixture
def backup(kiosk: Kiosk, tmp_path: Path) -> Path:
    """A backup of the kiosk as it was when the test began."""
    file = tmp_path / "backup.db"
    kiosk.ok("db", "backup", file)
    return file


def rolls(kiosk: Kiosk) -> list[str]:
    return [roll["first"] for roll in json.loads(kiosk.ok("stock", "list", "--json"))]


def test_upgrade_makes_a_database_where_there_is_none(kiosk: Kiosk) -> None:
    kiosk.database.unlink()
    assert kiosk.ok("db", "upgrade").endswith("is made.\n")
    assert kiosk.ok("db", "upgrade").endswith("is up to date.\n")


def test_a_sound_database_passes_every_check(kiosk: Kiosk) -> None:
    assert [line.split(": ")[1] for line in kiosk.ok("db", "check").splitlines()] == ["ok"] * 4


def test_a_missing_rule_is_named(kiosk: Kiosk, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP INDEX uq_issues_valid_renewal")
    result = kiosk.run("db", "check")
    assert result.exit_code == 1
    assert "index uq_issues_valid_renewal is missing" in result.stdout


def test_a_damaged_page_is_found(kiosk: Kiosk, tmp_path: Path) -> None:
    copy = tmp_path / "whole.db"
    kiosk.ok("db", "backup", copy)
    content = bytearray(copy.read_bytes())
    content[4096 * 6 : 4096 * 7] = b"\xff" * 4096
    kiosk.database.write_bytes(content)
    result = kiosk.run("db", "check", "--json")
    assert result.exit_code == 1


def test_a_backup_of_a_kiosk_at_work_is_whole_and_alone(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.ok("stock", "load", "A001", "A100")
    file = tmp_path / "b" / "today.db"
    file.parent.mkdir()
    assert "3 rows of log" in kiosk.ok("db", "backup", file)
    assert [path.name for path in file.parent.iterdir()] == ["today.db"]


def test_a_backup_holds_one_moment_though_others_write(
    kiosk: Kiosk, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.ok("stock", "load", "A001", "A900")
    monkeypatch.setattr(room, "PAGES_A_STEP", 1)
    steps = 0

    def write_between(_left: int, _pages: int) -> None:
        nonlocal steps
        steps += 1
        if steps < 5:
            with writing(engine) as connection:
                connection.exec_driver_sql("UPDATE staff SET wrong_pins = wrong_pins + 1")

    file = tmp_path / "busy.db"
    room.back_up(engine, file, "BKK-5-1", now_utc, progress=write_between)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT max(wrong_pins) FROM staff").scalar() == 4
    pages = file.stat().st_size // 4096
    assert steps <= pages + 1, "the copy was started over"


def test_a_backup_is_never_overwritten(kiosk: Kiosk, backup: Path) -> None:
    assert "never overwritten" in kiosk.refuses("db", "backup", backup)


def test_a_lost_database_comes_back(kiosk: Kiosk, backup: Path) -> None:
    kiosk.database.unlink()
    kiosk.ok("db", "restore", backup)
    assert kiosk.ok("audit", "verify").startswith("ok: 2 rows")


def test_what_is_left_beside_a_lost_database_does_not_get_into_the_copy(
    kiosk: Kiosk, backup: Path, engine: Engine
) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE staff SET wrong_pins = 7")
    left = kiosk.folder / "kiosk.db-wal"
    content = left.read_bytes()
    engine.dispose()
    kiosk.database.unlink()
    left.write_bytes(content)
    kiosk.ok("db", "restore", backup)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT max(wrong_pins) FROM staff").scalar() == 0
    assert [path.read_bytes() for path in kiosk.folder.glob("*.before-*-wal")] == [content]


def test_a_restore_keeps_the_database_before_it(kiosk: Kiosk, backup: Path) -> None:
    kiosk.ok("db", "restore", backup)
    assert len(list(kiosk.folder.glob("kiosk.db.before-*"))) == 1


def test_a_database_that_knows_more_is_not_replaced(kiosk: Kiosk, backup: Path) -> None:
    kiosk.ok("stock", "load", "A001", "A100")
    said = kiosk.refuses("db", "restore", backup)
    assert "has 3 rows and the copy's 2" in said
    assert rolls(kiosk) == ["A001"]
    kiosk.ok("db", "restore", backup, "--replace")
    assert rolls(kiosk) == []


def test_a_database_with_another_past_is_not_replaced(kiosk: Kiosk, backup: Path) -> None:
    kiosk.database.unlink()
    kiosk.ok("db", "upgrade")
    kiosk.ok("stock", "load", "A001", "A100")
    assert "differ at row 1" in kiosk.refuses("db", "restore", backup)


def test_nothing_is_restored_under_a_running_kiosk(
    kiosk: Kiosk, backup: Path, engine: Engine
) -> None:
    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT 1 FROM staff").first()
    said = kiosk.refuses("db", "restore", backup, "--replace")
    assert "is in use: stop the kiosk first" in said
    assert list(kiosk.folder.glob("kiosk.db.before-*")) == []


def test_a_damaged_copy_is_not_put_in_place(kiosk: Kiosk, backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-4096])
    before = kiosk.ok("audit", "verify")
    result = kiosk.run("db", "restore", backup)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert kiosk.ok("audit", "verify") == before


def test_a_file_that_is_no_database_is_named_as_it_was_typed(kiosk: Kiosk, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("a letter, and no database " * 100)
    assert kiosk.refuses("db", "restore", letter).startswith(f"{letter} is not a database")
    nowhere = tmp_path / "nowhere"
    assert kiosk.refuses("db", "backup", nowhere / "b.db").startswith(f"{nowhere} is no folder")


def test_another_kiosks_copy_is_refused(kiosk: Kiosk, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    make_database(other, "BKK-1-1")
    said = kiosk.refuses("db", "restore", other)
    assert "belongs to kiosk BKK-1-1" in said


def test_a_database_that_cannot_be_read_is_replaced_only_on_demand(
    kiosk: Kiosk, backup: Path
) -> None:
    kiosk.database.write_bytes(b"coffee was here " * 1000)
    assert "--replace" in kiosk.refuses("db", "restore", backup)
    kiosk.ok("db", "restore", backup, "--replace")
    assert kiosk.ok("db", "check")
    (kept,) = kiosk.folder.glob("kiosk.db.before-*")
    assert kept.read_bytes().startswith(b"coffee")
