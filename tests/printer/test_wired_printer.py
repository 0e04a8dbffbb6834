"""What the settings and the database say of a printer reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.bootstrap import open_printer, open_receipt_printer
from kiosk.domain.printing import Capabilities, Picture
from kiosk.printer.fakes import FakePrinter
from kiosk.printer.lock import PrinterBusyError
from kiosk.processes import printer as process
from kiosk.settings import Settings, load_settings
from kiosk.usecases.ports import Printer

if TYPE_CHECKING:
    from tests.conftest import Home

SETTINGS = """
[kiosk]
id = "BKK-5-1"
office = "BKK-5"
[printer.sticker]
device = "{address}"
margins = {margins}
[printer.receipt]
device = "tcp://127.0.0.1:1"
margins = {margins}
[keys]
ring = "ring"
kiosk = "kiosk.pem"
"""

FAR_RIGHT = Picture(576, 24, (bytes(60) + b"\xff" * 12) * 24)
LEFT_MARGIN = b"\x1dL"


@pytest.mark.parametrize("margins", ["true", "false"])
def test_a_printer_without_margins_is_sent_none(kiosk_home: Home, margins: str) -> None:
    path = kiosk_home.folder / "kiosk.toml"
    path.write_text(SETTINGS.format(address="tcp://127.0.0.1:2", margins=margins), "utf-8")
    settings = load_settings(path)
    sticker, receipt = open_printer(settings), open_receipt_printer(settings)
    assert receipt is not None
    for printer in (sticker, receipt):
        assert (LEFT_MARGIN in printer.encode(FAR_RIGHT, 1)) is (margins == "true")
        printer.close()


def test_the_process_opens_its_printer_with_what_was_known_of_it(
    kiosk_home: Home, fake: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk_home.spool(fake)
    path = kiosk_home.folder / "kiosk.toml"
    path.write_text(SETTINGS.format(address="tcp://127.0.0.1:2", margins="true"), "utf-8")
    told: list[Capabilities | None] = []

    def open_it(_: Settings, known: Capabilities | None, _alive: object) -> Printer:
        told.append(known)
        raise PrinterBusyError

    monkeypatch.setattr(process, "open_printer", open_it)
    with pytest.raises(PrinterBusyError):
        process.ready_printer(load_settings(path))
    assert told == [fake.can]
