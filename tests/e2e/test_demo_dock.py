"""The demonstration's dock in a real browser: a card is scanned, paper comes out, faults show."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

pytestmark = pytest.mark.browser

START_S = 60
PRINT_MS = 20_000
NOTICE_MS = 10_000
"""The kiosk asks its printer every second, and its first screen asks the kiosk every other."""

NOTICED_MS = 1500
"""Within this the kiosk has asked its receipt printer once more."""

COMING_MS = 300
"""Within this the answer to a tap has begun to come in."""

FINISH_AND_HOLD = """wait_ms => new Promise(done => {
  document.getElementById("screen").contentDocument.querySelector("[data-testid=finish]").click();
  setTimeout(() => {
    document.querySelector("[data-case=motorcycle] [data-scan]").click();
    done();
  }, wait_ms);
})"""

OVERHANG = """() => [...document.querySelectorAll("button, h1, h2, h3, .outcome, .display p")]
  .filter(each => each.getClientRects().length && each.scrollWidth > each.clientWidth + 1
    && getComputedStyle(each).display !== "inline")
  .map(each => each.textContent.trim())"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running demonstration's dock."""
    folder = tmp_path_factory.mktemp("dock") / "kiosk"
    words = ["demo", "--dir", str(folder), "--port", "0", "--records", "0", "--no-browser"]
    child = subprocess.Popen(
        [sys.executable, "-m", "kiosk", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        yield said_dock(child)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(START_S)


def said_dock(child: subprocess.Popen[str]) -> str:
    said = []
    assert child.stdout is not None
    while line := child.stdout.readline():
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/demo/", line):
            return found[0]
    raise AssertionError("the demo ended without a dock:\n" + "".join(said))


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if "Security" in said.text else None)
    page.goto(address)
    expect(page.get_by_test_id("printer-state")).to_contain_text("Ready")
    yield page
    page.get_by_test_id("mend").click()
    expect(page.get_by_test_id("printer-state")).to_contain_text("Ready")
    context.close()
    assert problems == []


@pytest.fixture
def screen(page: Page) -> FrameLocator:
    """The kiosk's own screen, in its frame."""
    return page.frame_locator("[data-testid=screen]")


def hold(page: Page, case: str) -> None:
    page.locator(f"[data-case={case}] [data-scan]").click()


def test_a_card_is_scanned_and_its_sticker_comes_out(page: Page, screen: FrameLocator) -> None:
    before = int(page.get_by_test_id("count").inner_text())
    hold(page, "car")
    screen.get_by_test_id("print").click()
    expect(screen.get_by_test_id("finish")).to_be_visible(timeout=PRINT_MS)
    expect(page.get_by_test_id("count")).to_have_text(str(before + 1))
    piece = page.get_by_test_id("newest").locator(".piece")
    expect(piece).to_have_attribute("data-verdict", "genuine")
    serial = piece.get_attribute("data-serial") or ""
    piece.click()
    expect(page.locator("#look")).to_contain_text(serial)
    assert page.locator("#look-picture").evaluate(
        "each => each.decode().then(() => each.naturalWidth)"
    )
    page.keyboard.press("Escape")


def test_a_refused_card_says_why_on_the_kiosk(page: Page, screen: FrameLocator) -> None:
    hold(page, "refunded")
    expect(screen.locator("body")).to_contain_text("K-103")


def test_paper_out_closes_the_kiosk_by_itself_and_mending_opens_it(
    page: Page, screen: FrameLocator
) -> None:
    page.get_by_test_id("home").click()
    expect(screen.get_by_test_id("start")).to_be_visible()
    page.locator('[data-fault="paper-out"]').click()
    expect(page.get_by_test_id("printer-state")).to_contain_text("Out of paper")
    expect(screen.locator("body")).to_contain_text("K-303", timeout=NOTICE_MS)
    expect(screen.get_by_test_id("start")).to_have_count(0)
    page.get_by_test_id("refill").click()
    expect(screen.get_by_test_id("start")).to_be_visible(timeout=NOTICE_MS)


def test_a_card_is_heard_while_staff_are_at_their_desk(page: Page, screen: FrameLocator) -> None:
    page.locator("#staff-open").click()
    expect(screen.locator("input[type=password]")).to_be_visible()
    hold(page, "motorcycle")
    expect(screen.get_by_test_id("preview")).to_be_visible()


def test_a_card_is_heard_while_the_next_page_comes_in(page: Page, screen: FrameLocator) -> None:
    hold(page, "refunded")
    expect(screen.locator("body")).to_contain_text("K-103")
    held: list[Route] = []
    page.route("**/early.js*", lambda route: held.append(route))  # noqa: PLW0108 - no built-in can be given
    screen.get_by_test_id("finish").click(no_wait_after=True)
    page.wait_for_timeout(COMING_MS)
    hold(page, "motorcycle")
    page.wait_for_timeout(COMING_MS)
    for each in held:
        each.continue_()
    expect(screen.get_by_test_id("preview")).to_be_visible()
    assert len(held) == 1, "another page was asked for meanwhile"


def test_cards_that_are_shown_right_after_finish_are_all_heard(
    page: Page, screen: FrameLocator
) -> None:
    for number in range(12):
        hold(page, "refunded")
        expect(screen.locator("body")).to_contain_text("K-103")
        page.evaluate(FINISH_AND_HOLD, number * 10)
        expect(screen.get_by_test_id("preview"), f"{number * 10} ms").to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (1080, 1920)])
@pytest.mark.parametrize("turned", ["portrait", "landscape"])
def test_the_dock_fits_its_window(page: Page, width: int, height: int, turned: str) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.locator(f"[data-turn={turned}]").click()
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= innerWidth && {root}.scrollHeight <= innerHeight")
    assert page.evaluate(OVERHANG) == []
    codes = page.locator(".outcome b").evaluate_all(
        "all => all.map(each => each.getClientRects().length)"
    )
    assert set(codes) == {1}, "a code is broken across lines"
    box = page.get_by_test_id("screen").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= height
    assert (box["height"] > box["width"]) == (turned == "portrait")


@pytest.mark.parametrize("turned", ["portrait", "landscape"])
def test_the_dock_passes_axe(page: Page, turned: str) -> None:
    page.locator(f"[data-turn={turned}]").click()
    page.locator("#more").evaluate("each => (each.open = true)")
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found] == []


def see_status(page: Page, screen: FrameLocator, case: str) -> None:
    """Type what is on a card into the kiosk."""
    copied = page.locator(f"[data-case={case}] [data-copy]").get_attribute("data-copy") or ""
    reference, id_number = copied.split()
    page.get_by_test_id("home").click()
    screen.get_by_test_id("status").click()
    screen.get_by_test_id("reference").fill(reference)
    screen.get_by_test_id("owner-id").fill(id_number)
    screen.get_by_test_id("continue").click()
    expect(screen.get_by_test_id("status-payment")).to_be_visible()


def test_how_a_renewal_stands_comes_out_of_the_receipt_printer(
    page: Page, screen: FrameLocator
) -> None:
    count = page.get_by_test_id("receipt-count")
    before = int(count.inner_text())
    see_status(page, screen, "by-post")
    screen.get_by_test_id("print-slip").click()
    expect(screen.get_by_test_id("slip-done")).to_be_visible(timeout=PRINT_MS)
    expect(screen.get_by_test_id("print-slip")).to_have_count(0)
    expect(count).to_have_text(str(before + 1))
    page.get_by_test_id("slips").locator("button").first.click()
    assert page.locator("#look-picture").evaluate(
        "each => each.decode().then(() => each.naturalWidth)"
    )
    page.keyboard.press("Escape")


def test_a_broken_receipt_printer_offers_no_slip_and_stickers_go_on(
    page: Page, screen: FrameLocator
) -> None:
    page.locator("[data-which=receipt]").click()
    page.locator('[data-fault="paper-out"]').click()
    state = page.get_by_test_id("receipt-state")
    expect(state).to_contain_text("Out of paper")
    expect(page.get_by_test_id("printer-state")).to_contain_text("Ready")
    page.wait_for_timeout(NOTICED_MS)
    see_status(page, screen, "by-post")
    expect(screen.get_by_test_id("print-slip")).to_have_count(0)
    page.get_by_test_id("home").click()
    expect(screen.get_by_test_id("start")).to_be_visible()
    page.get_by_test_id("mend").click()
    expect(state).to_contain_text("Ready")
    page.locator("[data-which=sticker]").click()


def test_a_doubt_is_resolved_at_the_desk_and_the_kiosk_serves_again(
    page: Page, screen: FrameLocator
) -> None:
    before = int(page.get_by_test_id("count").inner_text())
    hold(page, "electric")
    expect(screen.get_by_test_id("print")).to_be_visible()
    page.locator('[data-fault^="paper-out@"]').click()
    expect(page.locator('[data-fault^="paper-out@"]')).to_have_attribute("aria-pressed", "true")
    screen.get_by_test_id("print").click()
    expect(page.locator(".hanging")).to_be_visible(timeout=PRINT_MS)
    expect(screen.locator("body")).to_contain_text("K-401", timeout=PRINT_MS)
    page.locator("[data-do=tear]").click()
    expect(page.get_by_test_id("count")).to_have_text(str(before + 1))
    piece = page.get_by_test_id("newest").locator(".piece")
    expect(piece).to_have_attribute("data-verdict", "part")
    page.get_by_test_id("mend").click()
    sign_in(page, screen)
    screen.get_by_test_id("doubt").click()
    expect(screen.get_by_test_id("sent")).to_be_visible()
    screen.locator(".choice-row", has=screen.get_by_test_id("seen-half")).click()
    screen.get_by_test_id("serial").fill(piece.get_attribute("data-serial") or "")
    screen.locator(".chip").first.click()
    (_, _), (badge, pin) = accounts(page)
    screen.get_by_test_id("badge-2").fill(badge)
    screen.get_by_test_id("pin-2").fill(pin)
    screen.get_by_test_id("resolve").click()
    expect(screen.get_by_test_id("told")).to_have_attribute("data-good", "yes")
    expect(screen.get_by_test_id("doubt")).to_have_count(0)
    expect(piece).to_have_attribute("data-verdict", "part")
    hold(page, "electric")  # the owner gets a whole one
    screen.get_by_test_id("print").click()
    expect(screen.get_by_test_id("finish")).to_be_visible(timeout=PRINT_MS)
    expect(page.get_by_test_id("count")).to_have_text(str(before + 2))
    expect(piece).to_have_attribute("data-verdict", "genuine")


def accounts(page: Page) -> list[tuple[str, str]]:
    """Return badge and PIN of the demonstration's staff, as they stand on the page."""
    shown = page.locator(".staff__one").all_inner_texts()
    return [(badge, pin) for badge, _, pin, _ in (each.split() for each in shown)]


def sign_in(page: Page, screen: FrameLocator) -> None:
    badge, pin = accounts(page)[0]
    page.locator("#staff-open").click()
    screen.get_by_test_id("badge").fill(badge)
    screen.get_by_test_id("pin").fill(pin)
    screen.get_by_test_id("sign-in").click()
    expect(screen.get_by_test_id("panel-sticker")).to_be_visible()
