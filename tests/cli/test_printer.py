from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.bootstrap import open_printer
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.processes.printer import ready_printer
from kiosk.settings import load_settings

if TYPE_CHECKING:
    from conftest import Kiosk


@pytest.fixture
def emulator(kiosk: Kiosk) -> Iterator[PrinterEmulator]:
    """An emulated printer, and `kiosk` set to it."""
    with PrinterEmulator(port=0) as running:
        kiosk.set_line(_device(kiosk), running.address)
        yield running


def _device(kiosk: Kiosk) -> str:
    line = next(line for line in kiosk.config.read_text().splitlines() if line[:6] == "device")
    return line.split('"')[1]


def test_a_ready_printer_says_what_it_can(kiosk: Kiosk, emulator: PrinterEmulator) -> None:
    found = json.loads(kiosk.ok("printer", "status", "--json"))
    assert (found["state"], found["process_id"], found["cuts"]) == ("ready", True, 0)


def test_a_printer_without_paper_is_exit_code_one(kiosk: Kiosk, emulator: PrinterEmulator) -> None:
    emulator.inject("paper-out")
    result = kiosk.run("printer", "status")
    assert result.exit_code == 1
    assert "paper-out" in result.stdout


def test_a_held_printer_names_its_holder(kiosk: Kiosk, emulator: PrinterEmulator) -> None:
    device = open_printer(load_settings(kiosk.config))
    try:
        result = kiosk.run("printer", "status")
    finally:
        device.close()
    assert result.exit_code == 1
    assert f"process {os.getpid()}" in result.stdout


def test_the_emulator_prints_until_it_is_told_to_stop(tmp_path: Path) -> None:
    words = ["printer", "emulate", "--port", "0", "--tray", str(tmp_path / "tray")]
    program = "from kiosk.cli import main; main()"
    running = subprocess.Popen(
        [sys.executable, "-c", program, *words, "--fault", "near-end", "--clone", "--control", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("Printing at tcp://127.0.0.1:")
        orders, _, port = running.stdout.readline().rpartition(":")
        assert orders == "Taking orders at 127.0.0.1"
        with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as line:
            line.sendall(b'{"do": "state"}\n')
            assert b'"faults": ["near-end"]' in line.recv(4096)
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
    finally:
        running.kill()
        running.wait()


def test_a_fault_that_does_not_exist_names_those_that_do(kiosk: Kiosk, tmp_path: Path) -> None:
    words = ("printer", "emulate", "--port", "0", "--tray", tmp_path, "--fault", "gremlins")
    assert "there are: cover-open" in kiosk.refuses(*words)


WHO = ("--by", "T-101", "--why", "new print head", "--pins", "-")


@pytest.fixture
def at_work(kiosk: Kiosk, emulator: PrinterEmulator) -> Iterator[PrinterEmulator]:
    """The printer of a kiosk whose printer process runs, with stock."""
    kiosk.ok("stock", "load", "A0000001", "A0000100")
    stop = threading.Event()
    ready = ready_printer(load_settings(kiosk.config))
    thread = threading.Thread(target=ready.run, args=(stop,))
    thread.start()
    try:
        for _ in range(200):
            if "ready" in kiosk.run("printer", "status").stdout:
                break
            time.sleep(0.02)
        yield emulator
    finally:
        stop.set()
        thread.join()


def test_a_test_page_uses_up_a_blank(kiosk: Kiosk, at_work: PrinterEmulator) -> None:
    said = kiosk.ok("printer", "test", *WHO, typed=kiosk.pins)
    assert said == "Test page 1 was printed. It used up blank A0000001.\n"
    assert len(at_work.tray.wait_for(1, 5)) == 1
    assert "1 spoiled" in kiosk.ok("stock", "reconcile")


def test_the_printer_is_cleared_and_probed(kiosk: Kiosk, at_work: PrinterEmulator) -> None:
    assert "is clear" in kiosk.ok("printer", "clear", *WHO, typed=kiosk.pins)
    assert "was probed" in kiosk.ok("printer", "probe", *WHO, typed=kiosk.pins)


def test_without_the_process_nothing_is_asked(kiosk: Kiosk) -> None:
    said = kiosk.refuses("printer", "test", *WHO, typed=kiosk.pins)
    assert said == "the printer's process is not running; start it with `kiosk run printer`"


def test_without_a_receipt_printer_it_is_said(kiosk: Kiosk) -> None:
    said = kiosk.refuses("printer", "test", *WHO, "--receipt", typed=kiosk.pins)
    assert "no printer on plain paper" in said
