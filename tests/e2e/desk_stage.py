"""The technician's desk posed for its pictures: a demo kiosk, printers in memory, a still clock."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import time_machine
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from kiosk.bootstrap import open_store, wire_desk, wire_site, wire_spool, wire_workshop
from kiosk.cli.demo_home import furnish
from kiosk.domain.printing import Doubt, PrinterState, SendOutcome
from kiosk.printer.fakes import FakePrinter
from kiosk.settings import Settings, load_settings
from kiosk.ui.app import create_app
from kiosk.ui.server import listen, serve
from kiosk.ui.settings import UiSettings
from kiosk.usecases import stocking
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import gather_evidence
from kiosk.usecases.staffing import add_staff
from kiosk.usecases.views import JobView
from tests.e2e.stage import NOW, new_context

BY = "staff:T-101"
PINS = {"T-101": "271828", "S-201": "314159", "R-301": "161803"}
STICKER, RECEIPT = "sticker", "receipt"
BROKEN_LINE = Doubt("line lost: the printer closed it", 100)


@dataclass
class StandingClock:
    """Stands until a pose moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class DeskStage:
    """A page before the desk, and the machine behind it."""

    page: Page
    address: str
    engine: Engine
    clock: StandingClock
    desk: Desk
    sticker: FakePrinter
    receipt: FakePrinter
    spool: Spool
    attendants: dict[str, Attendant]
    references: Iterator[str]

    def sign_in(self, badge: str = "T-101", pin: str | None = None) -> None:
        self.page.goto(f"{self.address}/technician/sign-in")
        self.page.get_by_test_id("badge").fill(badge)
        self.page.get_by_test_id("pin").fill(pin or PINS[badge])
        self.page.get_by_test_id("sign-in").click()
        self.page.wait_for_load_state()

    def go(self, where: str = "") -> None:
        self.page.goto(f"{self.address}/technician/{where}")

    def look(self) -> None:
        """Let the printers' process notice how they are."""
        self.spool.saw()
        self.attendants[RECEIPT].look()

    def pass_(self, **span: float) -> None:
        self.clock.now += timedelta(**span)
        self.look()

    def state(self, state: PrinterState) -> None:
        self.sticker.state = state
        self.look()

    def print(self, outcome: SendOutcome | None = None) -> str:
        """Let a visitor print the next sticker, and return its job."""
        if outcome is not None:
            self.sticker.script(outcome)
        asked = (self.desk.request_print(each, "a visit") for each in self.references)
        job = next(each for each in asked if isinstance(each, JobView))
        self.spool.do_one()
        self.pass_(minutes=3)
        return job.id

    def doubt(self, *, is_asked: bool = True) -> str:
        job_id = self.print(BROKEN_LINE)
        if is_asked:
            gather_evidence(self.engine, self.sticker, self.clock, lambda: None)
        return job_id

    def ask(self, kind: str, why: str = "new-roll", printer: str = STICKER) -> None:
        self.go(f"printer/{printer}")
        self.page.locator(f"#test input[value={why}]").check(force=True)
        self.page.get_by_test_id(f"ask-{kind}").click()
        self.page.wait_for_load_state()

    def settle(self) -> None:
        self.page.wait_for_load_state()
        self.page.evaluate("document.fonts.ready.then(() => true)")


Pose = Callable[[DeskStage], None]
"""Leads a desk to what a picture shows."""


@contextmanager
def made_house() -> Iterator[Path]:
    """A demo kiosk's folder; each pose gets a copy, since making one takes seconds."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "kiosk"
        with time_machine.travel(NOW, tick=False):
            furnish(folder, port=0, printer_port=1, sync_port=0, speed_mm_s=250, records=40)
        engine = open_store(load_settings(folder / "kiosk.toml"))
        clock = StandingClock()
        pin = PINS["R-301"]
        add_staff(engine, clock, badge="R-301", name="นายทะเบียนสาธิต", role="registrar", pin=pin)
        engine.dispose()
        yield folder


@contextmanager
def posed_desk(
    browser: Browser, house: Path, size: str, *, mode: str = "plain"
) -> Iterator[DeskStage]:
    """A page of a size before the desk of a fresh copy of the house."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "kiosk"
        shutil.copytree(house, folder)
        settings = load_settings(folder / "kiosk.toml")
        engine = open_store(settings)
        stack.callback(engine.dispose)
        clock = StandingClock()
        address = stack.enter_context(_served(settings, engine, clock, mode))
        sticker, receipt = FakePrinter(STICKER), FakePrinter(RECEIPT)
        context = new_context(browser, size)
        stack.callback(context.close)
        stage = DeskStage(
            page=context.new_page(),
            address=address,
            engine=engine,
            clock=clock,
            desk=wire_desk(settings, engine, clock),
            sticker=sticker,
            receipt=receipt,
            spool=wire_spool(settings, engine, sticker, clock),
            attendants={
                each.name: Attendant(
                    engine, wire_site(settings), each, clock, lambda: None, 400, has_stock=has_stock
                )
                for each, has_stock in ((sticker, True), (receipt, False))
            },
            references=iter(_references(folder)),
        )
        stage.look()
        stage.spool.probe()
        if mode == "numbered":
            stocking.return_roll(engine, clock, by=BY)
            stage.pass_(seconds=1)
            stocking.load_roll(
                engine, clock, first="B0000001", last="B0001000", mode=mode, by=BY, why="new-roll"
            )
        yield stage


@contextmanager
def _served(settings: Settings, engine: Engine, clock: StandingClock, mode: str) -> Iterator[str]:
    workshop = replace(wire_workshop(settings, engine, clock), stock_mode=mode, receipt=RECEIPT)
    app = create_app(wire_desk(settings, engine, clock), UiSettings(), clock, workshop)
    stop = threading.Event()
    listener = listen("127.0.0.1", 0)
    server = threading.Thread(target=serve, args=(app, listener, stop))
    server.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        server.join(10)


def _references(folder: Path) -> list[str]:
    lines = (folder / "records.ndjson").read_text(encoding="utf-8").splitlines()
    return [cast("str", json.loads(line)["reference"]) for line in lines]
