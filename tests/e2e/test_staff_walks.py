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
from kiosk.usecases.views import JobView
from tests.e2e.workplace import PATIENCE_MS, STAFF, Workplace, at_work

if TYPE_CHECKING:
    from tests.conftest import Home

pytestmark = pytest.mark.browser


@pytest.fixture
def workplace(
    kiosk_home: Home, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workplace]:
    with at_work(kiosk_home, browser, monkeypatch) as opened:
        yield opened


@pytest.fixture
def numbered(
    bare_home: Home, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workplace]:
    """The blanks carry numbers, and the first roll is still in its box."""
    with at_work(bare_home, browser, monkeypatch, mode="numbered") as opened:
        yield opened


@pytest.fixture
def doubtful(workplace: Workplace, record: Callable[..., PaidRecord]) -> Callable[[str], str]:
    """Prints a sticker while the printer has a fault; returns the job once it waits at the desk."""

    def ask(fault: str) -> str:
        workplace.emulator.inject(fault)
        job = workplace.home.desk().request_print(record().reference, "visit")
        assert isinstance(job, JobView), job
        workplace.sign_in()
        workplace.page.get_by_test_id("doubt").click(timeout=PATIENCE_MS)
        return job.id

    return ask


def say(at: Workplace, seen: str, why: str, *, serial: str = "", second: str = "") -> None:
    """Fill in the questions about a doubt, and send them."""
    page = at.page
    page.get_by_test_id(f"seen-{seen}").check(force=True)
    if serial:
        page.get_by_test_id("serial").fill(serial)
    at.why(why)
    if second:
        page.get_by_test_id("badge-2").fill(second)
        page.get_by_test_id("pin-2").fill(STAFF[second][1])
    page.get_by_test_id("resolve").click()


def qr_of(piece: Picture) -> str:
    image = Image.frombytes("1", (piece.width, piece.height), piece.bits, "raw", "1;I")
    [code] = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return str(code.text)


# out of a doubt


def test_a_whole_sticker_is_called_printed_by_two_people_with_its_serial(
    workplace: Workplace, doubtful: Callable[[str], str]
) -> None:
    home = workplace.home
    doubtful("lost-acknowledgement")
    [paper] = workplace.emulator.tray.pieces
    assert qr_of(paper)
    say(workplace, "whole", "เห็นป้ายสมบูรณ์", serial="A0000009", second="R-301")
    expect(workplace.page.get_by_test_id("told")).to_contain_text("ไม่ใช่เลขของการพิมพ์นี้")
    say(workplace, "whole", "เห็นป้ายสมบูรณ์", serial="A0000001", second="R-301")
    expect(workplace.told).to_have_attribute("data-good", "yes")
    assert home.one("SELECT state FROM jobs") == "printed"
    assert home.one("SELECT validity FROM issues") == "valid"
    said = home.sql("SELECT by FROM job_evidence WHERE kind = 'staff' ORDER BY by")
    assert said == [("staff:R-301",), ("staff:T-101",)]
    expect(workplace.page.get_by_test_id("open")).to_be_visible(timeout=PATIENCE_MS)


def test_one_person_says_that_nothing_came_out_once_the_printer_says_so_too(
    workplace: Workplace, doubtful: Callable[[str], str]
) -> None:
    home = workplace.home
    doubtful("disconnect@200")
    expect(workplace.page.get_by_test_id("seen-none")).to_be_enabled(timeout=PATIENCE_MS)
    say(workplace, "none", "สายหลุด")
    expect(workplace.told).to_have_attribute("data-good", "yes")
    assert home.one("SELECT state FROM jobs") == "no_output"
    assert home.one("SELECT fate FROM blanks WHERE serial = 'A0000001'") == "left"
    assert workplace.emulator.tray.pieces == ()


def test_a_sticker_that_nobody_finds_is_void_after_two_people_looked(
    workplace: Workplace, doubtful: Callable[[str], str]
) -> None:
    home = workplace.home
    doubtful("paper-out@200")
    workplace.emulator.mend("paper-out")
    say(workplace, "lost", "กระดาษติด", second="S-201")
    expect(workplace.told).to_have_attribute("data-good", "yes")
    assert home.one("SELECT state FROM jobs") == "spoiled"
    assert home.one("SELECT validity FROM issues") == "void"
    assert home.one("SELECT fate FROM blanks WHERE serial = 'A0000001'") == "spoiled"


# numbered blanks


def test_a_numbered_roll_is_loaded_read_in_spoiled_and_returned(numbered: Workplace) -> None:
    at, page = numbered, numbered.page
    at.sign_in()
    page.get_by_test_id("load").click()
    expect(at.step("open-cover")).to_be_visible(timeout=PATIENCE_MS)
    at.emulator.inject("cover-open")
    expect(at.step("close-cover")).to_be_visible(timeout=PATIENCE_MS)
    at.emulator.mend("cover-open")
    expect(at.step("serials")).to_be_visible(timeout=PATIENCE_MS)
    at.home.clock.pass_(seconds=1)
    page.get_by_test_id("first").fill("b0000001")
    page.get_by_test_id("last").fill("b0000010")
    page.get_by_test_id("load-go").click()
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
