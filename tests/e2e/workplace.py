"""A whole kiosk at work, its emulated printers, and a member of staff's browser before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Locator, Page, expect

from kiosk.domain.staff import Role
from kiosk.printer import process
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.printer.opening import open_printer
from kiosk.printer.process import run_attendant, run_spool
from kiosk.ui.app import create_app
from kiosk.ui.server import listen, serve
from kiosk.ui.settings import UiSettings
from kiosk.usecases import staffing
from kiosk.usecases.attending import Attendant
from kiosk.usecases.staffing import add_staff
from kiosk.usecases.views import JobView
from kiosk.usecases.workshop import Workshop
from tests.e2e.stage import new_context

if TYPE_CHECKING:
    from tests.conftest import Home

PATIENCE_MS = 8000
"""A printer is looked at once a second, and a doubt is certain only when its patience is over."""

LANDING_MS = 80
"""A page that was about to come in when the finger came down is there by then."""

STAFF = {
    "T-101": (Role.TECHNICIAN, "271828"),
    "S-201": (Role.SUPERVISOR, "314159"),
    "R-301": (Role.REGISTRAR, "161803"),
}


@dataclass
class Workplace:
    """The machine, its printers and a browser before it; `receipts` is on plain paper."""

    home: Home
    emulator: PrinterEmulator
    receipts: PrinterEmulator
    page: Page
    address: str

    def sign_in(self, badge: str = "T-101") -> None:
        self.page.goto(f"{self.address}/technician/")
        self.page.get_by_test_id("badge").fill(badge)
        self.page.get_by_test_id("pin").fill(STAFF[badge][1])
        self.page.get_by_test_id("sign-in").click()
        self.page.wait_for_url("**/technician/")

    def go(self, page: str) -> None:
        """Open a page; a finger on the one before keeps it from following the printer meanwhile."""
        self.page.mouse.down()
        self.page.wait_for_timeout(LANDING_MS)
        self.page.goto(f"{self.address}/technician/{page}")
        self.page.mouse.up()

    def why(self, words: str = "บำรุงรักษา") -> None:
        """Choose a reason; the first form on the page that offers it is meant."""
        self.page.locator(".chip:visible", has_text=words).first.click()

    def open_doubt(self, fault: str, reference: str) -> str:
        """Print while the printer has a fault, and open the job once it waits at the desk."""
        self.emulator.inject(fault)
        job = self.home.desk().request_print(reference, "visit")
        assert isinstance(job, JobView), job
        self.sign_in()
        self.page.get_by_test_id("doubt").click(timeout=PATIENCE_MS)
        return job.id

    def say(self, seen: str, why: str, *, serial: str = "", second: str = "") -> None:
        """Answer the questions about a doubt, and send them."""
        self.page.get_by_test_id(f"seen-{seen}").check(force=True)
        if serial:
            self.page.get_by_test_id("serial").fill(serial)
        self.why(why)
        if second:
            self.page.get_by_test_id("badge-2").fill(second)
            self.page.get_by_test_id("pin-2").fill(STAFF[second][1])
        self.page.get_by_test_id("resolve").click()

    def load(self, first: str, last: str) -> None:
        """Go on from an empty printer with the walk of loading, up to the roll's serials."""
        expect(self.step("open-cover")).to_be_visible(timeout=PATIENCE_MS)
        self.emulator.inject("cover-open")
        expect(self.step("close-cover")).to_be_visible(timeout=PATIENCE_MS)
        self.emulator.mend("cover-open")
        expect(self.step("serials")).to_be_visible(timeout=PATIENCE_MS)
        self.home.clock.pass_(seconds=1)
        self.page.get_by_test_id("first").fill(first)
        self.page.get_by_test_id("last").fill(last)
        self.page.get_by_test_id("load-go").click()

    @property
    def told(self) -> Locator:
        """What the page says of the last act."""
        return self.page.get_by_test_id("told")

    def panel(self, state: str, of: str = "sticker") -> Locator:
        """The panel of a printer in a state."""
        return self.page.locator(f"[data-testid=panel-{of}][data-state={state}]")

    def step(self, name: str) -> Locator:
        """A step of loading a roll."""
        return self.page.locator(f"[data-testid=step][data-step={name}]")

    def asked(self, state: str) -> Locator:
        """What was asked of a printer last, in a state."""
        return self.page.locator(f"[data-testid=asked][data-state={state}]")


@contextmanager
def at_work(
    home: Home, browser: Browser, monkeypatch: pytest.MonkeyPatch, *, mode: str = "plain"
) -> Iterator[Workplace]:
    """A kiosk with a sticker printer, a receipt printer and three members of staff."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staffing, "_hasher", lambda: cheap)
    monkeypatch.setattr(process, "LOOK_S", 0.1)
    for badge, (role, pin) in STAFF.items():
        add_staff(home.engine, home.clock, badge=badge, name="สมชาย", role=role, pin=pin)
    workshop = Workshop(home.engine, home.site, home.template, home.clock, 2, mode, "receipt")
    stop = threading.Event()
    with ExitStack() as stack:
        emulators = {
            name: stack.enter_context(PrinterEmulator(tray=home.folder / name))
            for name in ("sticker", "receipt")
        }
        sticker, receipt = (
            open_printer(each.address, name=name, speed_mm_s=1000, locks=home.folder / "locks")
            for name, each in emulators.items()
        )
        attendant = Attendant(
            home.engine, home.site, sticker, home.clock, lambda: None, 400, has_stock=True
        )
        listener = listen("127.0.0.1", 0)
        app = create_app(home.desk(), UiSettings(), home.clock, workshop)
        threads = (
            threading.Thread(target=serve, args=(app, listener, stop)),
            threading.Thread(
                target=run_spool,
                args=(home.spool(sticker), stop),
                kwargs={"settle_s": 0.05, "attendant": attendant},
            ),
            threading.Thread(
                target=run_attendant,
                args=(replace(attendant, printer=receipt, has_stock=False), stop),
            ),
        )
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(stop.set)
        context = new_context(browser, "1080x1920")
        stack.callback(context.close)
        yield Workplace(
            home,
            emulators["sticker"],
            emulators["receipt"],
            context.new_page(),
            f"http://127.0.0.1:{listener.getsockname()[1]}",
        )
