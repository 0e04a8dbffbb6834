"""What systemd hears of a process that serves, and of one that stands still."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.printer import process as printing
from kiosk.printer.adapter import EscposPrinter
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.processes import ready as readying
from kiosk.processes.printer import ready_printer
from kiosk.processes.ready import Ready, when_there_is_room
from kiosk.processes.sync import ready_sync
from kiosk.processes.ui import ready_ui
from kiosk.settings import Settings
from kiosk.store.errors import DiskFull
from kiosk.sync.server import api
from kiosk.ui import here

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.processes.conftest import Hang, Systemd

PATIENCE_S = 10.0

Configure = Callable[..., Settings]
Run = Callable[[Ready], None]


@pytest.fixture
def heard(patient_systemd: Systemd) -> Systemd:
    return patient_systemd


@pytest.fixture
def emulator() -> Iterator[PrinterEmulator]:
    with PrinterEmulator() as running:
        yield running


def test_the_screens_are_ready_once_they_answer(
    heard: Systemd, configure: Configure, run: Run
) -> None:
    ready = ready_ui(configure(), watchdog=heard.watchdog())
    assert heard.hear(0.3) is None  # it has the port, and nobody serves there yet
    run(ready)
    assert heard.hear(PATIENCE_S) == "READY=1"
    assert heard.hears_it_live()


def test_screens_that_answer_nobody_are_given_up(
    heard: Systemd, configure: Configure, run: Run, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.ui.polling.machine", hang.before(here.machine))
    run(ready_ui(configure(), watchdog=heard.watchdog()))
    assert heard.hear(PATIENCE_S) == "READY=1"
    hang.begin()
    assert heard.hears_it_hang()
    hang.end()
    assert heard.hear(PATIENCE_S) == "WATCHDOG=1"


def test_screens_that_only_have_bad_news_live(
    heard: Systemd, configure: Configure, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def machine() -> None:
        raise DiskFull("no room")

    monkeypatch.setattr("kiosk.ui.polling.machine", machine)
    run(ready_ui(configure(), watchdog=heard.watchdog()))
    assert heard.hear(PATIENCE_S) == "READY=1"
    assert heard.hears_it_live()


def test_the_printers_are_ready_once_an_earlier_process_was_recovered_from(
    heard: Systemd,
    configure: Configure,
    run: Run,
    hang: Hang,
    emulator: PrinterEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hang.begin()
    monkeypatch.setattr(printing, "leave_in_doubt", hang.before(printing.leave_in_doubt))
    run(ready_printer(configure(emulator.address), heard.watchdog()))
    assert heard.hear(0.5) is None
    hang.end()
    assert heard.hear(PATIENCE_S) == "READY=1"
    assert heard.hears_it_live()


@pytest.mark.parametrize("stuck", ["sticker", "receipt"])
def test_one_printer_does_not_speak_for_the_other(
    heard: Systemd,
    configure: Configure,
    run: Run,
    hang: Hang,
    emulator: PrinterEmulator,
    monkeypatch: pytest.MonkeyPatch,
    stuck: str,
) -> None:
    really_ask = EscposPrinter.status
    wait_and_ask = hang.before(really_ask)

    def status(printer: EscposPrinter) -> object:
        return (wait_and_ask if printer.name == stuck else really_ask)(printer)

    monkeypatch.setattr(EscposPrinter, "status", status)
    with PrinterEmulator() as receipts:
        run(ready_printer(configure(emulator.address, receipts.address), heard.watchdog()))
        assert heard.hear(PATIENCE_S) == "READY=1"
        assert heard.hears_it_live()
        hang.begin()
        assert heard.hears_it_hang()
        hang.end()
        assert heard.hear(PATIENCE_S) == "WATCHDOG=1"


def test_a_printer_that_is_switched_off_is_no_hang(
    heard: Systemd, configure: Configure, run: Run
) -> None:
    run(ready_printer(configure("tcp://127.0.0.1:1"), heard.watchdog()))
    assert heard.hear(PATIENCE_S) == "READY=1"
    assert heard.hears_it_live()
    assert heard.hears_it_live()


def test_a_long_wait_for_paper_to_come_to_rest_is_no_hang(
    heard: Systemd,
    configure: Configure,
    run: Run,
    emulator: PrinterEmulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting = threading.Event()

    def gather(*arguments: object) -> bool:
        waiting.set()
        arguments[-1]()  # type: ignore[operator] # as it waits between clearing and counting
        return True

    monkeypatch.setattr(printing, "gather_evidence", gather)
    monkeypatch.setattr("kiosk.processes.printer.longest_print_s", lambda _: PATIENCE_S)
    run(ready_printer(configure(emulator.address), heard.watchdog()))
    assert waiting.wait(PATIENCE_S)
    begun = time.monotonic()
    while time.monotonic() - begun < 2 * heard.limit_s:
        assert heard.hears_it_live()


def test_the_inbox_alone_is_ready_and_lives_through_a_long_file(
    heard: Systemd, configure: Configure, run: Run, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configure()
    settings.sync.inbox.mkdir(parents=True)
    (settings.sync.inbox / "day.ndjson").touch()
    began = threading.Event()

    def import_file(
        _engine: object, _path: Path, _clock: object, *, should_yield: Callable[[], bool]
    ) -> None:
        began.set()
        until = time.monotonic() + 2 * heard.limit_s
        while time.monotonic() < until:
            should_yield()  # as between two slices
            time.sleep(0.01)
        hang.before(lambda: None)()

    monkeypatch.setattr("kiosk.processes.sync.import_file", import_file)
    hang.begin()
    run(ready_sync(settings, heard.watchdog()))
    assert heard.hear(PATIENCE_S) == "READY=1"
    assert began.wait(PATIENCE_S)
    assert heard.hears_it_live()
    assert heard.hears_it_hang()
    hang.end()
    assert heard.hear(PATIENCE_S) == "WATCHDOG=1"


def test_an_inbox_that_lives_does_not_speak_for_a_server_that_hangs(
    heard: Systemd, configure: Configure, run: Run, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "json_answer", hang.before(api.json_answer))
    run(ready_sync(configure(listen="127.0.0.1:0"), heard.watchdog()))
    assert heard.hear(PATIENCE_S) == "READY=1"
    assert heard.hears_it_live()
    hang.begin()
    assert heard.hears_it_hang()
    hang.end()
    assert heard.hear(PATIENCE_S) == "WATCHDOG=1"


def test_one_that_waits_for_room_on_the_disk_lives(
    heard: Systemd, kiosk_home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readying, "ROOM_S", 0.05)

    def make() -> Ready:
        raise DiskFull("no room")

    run(when_there_is_room(make, kiosk_home.folder / "kiosk.db", heard.watchdog().beat))
    assert heard.hear(PATIENCE_S) == "READY=1"
    assert heard.hears_it_live()


def test_an_inbox_that_cannot_be_read_ends_the_process(
    configure: Configure, kiosk_home: Home
) -> None:
    settings = configure(listen="127.0.0.1:0")
    settings.sync.inbox.write_text("no folder", "utf-8")
    stop = threading.Event()
    with pytest.raises(OSError, match="exists"):
        ready_sync(settings).run(stop)
    assert stop.is_set()
    assert kiosk_home.events()[-1] == "process-started"
