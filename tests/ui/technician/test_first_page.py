"""The first page: how everything stands, and taking the kiosk out of service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import PrinterState
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.printer.fakes import FakePrinter
from kiosk.usecases.printing import Spool

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Last, Technician


@pytest.mark.parametrize("state", PrinterState)
def test_each_state_of_the_printer_has_its_own_panel(
    technician: Technician, spool: Spool, fake: FakePrinter, state: PrinterState
) -> None:
    fake.state = state
    spool.saw()
    page = technician.get().text
    assert f'data-state="{state.value}"' in page
    technician.post("/display", language="en", back="/technician/")
    assert technician.get().text != page


def test_silent_printer_process_is_not_taken_for_a_ready_printer(
    kiosk_home: Home, technician: Technician, spool: Spool
) -> None:
    assert 'data-state="ready"' in technician.get().text
    kiosk_home.clock.wait(11)  # type: ignore[attr-defined] # the clock of tests/ui
    assert 'data-state="down"' in technician.get().text


def test_state_tells_a_page_that_it_is_outdated(
    technician: Technician, spool: Spool, fake: FakePrinter
) -> None:
    before = technician.client.get("/technician/state").json
    assert technician.client.get("/technician/state").json == before
    fake.state = PrinterState.PAPER_OUT
    spool.saw()
    assert technician.client.get("/technician/state").json != before


def test_an_empty_outbox_is_on_the_first_page(technician: Technician) -> None:
    assert "ไม่มีรายการค้างส่ง" in technician.get().text


def test_backlog_of_the_outbox_is_on_the_first_page(technician: Technician, printed: str) -> None:
    assert "2 รายการ" in technician.get().text


def test_a_sticker_that_central_stopped_is_on_the_first_page(
    technician: Technician, printed: str, record: Callable[..., PaidRecord]
) -> None:
    before = technician.client.get("/technician/state").json
    assert "A0000001 · REF0000001" not in technician.get().text
    record(version=2, status=PaymentStatus.REFUNDED)
    assert technician.client.get("/technician/state").json != before
    page = technician.get().text
    assert "ป้ายเป็นโมฆะ" in page
    assert "REF0000001" in page


def test_a_sticker_that_central_stopped_is_seen_to(
    kiosk_home: Home, technician: Technician, conflict: str
) -> None:
    technician.sign_in("S-201")
    assert 'data-testid="conflict"' in technician.get().text
    technician.post("/technician/conflicts", conflict=conflict, why="nonsense")
    assert 'data-testid="conflict"' in technician.get().text
    technician.post("/technician/conflicts", conflict=conflict, why="other", note="ไปพบเจ้าของ")
    assert 'data-testid="conflict"' not in technician.get().text
    assert kiosk_home.sql("SELECT settled_by, settled_how FROM conflicts") == [
        ("staff:S-201", "other: ไปพบเจ้าของ")
    ]


def test_low_stock_is_warned_of(kiosk_home: Home, technician: Technician) -> None:
    assert "เหลือ 20 แผ่น" in technician.get().text
    technician.post("/technician/stock/spoil", first="A0000001", last="A0000018", why="maintenance")
    assert "เหลือน้อย: 2 แผ่น" in technician.get().text


def test_service_is_stopped_and_resumed_with_who_and_why(
    technician: Technician, last: Last
) -> None:
    technician.post("/technician/service", to="stop", why="other", note="painting the wall")
    assert technician.told == "yes"
    assert ": painting the wall<" in technician.get().text
    assert last("service-stopped") == (
        "staff:T-101",
        {"why": "other: painting the wall"},
    )
    assert "K-312" in technician.get("/").text
    technician.post("/technician/service", to="resume", why="maintenance")
    assert last("service-resumed")[1] == {"why": "maintenance"}
    assert "K-312" not in technician.get("/").text


@pytest.mark.parametrize("why", ["", "because", "other"])
def test_nothing_is_done_without_a_reason(
    kiosk_home: Home, technician: Technician, why: str
) -> None:
    technician.post("/technician/service", to="stop", why=why)
    assert technician.told == "no"
    assert kiosk_home.sql("SELECT 1 FROM service_stops") == []
