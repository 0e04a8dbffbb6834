from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.printer.lock import DeviceLock, PrinterBusyError

HOLD = """
import sys, pathlib
from kiosk.printer.lock import DeviceLock
DeviceLock(pathlib.Path(sys.argv[1]), "usb-04b8-0e15-", "another kiosk").acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_that_holds_the_printer_is_named_and_frees_it_by_dying(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        lock = DeviceLock(tmp_path, "usb-04b8-0e15-", "this kiosk")
        with pytest.raises(PrinterBusyError, match=rf"another kiosk \(process {other.pid}\)"):
            lock.acquire()
        other.kill()
        other.wait()
        lock.acquire()
        lock.release()


def test_other_printers_are_free(tmp_path: Path) -> None:
    one, two = (DeviceLock(tmp_path, f"tcp-127.0.0.1-{port}", "kiosk") for port in (9100, 9101))
    one.acquire()
    two.acquire()
    one.release()
    two.release()


def test_releasing_twice_is_harmless(tmp_path: Path) -> None:
    lock = DeviceLock(tmp_path, "tcp-127.0.0.1-9100", "kiosk")
    lock.acquire()
    lock.release()
    lock.release()
    lock.acquire()
    lock.release()
