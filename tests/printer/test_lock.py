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


def test_two_printers_are_held_apart(tmp_path: Path) -> None:
    addresses = ["tcp-127.0.0.1-9100", "tcp-127.0.0.1-9101"]
    held = [DeviceLock(tmp_path, address, "kiosk") for address in addresses]
    for lock in held:
        lock.acquire()
    for address in addresses:
        with pytest.raises(PrinterBusyError, match=address):
            DeviceLock(tmp_path, address, "a late one").acquire()
    for lock in held:
        lock.release()


def test_releasing_twice_does_not_free_what_another_took_meanwhile(tmp_path: Path) -> None:
    first, second, third = (
        DeviceLock(tmp_path, "tcp-127.0.0.1-9100", name) for name in ("first", "second", "third")
    )
    first.acquire()
    first.release()
    second.acquire()
    first.release()
    with pytest.raises(PrinterBusyError, match="second"):
        third.acquire()
    second.release()
    third.acquire()
    third.release()
