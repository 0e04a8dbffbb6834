from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kiosk.printer.lock import PrinterBusyError

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

OPEN = """
import sys
from pathlib import Path
from kiosk.printer.lock import PrinterBusyError
from kiosk.printer.opening import open_printer
try:
    open_printer(sys.argv[1], name="second", speed_mm_s=100, locks=Path(sys.argv[2]))
except PrinterBusyError as busy:
    print(busy)
"""


def test_the_second_is_told_who_holds_it_and_prints_nothing(at: Office) -> None:
    spool = at.spool()
    arguments = [sys.executable, "-c", OPEN, at.emulator.address, str(at.home.folder / "locks")]
    second = subprocess.run(arguments, capture_output=True, text=True, timeout=30, check=True)
    assert "held by sticker (process " in second.stdout
    at.tap()
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_lock_ends_with_its_holder(at: Office) -> None:
    spool = at.spool()
    with pytest.raises(PrinterBusyError):
        at.spool()
    spool.printer.close()
    again = at.spool()
    at.tap()
    again.do_one()
    assert at.paper() == ["A0000001"]
