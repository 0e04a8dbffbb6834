from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.domain.printing import Capabilities, Picture
from kiosk.domain.raster_guard import protect
from kiosk.printer.adapter import EscposPrinter
from kiosk.printer.emulator.machine import FULL
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.printer.opening import open_printer

StartEmulator = Callable[..., PrinterEmulator]
OpenPrinter = Callable[..., EscposPrinter]


@pytest.fixture
def start_emulator(tmp_path: Path) -> Iterator[StartEmulator]:
    running: list[PrinterEmulator] = []

    def start(
        capabilities: Capabilities = FULL, speed_mm_s: float | None = None, port: int = 0
    ) -> PrinterEmulator:
        emulator = PrinterEmulator(
            port=port, tray=tmp_path / "tray", speed_mm_s=speed_mm_s, capabilities=capabilities
        )
        emulator.start()
        running.append(emulator)
        return emulator

    yield start
    for emulator in running:
        emulator.close()


@pytest.fixture
def emulator(start_emulator: StartEmulator) -> PrinterEmulator:
    return start_emulator()


@pytest.fixture
def open_on(tmp_path: Path) -> Iterator[OpenPrinter]:
    opened: list[EscposPrinter] = []

    def open_it(emulator: PrinterEmulator, speed_mm_s: float = 1000) -> EscposPrinter:
        printer = open_printer(
            emulator.address, name="test", speed_mm_s=speed_mm_s, locks=tmp_path / "locks"
        )
        opened.append(printer)
        return printer

    yield open_it
    for printer in opened:
        printer.close()


@pytest.fixture
def printer(emulator: PrinterEmulator, open_on: OpenPrinter) -> EscposPrinter:
    return open_on(emulator)


@pytest.fixture
def picture() -> Picture:
    """Noise with white gaps of 40 rows, 20 mm tall: something of everything a sticker has."""
    noise = random.Random(7)  # noqa: S311 - a pattern, no secret
    rows = [bytes(72) if y // 40 % 2 else noise.randbytes(60) + bytes(12) for y in range(160)]
    return protect(Picture(576, 160, b"".join(rows)), ())
