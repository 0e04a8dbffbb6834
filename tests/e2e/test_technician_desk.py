"""A technician walks the desk in a real browser, before a real spool and an emulated printer."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kiosk.domain.renewal import PaidRecord
from tests.e2e.workplace import PATIENCE_MS, Workplace

pytestmark = pytest.mark.browser

PAGES = ("", "printer/sticker", "printer/receipt", "stock", "load", "jobs", "log", "report")

MOST_TABS = 60

CONTROLS = "a, button, summary, .chip, .choice-row, .field__input"

TOUCH_PX = {"1080x1920": 81, "1280x800": 48, "1024x600": 48}
"""20 mm on the kiosk's own screen; what a finger in a glove hits on a small one."""


SMALL_KEYS = """touch_px => [...document.querySelectorAll("#pad .key")].filter(key => {
  const box = key.getBoundingClientRect();
  const word = document.createRange();
  word.selectNodeContents(key);
  const {left, right} = word.getBoundingClientRect();
  return box.width < touch_px || box.height < touch_px || left < box.left + 2
    || right > box.right - 2 || word.getClientRects().length !== 1;
}).map(key => key.textContent)"""


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


def test_keys_stay_open_for_the_next_field_that_is_touched(workplace: Workplace) -> None:
    page = workplace.page
    page.set_viewport_size({"width": 1024, "height": 600})
    workplace.sign_in()
    workplace.go("stock")
    page.get_by_test_id("spoil").click()
    page.get_by_test_id("spoil-first").click()
    page.locator("input[data-pad=words]:visible").first.click()
    page.locator("#pad [data-key=a]").click()
    expect(page.locator("input[data-pad=words]:visible").first).to_have_value("a")


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_key_of_a_note_holds_its_word_and_a_finger(
    workplace: Workplace, language: str
) -> None:
    page = workplace.page
    workplace.sign_in()
    if language == "en":
        page.get_by_test_id("language").click()
        page.wait_for_selector("html[lang=en]")
    workplace.go("printer/sticker")
    page.evaluate("document.documentElement.dataset.size = 'largest'")
    page.locator("#test input[data-pad=words]").click()
    for size, touch_px in TOUCH_PX.items():
        width, height = (int(side) for side in size.split("x"))
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(SMALL_KEYS, touch_px) == [], size


def test_page_follows_the_printer_by_itself(workplace: Workplace) -> None:
    workplace.sign_in()
    expect(workplace.panel("ready")).to_be_visible(timeout=PATIENCE_MS)
    workplace.emulator.inject("paper-out")
    expect(workplace.panel("paper-out")).to_be_visible(timeout=PATIENCE_MS)
    workplace.emulator.mend("paper-out")
    workplace.emulator.inject("cover-open")
    expect(workplace.panel("cover-open")).to_be_visible(timeout=PATIENCE_MS)
    workplace.emulator.mend("cover-open")
    expect(workplace.panel("ready")).to_be_visible(timeout=PATIENCE_MS)


def test_test_print_comes_out_and_is_judged(workplace: Workplace) -> None:
    workplace.sign_in()
    workplace.go("printer/sticker")
    workplace.why()
    workplace.page.get_by_test_id("ask-test-print").click()
    workplace.page.get_by_test_id("looks-good").click()
    expect(workplace.told).to_have_attribute("data-good", "yes")
    [page] = workplace.emulator.tray.pieces
    assert any(page.bits)
    assert workplace.home.one("SELECT verdict FROM service_requests") == "good"
    assert workplace.home.one("SELECT count(*) FROM blanks WHERE fate = 'spoiled'") == 1


def test_roll_is_loaded_while_the_sensors_are_watched(workplace: Workplace) -> None:
    page = workplace.page
    workplace.home.clock.pass_(seconds=1)
    workplace.sign_in()
    workplace.go("load")
    expect(workplace.step("return-old")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("return-go").click()
    workplace.load("B0000001", "B0000100")
    expect(workplace.step("done")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_test_id("load-end").click()
    expect(page.get_by_test_id("stock")).to_contain_text("100")


def test_two_people_resolve_a_half_sticker_at_the_screen(
    workplace: Workplace, record: Callable[..., PaidRecord]
) -> None:
    page, home = workplace.page, workplace.home
    workplace.open_doubt("paper-out@200", record().reference)
    expect(page.get_by_test_id("sent")).to_be_visible()
    workplace.emulator.mend("paper-out")
    workplace.say("half", "กระดาษหมดกลางแผ่น", serial="A0000001", second="S-201")
    expect(workplace.told).to_have_attribute("data-good", "yes")
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
            f"""least => [...document.querySelectorAll("{CONTROLS}")]
            .filter(each => each.offsetParent && each.getBoundingClientRect().height < least - .5)
            .map(each => each.textContent.trim())""",
            TOUCH_PX[size],
        )
        assert not small, (size, name)


def tab_to(page: Page, test_id: str) -> None:
    """Go on with the Tab key until a control has the focus; it fails where none can be reached."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.testid ?? ''") == test_id:
            return
    raise AssertionError(f"{test_id} is not reached by Tab")


def test_desk_is_worked_by_a_keyboard_alone(workplace: Workplace) -> None:
    page, keys = workplace.page, workplace.page.keyboard
    page.goto(f"{workplace.address}/technician/")
    for text in ("T-101", "271828"):
        keys.type(text)
        keys.press("Enter")
    page.wait_for_url("**/technician/")
    tab_to(page, "service")
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Space")
    tab_to(page, "service-go")
    keys.press("Enter")
    expect(workplace.told).to_have_attribute("data-good", "yes")
    assert workplace.home.one("SELECT why FROM service_stops") == "maintenance"


def test_every_page_passes_axe_in_every_contrast_and_language(
    workplace: Workplace, record: Callable[..., PaidRecord]
) -> None:
    page = workplace.page
    page.goto(f"{workplace.address}/technician/sign-in")
    found = violations(page, "sign-in")
    job_id = workplace.open_doubt("paper-out@200", record().reference)
    # Looked at for so long, a page would follow the printer in the middle of it.
    page.route("**/technician/state", lambda route: route.abort())
    for name in (*PAGES, f"doubts/{job_id}"):
        workplace.go(name)
        found += violations(page, name)
        for theme in ("dark", "yellow"):
            page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
            found += violations(page, f"{name} {theme}", runOnly=["color-contrast"])
    page.get_by_test_id("language").click()
    page.wait_for_selector("html[lang=en]")
    for name in (*PAGES, f"doubts/{job_id}"):
        workplace.go(name)
        found += violations(page, f"{name} in English")
    assert not found, "\n".join(found)


def violations(page: Page, where: str, **options: list[str]) -> list[str]:
    return [
        f"{where}: {each['id']} at {[node['target'] for node in each['nodes']][:3]}"
        for each in Axe().run(page, options=options).response["violations"]
    ]
