"""The stock page, and loading a roll step by step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import PrinterState
from kiosk.printer.fakes import FakePrinter
from kiosk.store.engine import writing
from kiosk.usecases.printing import Spool

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Last, Technician


def test_blank_that_nobody_can_account_for_is_named(
    kiosk_home: Home, technician: Technician
) -> None:
    assert 'data-holds="yes"' in technician.get("/technician/stock").text
    with writing(kiosk_home.engine) as connection:
        connection.exec_driver_sql("UPDATE blanks SET fate = 'issued' WHERE serial = 'A0000007'")
    page = technician.get("/technician/stock").text
    assert 'data-holds="no"' in page
    assert "A0000007" in page


def test_roll_is_loaded_as_the_sensors_see_it(
    kiosk_home: Home, technician: Technician, spool: Spool, fake: FakePrinter, last: Last
) -> None:
    def step() -> str:
        kiosk_home.clock.wait(1)  # type: ignore[attr-defined] # the clock of tests/ui
        found = re.search(r'data-step="([a-z-]+)"', technician.get("/technician/load").text)
        assert found is not None
        return found[1]

    assert step() == "return-old"
    technician.post("/technician/stock/return", why="new-roll", back="load")
    assert step() == "open-cover"
    fake.state = PrinterState.COVER_OPEN
    spool.saw()
    assert step() == "close-cover"
    fake.state = PrinterState.PAPER_OUT
    spool.saw()
    assert step() == "wait-ready"
    fake.state = PrinterState.READY
    spool.saw()
    assert step() == "serials"
    technician.post("/technician/load", first="b0001", last="b0100", why="new-roll", back="load")
    assert technician.told == "yes"
    assert step() == "done"
    actor, payload = last("stock-loaded")
    assert actor == "staff:T-101"
    assert payload["first"] == "B0001"
    technician.post("/technician/load/end")
    assert step() == "return-old"


def test_roll_is_loaded_by_hand_where_no_sensor_tells(
    technician: Technician, spool: Spool, last: Last
) -> None:
    technician.get("/technician/load")
    technician.post("/technician/stock/return", why="new-roll", back="load")
    technician.post("/technician/load/by-hand")
    technician.post("/technician/load", first="C01", last="C05", why="new-roll", back="load")
    assert last("stock-loaded")[1]["why"] == "new-roll (cover not seen)"


@pytest.mark.parametrize(
    ("first", "end", "says"),
    [
        ("A0000001", "A0000009", "A0000001 เคยใส่มาแล้ว"),
        ("A0000009", "A0000300", "A0000009 เคยใส่มาแล้ว"),
        ("A0000000", "A0000004", "A0000001 เคยใส่มาแล้ว"),
        ("C09", "C01", "เลขสุดท้ายมาก่อนเลขแรก"),
        ("C01", "D02", "ไม่เหมือนกัน"),
        ("", "", "ยังไม่ได้ใส่เลข"),
        ("0-0'", "<b>", "เลขแผ่นคือตัวอักษร"),
    ],
)
def test_wrong_range_is_said_in_words_and_loads_nothing(
    kiosk_home: Home, technician: Technician, spool: Spool, first: str, end: str, says: str
) -> None:
    technician.get("/technician/load")
    technician.post("/technician/stock/return", why="new-roll", back="load")
    technician.post("/technician/load/by-hand")
    page = technician.post("/technician/load", first=first, last=end, why="new-roll", back="load")
    assert says in page.text
    assert len(kiosk_home.sql("SELECT 1 FROM rolls")) == 1
