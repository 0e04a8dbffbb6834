"""The first screen's other services and the plate's way in, by hand, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.ui.settings import UiSettings
from tests.e2e.stage import Stage, served
from tests.ui.fake_desk import OWNER_ID, FakeDesk, signed_code

pytestmark = pytest.mark.browser


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f".keys__page:not([hidden]) [data-key='{key}']").tap()


@pytest.mark.parametrize(
    ("language", "letter", "province", "title"),
    [
        ("th", "ช", "เชียงใหม่", "ตรวจสอบข้อมูลก่อนพิมพ์"),
        ("en", "C", "Chiang Mai", "Check before printing"),
    ],
)
def test_the_whole_way_by_the_plates_own_keys(
    stage: Stage, desk: FakeDesk, language: str, letter: str, province: str, title: str
) -> None:
    desk.names = {"Chiang Mai": "เชียงใหม่"}
    stage.prefer(language)
    stage.start()
    stage.page.get_by_test_id("by-plate").tap()
    press(stage.page, "กขค123")
    expect(stage.page.get_by_test_id("plate")).to_have_value("กขค123")
    stage.page.get_by_test_id("province").tap()
    stage.page.locator(f"[data-letter='{letter}']").tap()
    stage.page.locator(".provinces").get_by_role("button", name=province, exact=True).tap()
    expect(stage.page.get_by_test_id("province")).to_have_value(province)
    expect(stage.page.get_by_test_id("owner-id")).to_be_focused()
    press(stage.page, OWNER_ID)
    stage.page.get_by_test_id("continue").tap()
    expect(stage.page.locator("h1")).to_have_text(title)


def test_vowels_and_marks_are_typed_on_a_page_of_their_own(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("by-plate").tap()
    press(stage.page, "ร")
    stage.page.locator("[data-act=vowels]").tap()
    press(stage.page, "ั")
    stage.page.locator("[data-act=plate]:visible").tap()
    press(stage.page, "กด")
    expect(stage.page.get_by_test_id("plate")).to_have_value("รักด")
    assert stage.page.locator("[data-page-of=plate] [data-key]").count() == 54


def test_a_code_scanned_into_the_plate_opens_its_vehicle(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("by-plate").tap()
    expect(stage.page.get_by_test_id("plate")).to_be_focused()
    stage.scan(signed_code("TX-00000002"))
    expect(stage.page.get_by_test_id("print")).to_be_visible()


@pytest.mark.parametrize(("language", "paid"), [("th", "ชำระแล้ว"), ("en", "Paid")])
def test_the_status_is_read_and_left(stage: Stage, language: str, paid: str) -> None:
    stage.prefer(language)
    stage.page.get_by_test_id("status").tap()
    stage.ask("TX-00000030", OWNER_ID)
    expect(stage.page.get_by_test_id("status-payment")).to_contain_text(paid)
    expect(stage.page.get_by_test_id("status-ems")).to_contain_text("EX123456785TH")
    stage.page.get_by_test_id("finish").tap()
    expect(stage.page.get_by_test_id("start")).to_be_visible()
    stage.page.go_back()
    expect(stage.page.get_by_test_id("start")).to_be_visible()
    assert "EX123456785TH" not in stage.page.content()


def test_staff_are_called_once_by_a_double_tap(stage: Stage, desk: FakeDesk) -> None:
    stage.page.get_by_test_id("call").dblclick()
    expect(stage.page.locator("h1")).to_have_text("เรียกเจ้าหน้าที่แล้ว")
    assert desk.calls == [None]
    stage.page.get_by_test_id("finish").tap()
    expect(stage.page.get_by_test_id("start")).to_be_visible()


def test_a_call_from_a_refusal_leads_back_to_it(stage: Stage, desk: FakeDesk) -> None:
    stage.open(6)
    stage.page.get_by_test_id("call").tap()
    stage.page.get_by_role("link", name="กลับหน้าเดิม").tap()
    expect(stage.page.locator(".notice")).to_contain_text("K-105")
    assert desk.calls == [Reason.FROZEN]


def test_three_vehicles_are_printed_in_a_row_by_one_tap(stage: Stage, desk: FakeDesk) -> None:
    stage.start()
    stage.ask("TX-00000020", OWNER_ID)
    stage.page.get_by_test_id("more").tap()
    for number in (1, 2):
        stage.page.locator(".pick").nth(number).tap()
    stage.page.get_by_test_id("print-row").tap()
    for number in (1, 2, 3):
        stage.page.locator("[data-testid=job-state][data-state=requested]").wait_for()
        desk.move(f"job-{number}", JobState.PRINTED, seconds_left=0)
        expect(stage.page.locator(".row [data-state=printed]")).to_have_count(number)
    expect(stage.page.locator("h1")).to_contain_text("ทุกใบ")
    stage.page.get_by_test_id("finish").tap()
    expect(stage.page.get_by_test_id("start")).to_be_visible()
    assert desk.taken_jobs == ["job-1", "job-2", "job-3"]


def test_codes_scanned_one_after_the_other_make_a_list(stage: Stage) -> None:
    stage.open(1)
    stage.page.get_by_test_id("more").tap()
    expect(stage.page.get_by_test_id("print-row")).to_be_visible()
    stage.scan(signed_code("TX-00000002"))
    expect(stage.page.locator(".pick :checked")).to_have_count(2)


def test_a_printer_fault_in_the_middle_is_said_and_the_right_kept(
    stage: Stage, desk: FakeDesk
) -> None:
    job_id = stage.print()
    desk.move(job_id, JobState.SENDING, seconds_left=3)
    expect(stage.page.get_by_test_id("job-state")).to_have_attribute("data-state", "sending")
    desk.move(job_id, JobState.IN_DOUBT, seconds_left=0, cause="paper-out")
    expect(stage.page.locator(".notice")).to_contain_text("K-401")
    expect(stage.page.get_by_test_id("call")).to_be_visible()


def test_a_server_killed_in_the_middle_of_a_print_comes_back_to_a_clean_screen(
    arrive: Callable[..., Stage], desk: FakeDesk
) -> None:
    with served(desk, UiSettings()) as address:
        stage = arrive()
        stage.page.goto(address)
        stage.print()
    expect(stage.page.locator("#away")).to_be_visible(timeout=9000)
    with served(desk, UiSettings(), port=int(address.rsplit(":", 1)[1])):
        expect(stage.page.get_by_test_id("start")).to_be_visible(timeout=9000)
    assert "1กข" not in stage.page.content()


def test_the_end_of_printing_rings(stage: Stage, desk: FakeDesk) -> None:
    stage.page.add_init_script(
        "window.rung = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { window.rung += 1; start.call(this, at); }"
    )
    desk.move(stage.print(), JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")
    assert stage.page.evaluate("window.rung") == 3


def test_a_silent_kiosk_rings_not(arrive: Callable[..., Stage], desk: FakeDesk) -> None:
    stage = arrive(UiSettings(has_chime=False))
    desk.move(stage.print(), JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")
    expect(stage.page.locator("[data-chime]")).to_have_count(0)


PREVENTED = """name => {
  const options = {bubbles: true, cancelable: true, ctrlKey: /wheel|:Key|:Minus/.test(name)};
  const code = name.slice(4);
  const event = name.startsWith("key:")
    ? new KeyboardEvent("keydown", {code, key: code, ...options})
    : new (name === "wheel" ? WheelEvent : Event)(name, options);
  return !document.querySelector("h1").dispatchEvent(event);
}"""


@pytest.mark.parametrize(
    "name",
    [
        *("contextmenu", "dragstart", "drop", "selectstart", "gesturestart", "wheel"),
        *("key:KeyP", "key:Minus", "key:F5", "key:BrowserBack"),
    ],
)
def test_a_page_stays_a_kiosk(stage: Stage, name: str) -> None:
    assert stage.page.evaluate(PREVENTED, name) is True


def test_fingers_neither_zoom_nor_swipe_back_nor_select(stage: Stage) -> None:
    style = stage.page.evaluate(
        "(({touchAction, overscrollBehaviorX, userSelect}) =>"
        " [touchAction, overscrollBehaviorX, userSelect])(getComputedStyle(document.body))"
    )
    assert style == ["pan-y", "none", "none"]


OUTSIDE = """() => [...document.querySelectorAll("[href], [action], [target]")].filter(each =>
  each.target || new URL(each.href?.baseVal ?? each.href ?? each.action, location).origin
    !== location.origin).length"""


def test_no_link_leads_outside(stage: Stage) -> None:
    assert stage.page.evaluate(OUTSIDE) == 0
    stage.start()
    assert stage.page.evaluate(OUTSIDE) == 0
    stage.open(6)
    expect(stage.page.locator(".notice")).to_be_visible()
    assert stage.page.evaluate(OUTSIDE) == 0
    stage.scan(signed_code("TX-00000001"))
    expect(stage.page.get_by_test_id("print")).to_be_visible()
    assert stage.page.evaluate(OUTSIDE) == 0
