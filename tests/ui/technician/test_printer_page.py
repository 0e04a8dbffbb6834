"""A printer's page: what it is asked for, how it is set up, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.printer.fakes import FakePrinter
from kiosk.usecases.attending import Attendant

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Last, Technician


def test_test_print_comes_out_and_is_judged(
    technician: Technician, attendant: Attendant, fake: FakePrinter, last: Last
) -> None:
    where = "/technician/printer/sticker"
    technician.post(f"{where}/ask", kind="test-print", why="new-roll", back="printer:sticker")
    assert fake.paper == []
    attendant.do_one()
    assert len(fake.paper) == 1
    page = technician.get(where).text
    assert 'data-testid="looks-good"' in page
    technician.post(f"{where}/judge", request="1", verdict="bad", back="printer:sticker")
    assert last("test-judged") == (
        "staff:T-101",
        {"printer": "sticker", "request": 1, "verdict": "bad"},
    )
    assert 'data-testid="looks-good"' not in technician.get(where).text


def test_second_request_waits_for_the_first(technician: Technician) -> None:
    fields = {"kind": "clear", "why": "maintenance", "back": "printer:sticker"}
    technician.post("/technician/printer/sticker/ask", **fields)
    assert technician.told == "yes"
    technician.post("/technician/printer/sticker/ask", **fields)
    assert technician.told == "no"


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("printer/other/ask", {"kind": "feed", "why": "maintenance"}, 404),
        ("printer/sticker/ask", {"kind": "sticker", "why": "maintenance"}, 400),
        ("printer/sticker/ask", {"kind": "status", "why": "maintenance"}, 400),
        ("printer/sticker/judge", {"request": "x", "verdict": "good"}, 400),
        ("printer/sticker/judge", {"request": "9" * 30, "verdict": "good"}, 400),
        ("conflicts", {"conflict": "9" * 30, "why": "told-central"}, 400),
    ],
)
def test_foreign_printer_or_wish_is_refused(
    technician: Technician, path: str, fields: dict[str, str], status: int
) -> None:
    assert technician.post(f"/technician/{path}", **fields).status_code == status


def test_offsets_are_kept_with_who_and_why(technician: Technician, last: Last) -> None:
    fields = {"right_mm": "1", "down_mm": "2", "density": "-1", "why": "bad-print"}
    technician.post("/technician/printer/sticker/tune", **fields)
    assert technician.told == "yes"
    assert last("printer-tuned") == (
        "staff:T-101",
        {"printer": "sticker", "right_mm": 1, "down_mm": 2, "density": -1, "why": "bad-print"},
    )


@pytest.mark.parametrize(
    "wrong", [{"right_mm": "3"}, {"right_mm": "-2"}, {"down_mm": "-1"}, {"density": "x"}]
)
def test_offsets_that_would_spoil_stickers_are_refused(
    kiosk_home: Home, technician: Technician, wrong: dict[str, str]
) -> None:
    fields = {"right_mm": "0", "down_mm": "0", "density": "0", "why": "bad-print"} | wrong
    technician.post("/technician/printer/sticker/tune", back="printer:sticker", **fields)
    assert technician.told == "no"
    assert kiosk_home.sql("SELECT 1 FROM printer_tunings") == []


def test_report_is_printed_where_there_is_plain_paper(
    kiosk_home: Home, technician: Technician, receipt_app: Technician
) -> None:
    assert 'data-testid="ask-report"' not in technician.get("/technician/report").text
    assert 'data-testid="ask-report"' in receipt_app.get("/technician/report").text
    receipt_app.post(
        "/technician/printer/receipt/ask", kind="report", why="end-of-shift", back="report"
    )
    assert receipt_app.told == "yes"
    assert kiosk_home.one("SELECT printer FROM service_requests") == "receipt"
