"""Whole walks of staff at the machine: out of a doubt, through a numbered roll, off shift.

Each begins with what went wrong or has to be done, and ends with what database and paper say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect

from kiosk.domain.printing import Picture
from kiosk.domain.renewal import PaidRecord
from kiosk.usecases.stocking import load_roll, reconcile
from tests.e2e.workplace import PATIENCE_MS, Workplace, at_work

if TYPE_CHECKING:
    from tests.conftest import Home

pytestmark = pytest.mark.browser


@pytest.fixture
def numbered(
    bare_home: Home, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workplace]:
    """The blanks carry numbers, and the first roll is still in its box."""
    with at_work(bare_home, browser, monkeypatch, mode="numbered") as opened:
        yield opened


def qr_of(piece: Picture) -> str:
    image = Image.frombytes("1", (piece.width, piece.height), piece.bits, "raw", "1;I")
    [code] = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return str(code.text)


# out of a doubt


def test_a_whole_sticker_is_called_printed_by_two_people_with_its_serial(
    workplace: Workplace, record: Callable[..., PaidRecord]
) -> None:
    home = workplace.home
    workplace.open_doubt("lost-acknowledgement", record().reference)
    [paper] = workplace.emulator.tray.pieces
    assert qr_of(paper)
    workplace.say("whole", "เห็นป้ายสมบูรณ์", serial="A0000009", second="R-301")
    expect(workplace.page.get_by_test_id("told")).to_contain_text("ไม่ใช่เลขของการพิมพ์นี้")
    workplace.say("whole", "เห็นป้ายสมบูรณ์", serial="A0000001", second="R-301")
    expect(workplace.told).to_have_attribute("data-good", "yes")
    assert home.one("SELECT state FROM jobs") == "printed"
    assert home.one("SELECT validity FROM issues") == "valid"
    said = home.sql("SELECT by FROM job_evidence WHERE kind = 'staff' ORDER BY by")
    assert said == [("staff:R-301",), ("staff:T-101",)]
    expect(workplace.page.get_by_test_id("open")).to_be_visible(timeout=PATIENCE_MS)


def test_one_person_says_that_nothing_came_out_once_the_printer_says_so_too(
    workplace: Workplace, record: Callable[..., PaidRecord]
) -> None:
    home = workplace.home
    workplace.open_doubt("disconnect@200", record().reference)
    expect(workplace.page.get_by_test_id("seen-none")).to_be_enabled(timeout=PATIENCE_MS)
    workplace.say("none", "สายหลุด")
    expect(workplace.told).to_have_attribute("data-good", "yes")
    assert home.one("SELECT state FROM jobs") == "no_output"
    assert home.one("SELECT fate FROM blanks WHERE serial = 'A0000001'") == "left"
    assert workplace.emulator.tray.pieces == ()


def test_a_sticker_that_nobody_finds_is_void_after_two_people_looked(
    workplace: Workplace, record: Callable[..., PaidRecord]
) -> None:
    home = workplace.home
    workplace.open_doubt("paper-out@200", record().reference)
    workplace.emulator.mend("paper-out")
    workplace.say("lost", "กระดาษติด", second="S-201")
    expect(workplace.told).to_have_attribute("data-good", "yes")
    assert home.one("SELECT state FROM jobs") == "spoiled"
    assert home.one("SELECT validity FROM issues") == "void"
    assert home.one("SELECT fate FROM blanks WHERE serial = 'A0000001'") == "spoiled"


# numbered blanks


def test_a_numbered_roll_is_loaded_read_in_spoiled_and_returned(numbered: Workplace) -> None:
    at, page = numbered, numbered.page
    at.sign_in()
    page.get_by_test_id("load").click()
    at.load("b0000001", "b0000010")
    expect(at.step("read-in")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("read-in").fill("B0000003")
    page.get_by_test_id("read-in-go").click()
    expect(at.step("done")).to_be_visible(timeout=PATIENCE_MS)
    at.go("stock")
    page.get_by_test_id("spoil").click()
    page.get_by_test_id("spoil-first").fill("B0000004")
    at.why("พิมพ์ไม่ชัด")
    page.get_by_test_id("spoil-go").click()
    expect(at.told).to_have_attribute("data-good", "yes")
    page.get_by_test_id("return").click()
    at.why("จบกะ")
    page.get_by_test_id("return-go").click()
    expect(at.told).to_have_attribute("data-good", "yes")
    [roll] = reconcile(at.home.engine)
    assert roll.holds
    counted = (roll.roll.issued, roll.roll.spoiled, roll.roll.returned, roll.roll.left)
    assert counted == (0, 3, 7, 0)


@pytest.mark.parametrize("fault", ["cover-open", "paper-out", "power-cut"])
def test_the_number_under_the_head_is_asked_for_after_paper_may_have_moved(
    numbered: Workplace, fault: str
) -> None:
    at, page = numbered, numbered.page
    clock = at.home.clock
    load_roll(at.home.engine, clock, first="B0000001", last="B0000010", mode="numbered")
    at.sign_in()
    at.go("stock")
    page.get_by_test_id("read-in").fill("B0000001")
    page.get_by_test_id("read-in-go").click()
    expect(at.told).to_have_attribute("data-good", "yes")
    at.go("")
    expect(page.get_by_test_id("open")).to_be_visible()
    at.emulator.inject(fault)
    expect(page.get_by_test_id("closed")).to_be_visible(timeout=PATIENCE_MS)
    at.emulator.mend(fault)
    expect(at.panel("ready")).to_be_visible(timeout=PATIENCE_MS)
    page.locator(".closed__next").click()
    page.get_by_test_id("read-in").fill("B0000002")
    page.get_by_test_id("read-in-go").click()
    expect(at.told).to_have_attribute("data-good", "yes")
    at.go("")
    expect(page.get_by_test_id("open")).to_be_visible(timeout=PATIENCE_MS)
    assert at.home.sql("SELECT serial FROM blanks WHERE fate = 'spoiled'") == [("B0000001",)]


# off shift


def test_the_shift_report_comes_out_once_the_receipt_printer_has_paper(
    workplace: Workplace,
) -> None:
    at, page = workplace, workplace.page
    at.receipts.inject("paper-out")
    at.sign_in()
    expect(page.get_by_test_id("receipt")).to_contain_text("กระดาษหมด", timeout=PATIENCE_MS)
    page.get_by_test_id("report").click()
    at.why("จบกะ")
    page.get_by_test_id("ask-report").click()
    expect(at.asked("failed")).to_be_visible(timeout=PATIENCE_MS)
    assert at.receipts.tray.pieces == ()
    at.receipts.mend("paper-out")
    at.go("printer/receipt")
    expect(at.panel("ready", of="receipt")).to_be_visible(timeout=PATIENCE_MS)
    at.go("report")
    at.why("จบกะ")
    page.get_by_test_id("ask-report").click()
    expect(at.asked("done")).to_be_visible(timeout=PATIENCE_MS)
    [paper] = at.receipts.tray.pieces
    _, number, head = qr_of(paper).removeprefix("HEAD:").split(":")
    stored = at.home.one("SELECT hex(hash) FROM audit_events WHERE number = ?", int(number))
    assert stored.lower() == head.lower()
    assert at.emulator.tray.pieces == ()
