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

from kiosk.domain.job import JobState
from kiosk.domain.printing import Picture
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.domain.sticker import sticker_fields
from kiosk.sticker.layout import load_template
from kiosk.sticker.picture import draw
from kiosk.ui.app import create_app
from kiosk.ui.server import listen, serve
from kiosk.ui.settings import UiSettings
from kiosk.usecases.views import Denied, SlipView
from tests.ui.fake_desk import OTHER_ID, OWNER_ID, FakeDesk, furnished, signed_code

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


def real_picture() -> Callable[[PaidRecord], Picture]:
    """Return the sticker's own renderer: the preview is part of the screen's look."""
    template = load_template()

    def picture(record: PaidRecord) -> Picture:
        office_name = "สำนักงานขนส่งกรุงเทพมหานครพื้นที่ ๕"
        fields = sticker_fields(record, office_name=office_name, is_specimen=True)
        return draw(fields, template, None).picture

    return picture


Pose = Callable[[Stage], None]


def _reference(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("reference").fill("TX-00000001")


def _owner(stage: Stage) -> None:
    _reference(stage)
    stage.page.get_by_test_id("owner-id").fill(OWNER_ID)


def _where(stage: Stage) -> None:
    stage.start()
    stage.page.locator("#where").click()


def _mismatch(stage: Stage) -> None:
    stage.start()
    stage.ask("TX-00000001", OTHER_ID)
    stage.page.locator("#problem").wait_for()


def _vehicle(number: int) -> Pose:
    return lambda stage: stage.open(number)


def _denied(denied: Denied) -> Pose:
    def pose(stage: Stage) -> None:
        stage.desk.denied = denied
        stage.start()
        stage.ask("TX-00000001", OWNER_ID)
        stage.page.wait_for_url("**/notice")

    return pose


def _sending(stage: Stage) -> None:
    job_id = stage.print()
    stage.desk.move(job_id, JobState.SENDING, seconds_left=3)
    stage.page.locator("[data-testid=job-state][data-state=sending]").wait_for()


def _ended(state: JobState, serial: str | None = None) -> Pose:
    def pose(stage: Stage) -> None:
        job_id = stage.print()
        stage.desk.move(job_id, state, seconds_left=0, serial=serial)
        stage.page.wait_for_url("**/take" if state is JobState.PRINTED else "**/notice")

    return pose


def _left(stage: Stage) -> None:
    stage.desk.has_left_sticker = True
    stage.page.reload()


def _out(stage: Stage) -> None:
    stage.desk.reasons = (Reason.PAPER_OUT, Reason.PRINTER_IN_DOUBT)
    stage.page.reload()


def _idle(stage: Stage) -> None:
    stage.start()
    stage.page.evaluate("document.getElementById('idle').showModal()")


def _unknown(stage: Stage) -> None:
    stage.page.goto(f"{stage.address}/nowhere")


def _plate(stage: Stage) -> None:
    stage.start()
    stage.page.get_by_test_id("by-plate").click()
    stage.page.get_by_test_id("plate").fill("1กก")


def _vowels(stage: Stage) -> None:
    _plate(stage)
    stage.page.locator("[data-act=vowels]").click()


def _province(stage: Stage) -> None:
    _plate(stage)
    stage.page.get_by_test_id("province").focus()
    stage.page.locator("[data-letter]:visible").nth(-3).click()


def _status(number: int) -> Pose:
    def pose(stage: Stage) -> None:
        stage.page.get_by_test_id("status").click()
        stage.ask(f"TX-{number:08d}", OWNER_ID)
        stage.page.wait_for_url("**/status")

    return pose


def _slip(number: int, *, has_failed: bool = False) -> Pose:
    """Offer the slip; or have asked for it in vain."""

    def pose(stage: Stage) -> None:
        stage.desk.prints_slips = True
        stage.desk.slip_view = SlipView(is_open=False, is_printed=False, may_ask_again=True)
        _status(number)(stage)
        if has_failed:
            stage.page.get_by_test_id("print-slip").click()
            stage.page.get_by_test_id("slip-failed").wait_for()

    return pose


def _called(stage: Stage) -> None:
    stage.page.get_by_test_id("call").click()
    stage.page.wait_for_url("**/called")


def _vehicles(stage: Stage) -> None:
    stage.start()
    stage.ask("TX-00000020", OWNER_ID)
    stage.page.get_by_test_id("more").click()
    stage.page.wait_for_url("**/vehicles")


def _many(stage: Stage) -> None:
    stage.start()
    stage.ask("TX-00000040", OWNER_ID)
    stage.page.get_by_test_id("more").click()
    stage.page.wait_for_url("**/vehicles")


def _long_row(stage: Stage) -> None:
    _many(stage)
    for _ in range(2):
        for box in stage.page.locator(".pick input").all():
            box.check()
        stage.page.get_by_test_id("page-on").click()
        stage.page.wait_for_load_state()
    stage.page.get_by_test_id("print-row").click()
    stage.page.wait_for_url("**/printing")
    for number in range(1, 8):
        _until(stage, lambda number=number: f"job-{number}" in stage.desk.jobs)
        stage.desk.move(f"job-{number}", JobState.PRINTED, seconds_left=0)
    stage.page.locator("[data-testid=row-place]", has_text="8").wait_for()


def _long_row_taken(stage: Stage) -> None:
    _long_row(stage)
    for number in range(8, 13):
        _until(stage, lambda number=number: f"job-{number}" in stage.desk.jobs)
        stage.desk.move(f"job-{number}", JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")


def _row(stage: Stage) -> None:
    _vehicles(stage)
    for number in (1, 2):
        stage.page.locator(".pick input").nth(number).check()
    stage.page.get_by_test_id("print-row").click()
    stage.page.wait_for_url("**/printing")


def _second_of_row(stage: Stage) -> None:
    _row(stage)
    stage.desk.move("job-1", JobState.PRINTED, seconds_left=0)
    stage.page.locator("[data-state=printed]").first.wait_for()
    stage.page.locator("[data-testid=job-state][data-state=requested]").wait_for()


def _all_of_row(stage: Stage) -> None:
    _row(stage)
    for number in (1, 2, 3):
        _until(stage, lambda number=number: f"job-{number}" in stage.desk.jobs)
        stage.desk.move(f"job-{number}", JobState.PRINTED, seconds_left=0)
    stage.page.wait_for_url("**/take")


def _until(stage: Stage, is_so: Callable[[], bool]) -> None:
    for _ in range(100):
        if is_so():
            return
        stage.page.wait_for_timeout(50)
    raise AssertionError("it did not become so")


POSES: dict[str, Pose] = {
    "attract": lambda _: None,
    "attract-left": _left,
    "plate": _plate,
    "plate-vowels": _vowels,
    "plate-province": _province,
    "status": _status(1),
    "status-by-post": _status(30),
    "status-slip": _slip(30),
    "status-quoted": _slip(31, has_failed=True),
    "called": _called,
    "vehicles": _vehicles,
    "vehicles-many": _many,
    "row-long": _long_row,
    "row-long-taken": _long_row_taken,
    "row": _second_of_row,
    "row-taken": _all_of_row,
    "collect": Stage.start,
    "collect-reference": _reference,
    "collect-owner": _owner,
    "collect-where": _where,
    "collect-mismatch": _mismatch,
    "vehicle": _vehicle(1),
    "vehicle-motorcycle": _vehicle(2),
    "vehicle-truck": _vehicle(3),
    "vehicle-personalised": _vehicle(4),
    "printing": _sending,
    "take": _ended(JobState.PRINTED, "A0000043"),
    "in-doubt": _ended(JobState.IN_DOUBT),
    "already-printed": _vehicle(5),
    "refused": _vehicle(6),
    "refused-quoted": _vehicle(31),
    "other-office": _vehicle(7),
    "not-found": _denied(Denied(Reason.NOT_FOUND)),
    "too-many-tries": _denied(Denied(Reason.TOO_MANY_TRIES, 240)),
    "out-of-service": _out,
    "idle": _idle,
    "page-unknown": _unknown,
}


@contextmanager
def posed(browser: Browser, size: str, *, is_demo: bool = False) -> Iterator[Stage]:
    """A page of a size before a fresh desk, with real sticker pictures."""
    desk = furnished(real_picture())
    settings = UiSettings(is_demo=is_demo, idle_s=3600, done_s=20)
    with served(desk, settings) as address:
        context = new_context(browser, size)
        with visiting(context, desk, address) as stage:
            yield stage
        context.close()
