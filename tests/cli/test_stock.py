from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from kiosk.store.engine import writing
from kiosk.store.invariants import install_invariants

if TYPE_CHECKING:
    from conftest import Kiosk


def test_a_roll_is_loaded_listed_and_returned(kiosk: Kiosk) -> None:
    said = kiosk.ok("stock", "load", "a-0001", "A๐๑๐๐")
    assert said.startswith("Loaded 100 blanks, A0001 to A0100.")
    (roll,) = json.loads(kiosk.ok("stock", "list", "--json"))
    assert (roll["first"], roll["left"], roll["loaded_by"]) == ("A0001", 100, "system")
    assert kiosk.ok("stock", "return").startswith("Returned 100 blanks")
    assert "no roll is loaded" in kiosk.refuses("stock", "return")


def test_a_roll_loaded_by_a_person_takes_the_right_pin(kiosk: Kiosk) -> None:
    load = ("stock", "load", "A0001", "A0100", "--by", "T-101")
    result = kiosk.run(*load, typed="999999\n")
    assert result.exit_code == 1
    assert "badge or PIN is wrong" in result.stderr
    kiosk.ok(*load, typed=f"{kiosk.pin}\n")
    (roll,) = json.loads(kiosk.ok("stock", "list", "--json"))
    assert roll["loaded_by"] == "staff:T-101"


def test_serials_that_are_no_range_are_refused(kiosk: Kiosk) -> None:
    assert "A0100" in kiosk.refuses("stock", "load", "A0100", "A0001")


def test_numbered_blanks_are_read_in_and_skipped_ones_spoiled(kiosk: Kiosk) -> None:
    kiosk.set_line("[ui]", '[stock]\nmode = "numbered"\n\n[ui]')
    assert "read-in" in kiosk.ok("stock", "load", "A0001", "A0010")
    assert "A0001, A0002" in kiosk.ok("stock", "read-in", "A0003")
    assert kiosk.ok("stock", "reconcile").strip() == (
        "A0001-A0010: 10 loaded = 0 issued + 2 spoiled + 0 returned + 8 left"
    )


def test_a_blank_that_is_missing_breaks_the_equation(kiosk: Kiosk, engine: Engine) -> None:
    kiosk.ok("stock", "load", "A0001", "A0010")
    with writing(engine) as connection:
        # Only somebody who took the rules away could do this.
        for name in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'blanks'"
        ).scalars():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("DELETE FROM blanks WHERE serial = 'A0004'")
        install_invariants(connection)
    result = kiosk.run("stock", "reconcile")
    assert result.exit_code == 1
    assert "10 loaded ≠ 0 issued + 0 spoiled + 0 returned + 9 left" in result.stdout
