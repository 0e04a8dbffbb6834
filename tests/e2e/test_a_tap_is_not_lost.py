"""A page that mends or follows something by itself lets a person who is leaving it leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.stage import new_context
from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.browser

TWO_LOOKS_MS = 2500
"""The desk looks at the machine every second."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose requests can be held up: nothing stands between it and the server."""
    context = new_context(browser)
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    yield context.new_page()
    context.close()


@pytest.fixture
def hold_up(page: Page) -> Callable[[str], list[Route]]:
    """Return a function that holds up the requests of an address, and gives them to be let go."""

    def hold(address: str) -> list[Route]:
        held: list[Route] = []
        page.route(address, lambda route: held.append(route))  # noqa: PLW0108 - no built-in can be given
        return held

    return hold


def test_a_tile_is_opened_though_the_printer_changes_meanwhile(
    workplace: Workplace, page: Page, hold_up: Callable[[str], list[Route]]
) -> None:
    workplace.page = page
    workplace.sign_in()
    held = hold_up("**/technician/stock")
    page.get_by_test_id("stock").click(no_wait_after=True)
    page.route("**/technician/state", lambda route: route.fulfill(json={"stamp": "another"}))
    page.wait_for_timeout(TWO_LOOKS_MS)
    held.pop().continue_()
    expect(page.get_by_test_id("stock-panel")).to_be_visible()


def test_a_finger_that_is_down_keeps_the_page_under_it(
    workplace: Workplace, page: Page, hold_up: Callable[[str], list[Route]]
) -> None:
    workplace.page = page
    workplace.sign_in()
    page.evaluate("window.isSame = true")
    page.get_by_test_id("stock").hover()
    held = hold_up("**/technician/")
    with page.expect_request("**/technician/"):
        page.route("**/technician/state", lambda route: route.fulfill(json={"stamp": "another"}))
    page.mouse.down()
    held.pop().continue_()
    page.wait_for_timeout(TWO_LOOKS_MS)
    assert page.evaluate("window.isSame")
    page.mouse.up()
    expect(page.get_by_test_id("stock-panel")).to_be_visible()
