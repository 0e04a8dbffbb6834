from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest

from kiosk.domain.audit import CATALOGUE
from kiosk.domain.chain import payload_digest, row_hash

if TYPE_CHECKING:
    from conftest import Kiosk

ROOT = Path(__file__).parents[2]


def tamper(kiosk: Kiosk, *statements: str) -> None:
    """Do what somebody does who has the file and takes the rules away first."""
    connection: Any = pysqlite3.connect(str(kiosk.database), isolation_level=None)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.fixture
def logged(kiosk: Kiosk) -> Kiosk:
    """A kiosk with a log of several rows."""
    for number in range(4):
        kiosk.ok("stock", "load", f"A{number}00", f"A{number}09")
        kiosk.ok("stock", "return")
    return kiosk


def test_a_whole_log_is_ok(logged: Kiosk) -> None:
    assert logged.ok("audit", "verify").startswith("ok: 10 rows, head 10:")


def test_a_changed_byte_names_its_row(logged: Kiosk) -> None:
    tamper(
        logged,
        "UPDATE audit_events SET payload = replace(payload, 'A109', 'A108')"
        " WHERE number = 5 AND event = 'stock-loaded'",
    )
    result = logged.run("audit", "verify")
    assert result.exit_code == 1
    assert result.stdout == "broken at row 5: the payload of row 5 was changed\n"


def test_a_removed_row_is_named(logged: Kiosk) -> None:
    tamper(logged, "DELETE FROM audit_events WHERE number = 4")
    found = json.loads(logged.run("audit", "verify", "--json").stdout)
    assert found == {"ok": False, "row": 4, "what": "row 4 was removed"}


CUT = (
    "DELETE FROM audit_events WHERE number > 7",
    "UPDATE audit_head SET number = 7, hash = (SELECT hash FROM audit_events WHERE number = 7)",
)


def test_a_cut_tail_shows_against_a_head_noted_elsewhere(logged: Kiosk) -> None:
    *_, head = logged.ok("audit", "verify").split()
    tamper(logged, *CUT)
    assert logged.ok("audit", "verify").startswith("ok: 7 rows")
    result = logged.run("audit", "verify", "--head", head)
    assert result.exit_code == 1
    assert "cut off" in result.stdout


def test_a_cut_tail_shows_after_the_head_was_given_away(logged: Kiosk) -> None:
    head = logged.ok("audit", "head").strip()
    assert head.startswith("10:")
    assert logged.ok("audit", "verify", "--head", head).startswith("ok: 11 rows")
    tamper(logged, *CUT)
    assert logged.run("audit", "verify").exit_code == 1


def test_a_head_row_that_was_taken_away_is_told(logged: Kiosk) -> None:
    tamper(logged, "DELETE FROM audit_head")
    assert "head row is missing" in logged.run("audit", "verify").stdout


def test_an_empty_file_has_no_log(kiosk: Kiosk) -> None:
    kiosk.database.write_bytes(b"")
    assert "has no log" in kiosk.refuses("audit", "verify")
    assert kiosk.run("db", "check").exit_code == 1


def test_a_head_of_another_form_is_wrong_use(kiosk: Kiosk) -> None:
    result = kiosk.run("audit", "verify", "--head", "12")
    assert result.exit_code == 2
    assert "is no head of a log" in result.stderr


def test_an_export_verifies_without_the_kiosk(logged: Kiosk) -> None:
    rows = [json.loads(line) for line in logged.ok("audit", "export").splitlines()]
    assert [row["number"] for row in rows] == list(range(1, 11))
    previous = bytes(32)
    for row in rows:
        text = json.dumps(row["payload"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = payload_digest(bytes.fromhex(row["salt"]), text)
        columns = {key: row[key] for key in ("number", "at", "event", "actor")}
        hashed = row_hash(**columns, digest=digest, previous=previous)
        assert hashed.hex() == row["hash"]
        previous = hashed


def test_an_export_is_itself_logged(logged: Kiosk) -> None:
    logged.ok("audit", "export", "--from", "2", "--to", "3")
    (row,) = logged.ok("audit", "export", "--from", "11", "--to", "11").splitlines()
    assert json.loads(row)["payload"] == {"first": 2, "last": 3, "format": "ndjson"}


def test_a_table_has_a_heading_and_the_same_rows(logged: Kiosk, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    logged.ok("audit", "export", "--format", "csv", "-o", file)
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode())))
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 11)]
    assert json.loads(rows[2]["payload"])["first"] == "A000"
    assert list(tmp_path.glob("*.partial")) == []


def test_rows_beyond_the_end_are_refused(kiosk: Kiosk) -> None:
    assert "there is no row 99" in kiosk.refuses("audit", "export", "--from", "99")
    said = kiosk.refuses("audit", "export", "--from", "2", "--to", "1")
    assert "row 1 comes before row 2" in said


def test_the_catalogue_is_listed_whole(kiosk: Kiosk) -> None:
    assert set(json.loads(kiosk.ok("audit", "events", "--json"))) == set(CATALOGUE)


def test_the_reference_page_is_the_catalogue(kiosk: Kiosk) -> None:
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    assert page == kiosk.ok("audit", "events", "--markdown"), (
        "run: kiosk audit events --markdown > docs/audit.md"
    )
