"""What hands do to a kiosk: tap twice, go back, reload, walk away, come one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.ui.settings import UiSettings
from tests.e2e.stage import Stage, served
from tests.ui.fake_desk import OTHER_ID, OWNER_ID, FakeDesk, signed_code

pytestmark = pytest.mark.browser


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f".keys__page:not([hidden]) [data-key='{key}']").tap()


def test_the_whole_way_by_the_on_screen_keys(stage: Stage, desk: FakeDesk) -> None:
    stage.page.get_by_test_id("start").tap()
    press(stage.page, "TX-00000001")
    stage.page.get_by_test_id("owner-id").tap()
    press(stage.page, OWNER_ID)
    stage.page.get_by_test_id("continue").tap()
    expect(stage.page.get_by_test_id("preview")).to_be_visible()
    stage.page.get_by_test_id("print").tap()
    expect(stage.page.get_by_test_id("job-state")).to_have_attribute("data-state", "requested")
    desk.move("job-1", JobState.SENDING, seconds_left=2)
    expect(stage.page.get_by_test_id("job-state")).to_have_attribute("data-state", "sending")
    desk.move("job-1", JobState.PRINTED, seconds_left=0, serial="A0000043")
    expect(stage.page.locator("h1")).to_contain_text("กรุณารับเครื่องหมาย")
    stage.page.get_by_test_id("finish").tap()
    expect(stage.page.get_by_test_id("start")).to_be_visible()
    assert desk.taken_jobs == ["job-1"]


def test_a_touch_anywhere_starts(stage: Stage) -> None:
    stage.page.touchscreen.tap(300, 400)
    expect(stage.page.get_by_test_id("reference")).to_be_visible()


def test_the_id_is_hidden_grouped_and_shown_on_wish(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("owner-id").tap()
    press(stage.page, OWNER_ID)
    shown = stage.page.locator("#owner-shown")
    expect(shown).to_have_text(f"•-••••-•••••-••-{OWNER_ID[-1]}")
    stage.page.locator("#reveal").tap()
    expect(shown).to_have_text("1-1017-00230-70-8")


def test_a_wrong_check_digit_is_said_before_a_try_is_counted(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("owner-id").tap()
    press(stage.page, OWNER_ID[:-1])
    expect(stage.page.locator("#owner-wrong")).to_be_hidden()
    press(stage.page, "9")
    expect(stage.page.locator("#owner-wrong")).to_be_visible()


def walk_to(page: Page, key: str, *, most: int = 45) -> None:
    for _ in range(most):
        if page.evaluate("document.activeElement.dataset.key ?? ''") == key:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {key}")


def test_everything_can_be_typed_and_sent_by_tab_and_enter(stage: Stage) -> None:
    stage.start()
    for key in "1TX-":
        walk_to(stage.page, key)
        stage.page.keyboard.press("Enter")
    expect(stage.page.get_by_test_id("reference")).to_have_value("1TX-")
    stage.page.locator("[data-page-of=full] [data-act=delete]").focus()
    stage.page.keyboard.press("Tab")
    expect(stage.page.get_by_test_id("owner-id")).to_be_focused()
    walk_to(stage.page, "7")
    stage.page.keyboard.press("Enter")
    expect(stage.page.get_by_test_id("owner-id")).to_have_value("7")
    stage.page.locator("[data-page-of=number] [data-act=full]").focus()
    stage.page.keyboard.press("Tab")
    expect(stage.page.get_by_test_id("continue")).to_be_focused()


def test_a_passport_is_typed_on_the_letters_page(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("owner-id").tap()
    stage.page.locator(".keys__page:not([hidden]) [data-act=full]").tap()
    press(stage.page, "AB1234567")
    expect(stage.page.get_by_test_id("owner-id")).to_have_value("AB1234567")
    stage.page.locator(".keys__page:not([hidden]) [data-act=delete]").tap()
    expect(stage.page.get_by_test_id("owner-id")).to_have_value("AB123456")


def test_a_double_tap_prints_once(stage: Stage, desk: FakeDesk) -> None:
    stage.open(1)
    stage.page.get_by_test_id("print").dblclick()
    stage.page.wait_for_url("**/printing")
    assert len(desk.jobs) == 1
    assert desk.requests == 1


def test_back_from_a_running_print_leads_to_the_print(stage: Stage, desk: FakeDesk) -> None:
    stage.print()
    stage.page.go_back()
    expect(stage.page.get_by_test_id("job-state")).to_be_visible()
    assert len(desk.jobs) == 1


def test_back_after_finish_shows_nothing_of_the_visit(stage: Stage) -> None:
    stage.open(1)
    stage.page.get_by_test_id("finish").click()
    expect(stage.page.get_by_test_id("start")).to_be_visible()
    stage.page.go_back()
    expect(stage.page.get_by_test_id("start")).to_be_visible()
    assert "1กข" not in stage.page.content()


def test_reload_in_the_middle_of_a_print_asks_for_nothing_again(
    stage: Stage, desk: FakeDesk
) -> None:
    stage.print()
    stage.page.reload()
    expect(stage.page.get_by_test_id("job-state")).to_be_visible()
    assert desk.requests == 1


def test_two_visitors_in_a_row_see_nothing_of_each_other(stage: Stage, desk: FakeDesk) -> None:
    job_id = stage.print()
    desk.move(job_id, JobState.PRINTED, seconds_left=0)
    stage.page.get_by_test_id("finish").click()
    stage.start()
    assert stage.page.get_by_test_id("reference").input_value() == ""
    stage.page.goto(f"{stage.address}/vehicle")
    expect(stage.page.get_by_test_id("start")).to_be_visible()
    kept = stage.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept == [0, 0, ""]


def test_two_browsers_see_nothing_of_each_other(arrive: Callable[..., Stage]) -> None:
    first, second = arrive(), arrive()
    first.print()
    second.page.goto(f"{second.address}/printing")
    expect(second.page.get_by_test_id("start")).to_be_visible()


def test_one_tap_switches_the_language_and_stays_on_the_page(stage: Stage) -> None:
    stage.open(1)
    stage.page.get_by_test_id("language").tap()
    expect(stage.page.locator("h1")).to_have_text("Check before printing")
    stage.page.get_by_test_id("language").tap()
    expect(stage.page.locator("h1")).to_have_text("ตรวจสอบข้อมูลก่อนพิมพ์")


def test_an_idle_visit_is_asked_and_then_forgotten(arrive: Callable[..., Stage]) -> None:
    stage = arrive(UiSettings(idle_s=1, countdown_s=1))
    stage.open(1)
    more = stage.page.locator("#idle-more")
    expect(more).to_be_visible()
    more.tap()
    expect(more).to_be_hidden()
    expect(stage.page.get_by_test_id("print")).to_be_visible()
    expect(stage.page.get_by_test_id("start")).to_be_visible(timeout=4000)
    stage.page.goto(f"{stage.address}/vehicle")
    expect(stage.page.get_by_test_id("start")).to_be_visible()


def test_a_print_has_no_idle_timer(arrive: Callable[..., Stage]) -> None:
    stage = arrive(UiSettings(idle_s=1, countdown_s=1))
    stage.print()
    stage.page.wait_for_timeout(2300)
    expect(stage.page.get_by_test_id("job-state")).to_be_visible()


def test_take_your_sticker_closes_by_itself_and_claims_nothing(
    arrive: Callable[..., Stage], desk: FakeDesk
) -> None:
    stage = arrive(UiSettings(done_s=1))
    desk.move(stage.print(), JobState.PRINTED, seconds_left=0)
    expect(stage.page.get_by_test_id("start")).to_be_visible(timeout=4000)
    assert desk.taken_jobs == []


def test_a_language_left_on_the_first_screen_goes_back(arrive: Callable[..., Stage]) -> None:
    stage = arrive(UiSettings(idle_s=1))
    stage.prefer("en")
    expect(stage.page.locator("html")).to_have_attribute("lang", "th", timeout=5000)


def test_out_of_service_returns_by_itself(stage: Stage, desk: FakeDesk) -> None:
    desk.reasons = (Reason.PAPER_OUT,)
    stage.page.reload()
    expect(stage.page.locator("h1")).to_have_text("ตู้นี้งดให้บริการชั่วคราว")
    desk.reasons = ()
    expect(stage.page.get_by_test_id("start")).to_be_visible(timeout=6000)


def test_a_server_that_went_away_is_said_and_its_return_begins_anew(
    arrive: Callable[..., Stage], desk: FakeDesk
) -> None:
    with served(desk, UiSettings()) as address:
        stage = arrive()
        stage.page.goto(address)
        stage.start()
    away = stage.page.locator("#away")
    expect(away).to_be_visible(timeout=9000)
    with served(desk, UiSettings(), port=int(address.rsplit(":", 1)[1])):
        expect(stage.page.get_by_test_id("start")).to_be_visible(timeout=6000)


def test_a_wrong_id_keeps_the_reference_and_empties_the_id(stage: Stage) -> None:
    stage.start()
    stage.ask("TX-00000001", OTHER_ID)
    expect(stage.page.locator("#problem")).to_contain_text("K-206")
    assert stage.page.get_by_test_id("reference").input_value() == "TX-00000001"
    assert stage.page.get_by_test_id("owner-id").input_value() == ""


def test_no_page_asks_another_host(stage: Stage, desk: FakeDesk) -> None:
    foreign: list[str] = []
    stage.page.on(
        "request",
        lambda asked: None if asked.url.startswith(stage.address) else foreign.append(asked.url),
    )
    refused: list[str] = []
    stage.page.on("console", lambda said: refused.append(said.text))
    stage.page.reload()
    stage.start()
    desk.move(stage.print(), JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")
    stage.scan(signed_code("TX-00000006"))
    stage.page.wait_for_url("**/vehicle")
    assert foreign == []
    assert [text for text in refused if "Content Security Policy" in text] == []


def test_fresh_records_renew_the_first_screen(stage: Stage, desk: FakeDesk) -> None:
    desk.data_as_of = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
    expect(stage.page.locator(".fresh")).to_contain_text("21:30", timeout=5000)


def test_fresh_records_do_not_keep_a_chosen_language_for_ever(
    arrive: Callable[..., Stage], desk: FakeDesk
) -> None:
    stage = arrive(UiSettings(idle_s=3))
    stage.prefer("en")
    desk.data_as_of = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
    expect(stage.page.locator("html")).to_have_attribute("lang", "th", timeout=6000)


def test_a_chosen_language_does_not_hide_that_the_kiosk_closed(
    stage: Stage, desk: FakeDesk
) -> None:
    stage.prefer("en")
    desk.reasons = (Reason.PAPER_OUT,)
    expect(stage.page.locator("body")).to_have_attribute("data-page", "out", timeout=5000)
    expect(stage.page.locator("html")).to_have_attribute("lang", "en")
