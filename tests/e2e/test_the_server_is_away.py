"""Nobody serves the screens for a while: visitors see a page of ours, and it returns by itself."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kiosk.ui.settings import UiSettings
from tests.e2e.stage import Stage, served
from tests.ui.fake_desk import FakeDesk

OPENING = Path(__file__).parents[2] / "systemd" / "opening.html"

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const {url} of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  return found;
}"""


def port_of(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def test_a_reload_meanwhile_shows_a_page_of_ours_and_returns(
    arrive: Callable[..., Stage], desk: FakeDesk
) -> None:
    with served(desk, UiSettings()) as address:
        stage = arrive()
        stage.page.goto(address)
        stage.is_looked_after()
        stage.open(1)
    stage.page.reload()
    expect(stage.page.locator("h1")).to_have_text(["กำลังเชื่อมต่อใหม่", "Reconnecting"])
    assert "1กข" not in stage.page.content()
    assert stage.page.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('16px Sarabun'))"
    )
    with served(desk, UiSettings(), port=port_of(address)):
        expect(stage.page.get_by_test_id("start")).to_be_visible(timeout=6000)


def test_a_tap_meanwhile_shows_a_page_of_ours(arrive: Callable[..., Stage], desk: FakeDesk) -> None:
    with served(desk, UiSettings()) as address:
        stage = arrive()
        stage.page.goto(address)
        stage.is_looked_after()
        stage.open(1)
    stage.page.get_by_test_id("finish").tap()
    expect(stage.page.locator("h1").last).to_have_text("Reconnecting")


def test_the_browser_keeps_nothing_of_a_visit(stage: Stage) -> None:
    stage.is_looked_after()
    stage.open(1)
    stage.page.get_by_test_id("finish").click()
    stage.page.get_by_test_id("start").wait_for()
    kept = stage.page.evaluate(KEPT)
    assert "/away" in kept
    assert not [path for path in kept if not path.startswith(("/static/", "/fonts/", "/away"))]
    assert (
        stage.page.evaluate("fetch('/away').then(answer => answer.headers.get('set-cookie'))")
        is None
    )


def test_a_new_version_forgets_the_page_of_the_old_one(stage: Stage) -> None:
    stage.is_looked_after()
    stage.page.evaluate("caches.open('/static/0123456789ab/').then(() => true)")
    stage.page.evaluate("navigator.serviceWorker.getRegistration().then(old => old.unregister())")
    stage.page.reload()
    stage.is_looked_after()
    assert stage.page.evaluate("caches.keys().then(names => names.length)") == 1


def test_a_screen_that_is_on_before_the_server_waits_for_it(
    browser: Browser, desk: FakeDesk
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    page = browser.new_page()
    page.goto(f"{OPENING.as_uri()}#http://127.0.0.1:{port}/")
    page.wait_for_timeout(700)
    expect(page.locator("strong")).to_have_text(["กำลังเปิดเครื่อง", "Starting up"])
    with served(desk, UiSettings(), port=port):
        expect(page.get_by_test_id("start")).to_be_visible(timeout=5000)
    page.close()
