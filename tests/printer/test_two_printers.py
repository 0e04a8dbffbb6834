"""One process, two printers: stickers on numbered blanks, reports on plain paper."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image

from kiosk.bootstrap import now_utc
from kiosk.domain.service import ServiceKind, ServiceOutcome
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.printer.lock import PrinterBusyError
from kiosk.processes.printer import ready_printer
from kiosk.settings import Settings, SettingsError, load_settings
from kiosk.store import people, service
from kiosk.store.engine import reading, writing
from kiosk.usecases.servicing import ask

if TYPE_CHECKING:
    from tests.conftest import Home

PATIENCE_S = 10

SETTINGS = """
[kiosk]
id = "BKK-5-1"
office = "BKK-5"
[printer.sticker]
device = "{sticker}"
speed_mm_s = 500
[printer.receipt]
device = "{receipt}"
speed_mm_s = 500
[keys]
ring = "ring"
kiosk = "kiosk.pem"
"""


def settings_for(home: Home, sticker: str, receipt: str) -> Settings:
    path = home.folder / "kiosk.toml"
    path.write_text(SETTINGS.format(sticker=sticker, receipt=receipt), "utf-8")
    return load_settings(path)


def outcome_of(home: Home, number: int) -> ServiceOutcome | None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with reading(home.engine) as connection:
            found = service.by_id(connection, number)
        if found is not None and found.outcome is not None:
            return found.outcome
        time.sleep(0.02)
    return None


def test_report_comes_out_of_the_printer_on_plain_paper(kiosk_home: Home) -> None:
    stop = threading.Event()
    with writing(kiosk_home.engine) as connection:
        people.add(
            connection, badge="T-101", name="-", role="technician", pin_hash="-", at=now_utc()
        )
    with PrinterEmulator() as stickers, PrinterEmulator() as receipts:
        ready = ready_printer(settings_for(kiosk_home, stickers.address, receipts.address))
        thread = threading.Thread(target=ready.run, args=(stop,))
        thread.start()
        try:
            for printer, kind in (
                ("receipt", ServiceKind.REPORT),
                ("sticker", ServiceKind.TEST_PRINT),
            ):
                number = ask(
                    kiosk_home.engine,
                    now_utc,
                    printer=printer,
                    kind=kind,
                    by="staff:T-101",
                    why="end-of-shift",
                )
                assert outcome_of(kiosk_home, number) is ServiceOutcome.PRINTED
        finally:
            stop.set()
            thread.join()
        [report] = receipts.tray.pieces
        assert len(stickers.tray.pieces) == 1
    size = (report.width, report.height)
    image = Image.frombytes("1", size, report.bits, "raw", "1;I").convert("L")
    [code] = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    kiosk, number, hashed = code.text.removeprefix("HEAD:").split(":")
    assert kiosk == "BKK-5-1"
    stored = kiosk_home.one("SELECT hex(hash) FROM audit_events WHERE number = ?", int(number))
    assert stored == hashed
    assert kiosk_home.one("SELECT count(*) FROM blanks WHERE fate = 'spoiled'") == 1


def test_two_printers_need_two_names(kiosk_home: Home) -> None:
    path = kiosk_home.folder / "kiosk.toml"
    named = SETTINGS.replace("[printer.receipt]", '[printer.receipt]\nname = "sticker"')
    path.write_text(named.format(sticker="tcp://127.0.0.1:1", receipt="tcp://127.0.0.1:2"), "utf-8")
    with pytest.raises(SettingsError, match="both printers are called sticker"):
        load_settings(path)


def test_one_device_cannot_be_both_printers(kiosk_home: Home) -> None:
    with PrinterEmulator() as only:
        settings = settings_for(kiosk_home, only.address, only.address)
        with pytest.raises(PrinterBusyError, match="is held by"):
            ready_printer(settings)
