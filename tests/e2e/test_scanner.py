"""Scanners are keyboards: fast, under any layout, on any screen."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.domain.job import JobState
from kiosk.ui.settings import UiSettings
from tests.e2e.stage import Stage
from tests.ui.fake_desk import OWNER_ID, FakeDesk, signed_code

pytestmark = pytest.mark.browser

HEARD = """() => new Promise(done => {
  const look = () => (window.earlyKeys.length ? setTimeout(look, 5) : done());
  look();
})"""

SIXTY = "DLT1:TX-00000002*" + "Q3" * 21 + "Z"


def type_under_thai_layout(
    page: Page, text: str, *, after_nine: Callable[[], object] = lambda: None
) -> None:
    """Send trusted key events that carry US key codes and Thai letters, as Windows and X11 do."""
    keys = page.context.new_cdp_session(page)
    codes = {"-": "Minus", ".": "Period", "/": "Slash", " ": "Space"}
    shifted = {":": "Semicolon", "*": "Digit8", "$": "Digit4", "%": "Digit5", "+": "Equal"}
    pressed_at = time.time()
    for number, sign in enumerate(text):
        if number == 9:
            after_nine()
        code = codes.get(sign) or shifted.get(sign)
        if code is None:
            code = f"Digit{sign}" if sign.isdigit() else f"Key{sign}"
        shift = 8 if sign in shifted or sign.isalpha() else 0
        # The keys carry a scanner's times, whatever the machine that runs the test is busy with.
        at = pressed_at + number / 1000
        event = {"code": code, "key": "ฤ", "text": "ฤ", "modifiers": shift, "timestamp": at}
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    at = pressed_at + len(text) / 1000
    enter = {"code": "Enter", "key": "Enter", "text": "\r", "timestamp": at}
    keys.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter})


def test_a_code_under_a_thai_layout_opens_its_vehicle(stage: Stage) -> None:
    type_under_thai_layout(stage.page, signed_code("TX-00000002"))
    expect(stage.page.get_by_test_id("print")).to_be_visible()
    expect(stage.page.locator(".plate")).to_contain_text("กขค")


def test_sixty_characters_in_fifty_milliseconds_are_all_read(stage: Stage) -> None:
    assert len(SIXTY) == 60
    took_ms = stage.scan(SIXTY)
    assert took_ms < 50
    expect(stage.page.locator(".plate")).to_contain_text("กขค")


def test_a_code_scanned_into_a_field_leaves_nothing_in_it(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("reference").focus()
    type_under_thai_layout(stage.page, "DLT1:NOSUCH*0000000000")
    expect(stage.page.locator("body")).to_have_attribute("data-page", "notice")
    expect(stage.page.locator(".notice")).to_contain_text("K-203")
    stage.page.go_back()
    assert "ฤ" not in stage.page.content()


def test_a_plain_code_fills_the_reference_and_the_id_is_asked(stage: Stage) -> None:
    stage.scan("TX-00000001")
    expect(stage.page.get_by_test_id("reference")).to_have_value("TX-00000001")
    expect(stage.page.get_by_test_id("owner-id")).to_be_focused()


def test_a_plain_code_scanned_into_the_reference_is_decoded(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("reference").focus()
    type_under_thai_layout(stage.page, "TX-00000001")
    expect(stage.page.get_by_test_id("reference")).to_have_value("TX-00000001")
    expect(stage.page.get_by_test_id("owner-id")).to_be_focused()


def test_a_card_scanned_into_the_id_stays_there(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("owner-id").focus()
    type_under_thai_layout(stage.page, OWNER_ID)
    expect(stage.page.get_by_test_id("owner-id")).to_have_value(OWNER_ID)


@pytest.mark.parametrize("is_all_early", [False, True])
def test_a_card_scanned_while_the_page_comes_in_stays_in_its_field(
    stage: Stage, *, is_all_early: bool
) -> None:
    page = stage.page
    stage.start()
    held: list[Route] = []
    page.route("**/scan.js*", lambda route: held.append(route))  # noqa: PLW0108 - no built-in can be given
    page.reload(wait_until="commit")
    field = page.get_by_test_id("owner-id")
    field.focus()

    def come_in() -> None:
        assert set(field.input_value()) == {"ฤ"}  # nobody has heard them yet
        held.pop().continue_()
        page.evaluate(HEARD)

    if is_all_early:
        type_under_thai_layout(page, OWNER_ID)
        come_in()
    else:
        type_under_thai_layout(page, OWNER_ID, after_nine=come_in)
    expect(field).to_have_value(OWNER_ID)


def test_a_code_without_an_ending_is_read_too(stage: Stage) -> None:
    stage.scan(signed_code("TX-00000002"), ending="")
    expect(stage.page.get_by_test_id("print")).to_be_visible()


def test_a_code_scanned_on_a_refusal_opens_the_next_vehicle(stage: Stage) -> None:
    stage.open(6)
    expect(stage.page.locator(".notice")).to_contain_text("K-105")
    stage.scan(signed_code("TX-00000002"))
    expect(stage.page.get_by_test_id("print")).to_be_visible()


@pytest.mark.parametrize("tapped", ["finish", "start", "language"])
def test_a_code_scanned_before_the_next_page_is_there_opens_its_vehicle(
    stage: Stage, tapped: str
) -> None:
    for number in range(5):
        stage.is_looked_after()
        if tapped == "finish":
            stage.open(1)
        stage.tap_and_scan(tapped, signed_code("TX-00000002"))
        expect(stage.page.locator(".plate"), f"scan {number}").to_contain_text("กขค")
        stage.page.goto(stage.address)


def test_a_code_outlives_a_page_that_is_gone_before_it_opened_it(stage: Stage) -> None:
    page = stage.page
    stage.is_looked_after()
    page.add_init_script(
        """if (!sessionStorage.gone) {
          sessionStorage.gone = "yes";
          HTMLFormElement.prototype.requestSubmit = () => (document.body.dataset.deaf = "yes");
        }"""
    )
    keep = "code => navigator.serviceWorker.controller.postMessage({held: code})"
    page.evaluate(keep, signed_code("TX-00000002"))
    page.goto(stage.address)
    page.locator("body[data-deaf]").wait_for()
    opened: list[str] = []
    page.on("request", lambda each: opened.append(each.url) if "/scan" in each.url else None)
    page.goto(stage.address)
    expect(page.locator(".plate")).to_contain_text("กขค")
    page.goto(f"{stage.address}/vehicle")
    assert [url.rsplit("/", 1)[-1] for url in opened if url.endswith("/scan")] == ["scan"]


def test_a_code_scanned_right_after_print_leaves_the_print_alone(
    stage: Stage, desk: FakeDesk
) -> None:
    stage.is_looked_after()
    stage.open(1)
    stage.tap_and_scan("print", signed_code("TX-00000002"))
    expect(stage.page.get_by_test_id("job-state")).to_be_visible()
    assert [job.reference for job in desk.jobs.values()] == ["TX-00000001"]


def test_a_tap_meanwhile_counts_though_what_was_typed_was_no_code(stage: Stage) -> None:
    stage.is_looked_after()
    stage.tap_and_scan("start", "1234")
    expect(stage.page.locator("body")).to_have_attribute("data-page", "collect")


def test_a_visit_does_not_end_by_itself_in_the_middle_of_a_code(
    arrive: Callable[..., Stage], desk: FakeDesk
) -> None:
    stage = arrive(UiSettings(done_s=1))
    desk.move(stage.print(), JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")
    for _ in range(7):
        stage.scan("6BF%T $OE+", ending="")
        stage.page.wait_for_timeout(200)
    expect(stage.page.locator("body")).to_have_attribute("data-page", "take")
    expect(stage.page.get_by_test_id("start")).to_be_visible()


def test_a_person_who_types_and_presses_enter_is_no_scanner(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("reference").press_sequentially("TX-000", delay=90)
    stage.page.keyboard.press("Enter")
    expect(stage.page.locator("body")).to_have_attribute("data-page", "collect")
