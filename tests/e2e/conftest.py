"""A Chromium for the browser tests; without one they are skipped and counted by tests/run.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

from kiosk.ui.settings import UiSettings
from tests.e2e.stage import FLAGS, Stage, find_chromium, new_context, served, visiting
from tests.e2e.workplace import Workplace, at_work
from tests.ui.fake_desk import FakeDesk, furnished

if TYPE_CHECKING:
    from tests.conftest import Home


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium: install it, or name it in KIOSK_CHROMIUM")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def desk() -> FakeDesk:
    return furnished()


@pytest.fixture
def arrive(browser: Browser, desk: FakeDesk) -> Iterator[Callable[..., Stage]]:
    """Each call is another browser before the same server."""
    with ExitStack() as stack:
        addresses: list[str] = []

        def arrival(settings: UiSettings | None = None, size: str = "1080x1920") -> Stage:
            if not addresses:
                addresses.append(stack.enter_context(served(desk, settings or UiSettings())))
            context = new_context(browser, size)
            stack.callback(context.close)
            return stack.enter_context(visiting(context, desk, addresses[0]))

        yield arrival


@pytest.fixture
def stage(arrive: Callable[..., Stage]) -> Stage:
    return arrive()


@pytest.fixture
def workplace(
    kiosk_home: Home, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workplace]:
    with at_work(kiosk_home, browser, monkeypatch) as opened:
        yield opened
