"""The rest of the catalogue, felt through a bare socket and looked at on paper."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from kiosk.domain.printing import Picture
from kiosk.printer import commands, raster
from kiosk.printer.emulator.server import PrinterEmulator

READY = b"\x12"
START = commands.INITIALISE + commands.MOTION_UNIT_DOT


@pytest.fixture
def line(emulator: PrinterEmulator) -> Iterator[socket.socket]:
    with call(emulator) as line:
        yield line


def call(emulator: PrinterEmulator) -> socket.socket:
    return socket.create_connection((emulator.host, emulator.port), timeout=5)


def heard(line: socket.socket, question: bytes, within_s: float = 0.1) -> bytes:
    """Everything that is said within a moment; empty when the line is gone."""
    line.sendall(question)
    until = time.monotonic() + within_s
    said = b""
    with contextlib.suppress(OSError):
        while (left := until - time.monotonic()) > 0:
            line.settimeout(left)
            more = line.recv(100)
            if not more:
                break
            said += more
    line.settimeout(5)
    return said


def piece(picture: Picture) -> bytes:
    return START + raster.whole(picture) + commands.FEED_AND_CUT


def test_a_power_cut_in_the_picture_leaves_half_of_it_and_comes_back_empty(
    emulator: PrinterEmulator, line: socket.socket, picture: Picture
) -> None:
    emulator.inject("power-cut@50")
    with contextlib.suppress(OSError):
        line.sendall(piece(picture))
        assert line.recv(1) == b""
    assert emulator.state.rows_out == 50
    assert heard(call(emulator), commands.status_request(1)) == b""
    emulator.mend("power-cut")
    with call(emulator) as again:
        assert heard(again, commands.status_request(1)) == READY
        again.sendall(piece(picture))
        (hanging_and_new,) = emulator.tray.wait_for(1, 5)
    assert hanging_and_new.height == 50 + picture.height


def test_a_power_cut_while_bytes_arrive_loses_what_was_not_printed(
    emulator: PrinterEmulator, line: socket.socket, picture: Picture
) -> None:
    emulator.inject("real-speed@20")
    emulator.inject("power-cut-at-byte@2000")
    with contextlib.suppress(OSError):
        line.sendall(piece(picture))
        line.recv(1)
    assert emulator.machine.is_dark
    emulator.mend("power-cut-at-byte")
    assert emulator.machine.wait_idle(5)
    assert emulator.state.rows_out < 2000 // 72


def test_a_slow_line_takes_its_time(
    emulator: PrinterEmulator, line: socket.socket, picture: Picture
) -> None:
    emulator.inject("slow-line@1000000")
    begun = time.monotonic()
    line.sendall(piece(picture))
    assert emulator.tray.wait_for(1, 5) == (picture,)
    assert time.monotonic() - begun >= len(piece(picture)) * 10 / 1_000_000


def test_a_small_buffer_makes_the_host_wait(emulator: PrinterEmulator, picture: Picture) -> None:
    emulator.inject("real-speed@400")
    with call(emulator) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        line.sendall(piece(picture) + commands.PAPER_SENSOR)
        assert line.recv(1) == b"\0"
    assert emulator.tray.pieces == (picture,)


def test_a_printer_prints_on_after_its_host_died(
    emulator: PrinterEmulator, picture: Picture
) -> None:
    emulator.inject("prints-on@100")
    with call(emulator) as line:
        line.sendall(piece(picture))
        heard(line, commands.status_request(1), 0.01)
    assert emulator.tray.pieces == ()
    assert emulator.tray.wait_for(1, 5) == (picture,)


@pytest.mark.parametrize(
    ("fault", "question", "answer"),
    [
        ("duplicate-replies", commands.process_id(4), b'7"   $\0' * 2),
        ("garbage-replies", commands.status_request(1), b"\xff\x95\x12"),
        ("half-replies", commands.process_id(4), b'7" '),
        ("foreign-ids", commands.process_id(4), b'7"~~~~\0'),
    ],
)
def test_replies_come_out_wrong_until_mended(
    emulator: PrinterEmulator, line: socket.socket, fault: str, question: bytes, answer: bytes
) -> None:
    right = heard(line, question)
    emulator.inject(fault)
    assert heard(line, question) == answer
    emulator.mend(fault)
    assert heard(line, question) == right


@pytest.mark.parametrize("fault", ["real-speed@100", "prints-on@100"])
def test_mended_the_printer_is_as_fast_as_before(
    emulator: PrinterEmulator, line: socket.socket, picture: Picture, fault: str
) -> None:
    emulator.inject(fault)
    emulator.mend(fault.partition("@")[0])
    begun = time.monotonic()
    line.sendall(piece(picture))
    emulator.tray.wait_for(1, 5)
    assert time.monotonic() - begun < picture.height / 8 / 100
