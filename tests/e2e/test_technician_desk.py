"""A technician walks the desk in a real browser, before a real spool and an emulated printer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from kiosk.domain.renewal import PaidRecord
from kiosk.usecases.views import JobView
from tests.e2e.workplace import Workplace, at_work

if TYPE_CHECKING:
    from tests.conftest import Home

pytestmark = pytest.mark.browser

PAGES = ("", "printer/sticker", "stock", "load", "jobs", "log", "report")

TOUCH_PX = {"1080x1920": 81, "1280x800": 44, "1024x600": 36}
"""20 mm on the kiosk's own screen; what a finger hits on a small one."""


@pytest.fixture
def workplace(
    kiosk_home: Home, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workplace]:
    with at_work(kiosk_home, browser, monkeypatch) as opened:
        yield opened


def test_five_taps_into_the_corner_lead_to_the_desk(workplace: Workplace) -> None:
    page = workplace.page
    page.goto(workplace.address)
    for _ in range(5):
        page.mouse.click(40, 40)
    page.wait_for_url("**/technician/sign-in")
    for digit in "T-101":
        page.locator(f".pad [data-key='{digit}']").click()
    page.get_by_test_id("pin").click()
    for digit in "271828":
        page.locator(f".pad [data-key='{digit}']").click()
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("panel-sticker")).to_have_attribute("data-state", "ready")


def test_scanner_under_a_thai_layout_types_the_badge(workplace: Workplace) -> None:
    page = workplace.page
    page.goto(f"{workplace.address}/technician/")
    field = page.get_by_test_id("badge")
    field.focus()
    page.evaluate(
        """() => { for (const [key, code] of [["ธ", "KeyT"], ["ข", "Minus"], ["ๅ", "Digit1"]])
        document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true })); }"""
    )
    expect(field).to_have_value("T-1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("pin")).to_be_focused()


def test_page_follows_the_printer_by_itself(workplace: Workplace) -> None:
    workplace.sign_in()
    workplace.becomes("panel-sticker", "data-state", "ready")
    workplace.emulator.inject("paper-out")
    workplace.becomes("panel-sticker", "data-state", "paper-out")
    workplace.emulator.mend("paper-out")
    workplace.emulator.inject("cover-open")
    workplace.becomes("panel-sticker", "data-state", "cover-open")
    workplace.emulator.mend("cover-open")
    workplace.becomes("panel-sticker", "data-state", "ready")


def test_test_print_comes_out_and_is_judged(workplace: Workplace) -> None:
    workplace.sign_in()
    workplace.go("printer/sticker")
    workplace.why()
    workplace.page.get_by_test_id("ask-test-print").click()
    workplace.page.get_by_test_id("looks-good").click()
    workplace.is_told()
    [page] = workplace.emulator.tray.pieces
    assert any(page.bits)
    assert workplace.home.one("SELECT verdict FROM service_requests") == "good"
    assert workplace.home.one("SELECT count(*) FROM blanks WHERE fate = 'spoiled'") == 1


def test_roll_is_loaded_while_the_sensors_are_watched(workplace: Workplace) -> None:
    def at(step: str) -> None:
        expect(workplace.page.get_by_test_id("step")).to_have_attribute(
            "data-step", step, timeout=8000
        )

    page = workplace.page
    workplace.home.clock.pass_(seconds=1)
    workplace.sign_in()
    workplace.go("load")
    at("return-old")
    page.get_by_test_id("return-go").click()
    at("open-cover")
    workplace.emulator.inject("cover-open")
    at("close-cover")
    workplace.emulator.mend("cover-open")
    at("serials")
    workplace.home.clock.pass_(seconds=1)
    page.get_by_test_id("first").fill("B0000001")
    page.get_by_test_id("last").fill("B0000100")
    page.get_by_test_id("load-go").click()
    at("done")
    page.get_by_test_id("load-end").click()
    expect(page.get_by_test_id("stock")).to_contain_text("100")


def test_two_people_resolve_a_half_sticker_at_the_screen(
    workplace: Workplace, record: Callable[..., PaidRecord]
) -> None:
    page, home = workplace.page, workplace.home
    workplace.emulator.inject("paper-out@200")
    job = home.desk().request_print(record().reference, "visit")
    assert isinstance(job, JobView), job
    workplace.sign_in()
    page.get_by_test_id("doubt").click(timeout=8000)
    expect(page.get_by_test_id("sent")).to_be_visible()
    workplace.emulator.mend("paper-out")
    page.locator(".choice-row", has_text="ป้ายขาด").click()
    page.get_by_test_id("serial").fill("A0000001")
    workplace.why("กระดาษหมดกลางแผ่น")
    page.get_by_test_id("badge-2").fill("S-201")
    page.get_by_test_id("pin-2").fill("314159")
    page.get_by_test_id("resolve").click()
    workplace.is_told()
    assert home.one("SELECT state FROM jobs") == "spoiled"
    assert home.one("SELECT count(*) FROM issues WHERE validity = 'valid'") == 0


def test_out_of_service_reaches_the_public_and_goes_again_by_itself(workplace: Workplace) -> None:
    page, public = workplace.page, workplace.page.context.new_page()
    workplace.sign_in()
    public.goto(workplace.address)
    start, why = public.get_by_test_id("start"), public.locator(".code", has_text="K-312").first
    expect(start).to_be_visible()
    page.get_by_test_id("service").click()
    workplace.why()
    page.get_by_test_id("service-go").click()
    expect(why).to_be_visible(timeout=8000)
    expect(public.locator("body")).to_contain_text("เคาน์เตอร์")
    workplace.why()
    page.get_by_test_id("service-go").click()
    expect(start).to_be_visible(timeout=8000)


def test_everything_fits_and_can_be_hit_with_a_finger(workplace: Workplace) -> None:
    workplace.sign_in()
    for size, name in itertools.product(TOUCH_PX, PAGES):
        width, height = (int(side) for side in size.split("x"))
        workplace.page.set_viewport_size({"width": width, "height": height})
        workplace.go(name)
        assert workplace.page.evaluate(
            "document.documentElement.dataset.size = 'largest',"
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), (size, name)
        workplace.page.evaluate("document.documentElement.dataset.size = 'normal'")
        small = workplace.page.evaluate(
            """least => [...document.querySelectorAll("a, button, summary, .chip, .choice-row")]
            .filter(each => each.offsetParent && each.getBoundingClientRect().height < least)
            .map(each => each.textContent.trim())""",
            TOUCH_PX[size],
        )
        assert not small, (size, name)


def test_every_page_passes_axe_in_every_contrast(
    workplace: Workplace, record: Callable[..., PaidRecord]
) -> None:
    workplace.emulator.inject("lost-acknowledgement")
    workplace.emulator.inject("paper-out@200")
    job = workplace.home.desk().request_print(record().reference, "visit")
    assert isinstance(job, JobView), job
    workplace.sign_in()
    workplace.page.get_by_test_id("doubt").wait_for(timeout=8000)
    found = []
    for name, theme in itertools.product((*PAGES, f"doubts/{job.id}"), ("light", "dark", "yellow")):
        workplace.go(name)
        workplace.page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        options = {} if theme == "light" else {"runOnly": ["color-contrast"]}
        for each in Axe().run(workplace.page, options=options).response["violations"]:
            targets = [node["target"] for node in each["nodes"]][:3]
            found.append(f"{name} {theme}: {each['id']} at {targets}")
    assert not found, "\n".join(found)
