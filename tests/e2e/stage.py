"""A real server before a fake desk, and what a visitor's hands do on its page."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Browser, BrowserContext, Page

from kiosk.ui.app import create_app
from kiosk.ui.server import listen, serve
from kiosk.ui.settings import UiSettings
from tests.ui.fake_desk import FakeDesk, signed_code

NOW = datetime(2026, 11, 21, 13, 15, tzinfo=UTC)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = ("1080x1920", "1280x800", "1024x600")


def find_chromium() -> str | None:
    """Path of a Chromium; ``KIOSK_CHROMIUM`` goes before what PATH has, and empty means none."""
    named = os.environ.get("KIOSK_CHROMIUM")
    if named is not None:
        return shutil.which(named) if named else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def served(desk: FakeDesk, settings: UiSettings, port: int = 0) -> Iterator[str]:
    """Serve a desk on loopback and give its address."""
    app = create_app(desk, settings, lambda: NOW)
    stop = threading.Event()
    listener = listen("127.0.0.1", port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = threading.Thread(target=serve, args=(app, listener, stop))
    server.start()
    try:
        yield address
    finally:
        stop.set()
        server.join(10)


@dataclass
class Stage:
    """One visitor's page."""

    page: Page
    desk: FakeDesk
    address: str

    def begin_again(self) -> None:
        """Be another visitor before a desk that has seen nobody."""
        self.page.goto("about:blank")  # or the page would notice the new desk and load itself
        self.desk.__init__(self.desk.draw)  # type: ignore[misc] # a fake may be born twice
        self.desk.furnish()
        self.page.context.clear_cookies()
        self.page.goto(self.address)

    def start(self) -> None:
        self.page.get_by_test_id("start").click()
        self.page.get_by_test_id("collect").wait_for()

    def scan(self, text: str, ending: str = "Enter") -> float:
        """Type as a scanner under a Thai layout does, at once; return how many ms that took."""
        took_ms: float = self.page.evaluate(BURST, [text, ending])
        return took_ms

    def tap_and_scan(self, test_id: str, text: str) -> None:
        """Scan before the page has answered to a tap."""
        self.page.evaluate(
            f"([id, ...scan]) => {{ document.querySelector(`[data-testid=${{id}}]`).click();"
            f" ({BURST})(scan); }}",
            [test_id, text, "Enter"],
        )

    def is_looked_after(self) -> None:
        """Wait for the worker that stands between the page and the server."""
        self.page.evaluate(CONTROLLED)

    def open(self, number: int) -> None:
        self.scan(signed_code(f"TX-{number:08d}"))
        self.page.wait_for_url("**/vehicle")

    def ask(self, reference: str, owner_id: str) -> None:
        self.page.get_by_test_id("reference").fill(reference)
        self.page.get_by_test_id("owner-id").fill(owner_id)
        self.page.get_by_test_id("continue").click()

    def print(self) -> str:
        self.open(1)
        self.page.get_by_test_id("print").click()
        self.page.wait_for_url("**/printing")
        return next(reversed(self.desk.jobs))

    def prefer(self, language: str = "th", theme: str = "light", size: str = "normal") -> None:
        if language != "th":
            self.page.get_by_test_id("language").click()
            self.page.wait_for_selector(f"html[lang={language}]")
        for name, value in (("theme", theme), ("size", size)):
            if value not in ("light", "normal"):
                self.page.locator(f"button[name={name}][value={value}]").click()
                self.page.wait_for_selector(f"html[data-{name}={value}]")

    def settle(self) -> None:
        self.page.wait_for_load_state()
        self.page.evaluate("document.fonts.ready.then(() => true)")


BURST = """([text, ending]) => {
  const startedAt = performance.now();
  const shifted = {"$": "Digit4", "%": "Digit5", "*": "Digit8", "+": "Equal", ":": "Semicolon"};
  const plain = {" ": "Space", "-": "Minus", ".": "Period", "/": "Slash"};
  const send = (code, key, shiftKey) => (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent("keydown", {code, key, shiftKey, bubbles: true, cancelable: true}));
  for (const sign of text) {
    if (/[A-Z]/.test(sign)) send("Key" + sign, "ก", true);
    else if (/[a-z]/.test(sign)) send("Key" + sign.toUpperCase(), "ข", false);
    else if (/[0-9]/.test(sign)) send("Digit" + sign, "ๆ", false);
    else if (sign in shifted) send(shifted[sign], "฿", true);
    else send(plain[sign], "ใ", false);
  }
  if (ending) send(ending, ending, false);
  return performance.now() - startedAt;
}"""

CONTROLLED = """() => navigator.serviceWorker.controller || new Promise(
  controlled => navigator.serviceWorker.addEventListener("controllerchange", controlled))"""


@contextmanager
def visiting(context: BrowserContext, desk: FakeDesk, address: str) -> Iterator[Stage]:
    page = context.new_page()
    page.goto(address)
    try:
        yield Stage(page, desk, address)
    finally:
        page.close()


def new_context(browser: Browser, size: str = "1080x1920") -> BrowserContext:
    """A browser of its own, still: what moves is not part of what is looked at."""
    width, height = (int(side) for side in size.split("x"))
    return browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", has_touch=True
    )


Pose = Callable[[Stage], None]
"""Leads a visitor to what a picture shows."""
