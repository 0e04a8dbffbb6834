from __future__ import annotations

import os
import socket
import subprocess
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock, call

import pytest
import usb.core

from kiosk.printer.address import FileAddress, SerialAddress, TcpAddress, UsbAddress
from kiosk.printer.device import Device
from kiosk.printer.links.file import FileLink, refuse_write_only
from kiosk.printer.links.link import (
    STALL_TIMEOUT_S,
    Link,
    LinkLostError,
    StalledError,
    WriteOnlyDeviceError,
)
from kiosk.printer.links.serial import SerialLink
from kiosk.printer.links.tcp import TcpLink
from kiosk.printer.links.usb import UsbLink
from kiosk.printer.opening import open_printer


@pytest.fixture
def line() -> Iterator[tuple[TcpLink, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        link = TcpLink(TcpAddress(*server.getsockname()))
        link.open()
        peer, _ = server.accept()
        with peer:
            yield link, peer
        link.close()


def test_the_network_carries_both_ways(line: tuple[TcpLink, socket.socket]) -> None:
    link, peer = line
    link.write(b"abc")
    assert peer.recv(10) == b"abc"
    peer.sendall(b"\x12")
    link.check()
    assert link.read(1) == b"\x12"
    assert link.read(0) == b""


def test_loading_the_library_leaves_nothing_behind(tmp_path: Path) -> None:
    load = "from kiosk.printer.links.library import load_library; load_library()"
    loading = subprocess.run(
        [sys.executable, "-c", load], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False
    )
    assert loading.returncode == 0
    assert not [*tmp_path.iterdir()]


def test_small_writes_leave_at_once(line: tuple[TcpLink, socket.socket]) -> None:
    link, _ = line
    assert link._line is not None
    assert link._line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_closed_peer_is_noticed_before_the_first_byte(
    line: tuple[TcpLink, socket.socket],
) -> None:
    link, peer = line
    peer.close()
    with pytest.raises(LinkLostError, match="closed the connection"):
        link.read(1)
    with pytest.raises(LinkLostError, match="closed the connection"):
        link.check()


def test_a_printer_that_takes_no_more_bytes_is_waited_for_in_short_turns(
    line: tuple[TcpLink, socket.socket],
) -> None:
    link, _ = line
    assert link._line is not None
    link._line.settimeout(0.1)
    left = 50_000_000
    while taken := link.write(bytes(left)):
        left -= taken
    assert 0 < left < 50_000_000


@pytest.fixture
def terminal() -> Iterator[tuple[str, int]]:
    """A pseudo-terminal: a character device that answers, like a printer's."""
    master, slave = os.openpty()
    tty.setraw(slave, termios.TCSANOW)
    yield os.ttyname(slave), master
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize("kind", ["file", "serial"])
def test_devices_of_the_kernel_carry_both_ways(terminal: tuple[str, int], kind: str) -> None:
    path, printer = terminal
    link: Link = FileLink(FileAddress(path)) if kind == "file" else SerialLink(SerialAddress(path))
    link.open()
    link.write(b"\x10\x04\x01")
    assert os.read(printer, 10) == b"\x10\x04\x01"
    os.write(printer, b"\x12\x16")
    assert link.read(1) == b"\x12\x16"
    assert link.read(0.01) == b""
    link.check()
    link.close()
    with pytest.raises(LinkLostError, match="not connected"):
        link.write(b"x")


def test_what_a_printer_had_not_taken_when_it_was_hung_up_on_does_not_come_later(
    line: tuple[TcpLink, socket.socket],
) -> None:
    link, peer = line
    assert link._line is not None
    link._line.settimeout(0.1)
    handed_over = 0
    while taken := link.write(bytes(1_000_000)):
        handed_over += taken
    link.close()
    arrived = 0
    with suppress(ConnectionResetError):
        while chunk := peer.recv(1_000_000):
            arrived += len(chunk)
    assert arrived < handed_over


def test_a_line_that_said_all_is_hung_up_in_order(line: tuple[TcpLink, socket.socket]) -> None:
    link, peer = line
    link.write(b"abc")
    assert peer.recv(10) == b"abc"
    peer.sendall(b"\x12")
    assert link.read(1) == b"\x12"
    link.close()
    assert peer.recv(10) == b""


@pytest.mark.parametrize("trouble", [None, termios.error("unplugged")])
def test_a_serial_port_is_closed_without_waiting_for_what_it_holds(
    trouble: Exception | None,
) -> None:
    # A pseudo-terminal never waits; a real port does, for half a minute.
    link, port = SerialLink(SerialAddress("/dev/ttyS0")), Mock()
    port.reset_output_buffer.side_effect = trouble
    link._port, link._connection = port, Mock()
    link.close()
    assert port.mock_calls == [call.reset_output_buffer(), call.close()]


def test_an_unplugged_device_is_noticed() -> None:
    printer, device = os.openpty()
    link = FileLink(FileAddress(os.ttyname(device)))
    link.open()
    os.close(printer)
    with pytest.raises(LinkLostError, match="unplugged"):
        link.check()
    link.close()
    os.close(device)


@pytest.mark.parametrize("kind", [FileLink, SerialLink])
def test_a_device_that_is_absent_says_so(kind: type, tmp_path: Path) -> None:
    address = (FileAddress if kind is FileLink else SerialAddress)(str(tmp_path / "lp0"))
    with pytest.raises(LinkLostError, match="lp0"):
        kind(address).open()


def test_what_cannot_answer_is_refused_for_stickers(tmp_path: Path) -> None:
    document = tmp_path / "spool.bin"
    document.touch()
    with pytest.raises(WriteOnlyDeviceError, match="no device that answers"):
        refuse_write_only(str(document))
    with pytest.raises(WriteOnlyDeviceError):
        open_printer(f"file://{document}", name="x", speed_mm_s=150, locks=tmp_path / "locks")
    assert not (tmp_path / "locks").exists()


class FakeUsbDevice:
    """As much of a USB device as the link touches."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.timeouts: list[int] = []
        self.got = b""
        self.room = 1_000_000

    def write(self, endpoint: int, raw: bytes, timeout: int) -> int:
        assert endpoint == 0x01
        self.timeouts.append(timeout)
        if self.fails:
            raise self.fails
        taken = raw[: self.room - len(self.got)]
        self.got += taken
        return len(taken)

    def read(self, endpoint: int, size: int, timeout: int) -> list[int]:
        self.timeouts.append(timeout)
        if self.fails:
            raise self.fails
        return [0x12] if endpoint == 0x82 else [0] * size


@pytest.fixture
def usb_pair() -> tuple[UsbLink, FakeUsbDevice]:
    link, device = UsbLink(UsbAddress(0x04B8, 0x0E15)), FakeUsbDevice()
    link._usb, link._connection = device, Mock()
    return link, device


def test_usb_never_waits_for_ever(usb_pair: tuple[UsbLink, FakeUsbDevice]) -> None:
    link, device = usb_pair
    link.write(b"abc")
    assert link.read(0) == b"\x12"
    assert all(timeout > 0 for timeout in device.timeouts)


def test_a_usb_printer_that_stops_in_a_sticker_is_noticed_within_the_stall_time(
    usb_pair: tuple[UsbLink, FakeUsbDevice],
) -> None:
    link, device = usb_pair
    job = bytes(range(256)) * 150
    Device(link).write(job)
    assert device.got == job
    assert max(device.timeouts) <= STALL_TIMEOUT_S * 1000
    device.got, device.room = b"", 10_000
    with pytest.raises(LinkLostError, match="broke off") as lost:
        Device(link).write(job)
    assert lost.value.sent == 10_000


def test_a_usb_transfer_that_fails_may_have_arrived(
    usb_pair: tuple[UsbLink, FakeUsbDevice],
) -> None:
    link, device = usb_pair
    device.fails = usb.core.USBTimeoutError("timed out")
    assert link.read(0) == b""
    with pytest.raises(StalledError) as stalled:
        link.write(b"abc")
    assert stalled.value.sent is None


def test_a_usb_printer_that_was_unplugged_is_lost(usb_pair: tuple[UsbLink, FakeUsbDevice]) -> None:
    link, device = usb_pair
    device.fails = usb.core.USBError("no device", errno=19)
    with pytest.raises(LinkLostError):
        link.read(0)


def test_a_usb_printer_that_is_not_there_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: dict[str, object] = {}

    def find(**match: object) -> None:
        wanted.update(match)

    monkeypatch.setattr("usb.core.find", find)
    with pytest.raises(LinkLostError):
        UsbLink(UsbAddress(0x04B8, 0x0E15, "X5QN")).open()
    assert wanted == {"idVendor": 0x04B8, "idProduct": 0x0E15, "serial_number": "X5QN"}


def test_a_usb_printer_whose_serial_number_cannot_be_read_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find(**_match: object) -> None:
        raise ValueError("The device has no langid (permission issue or device error)")

    monkeypatch.setattr("usb.core.find", find)
    with pytest.raises(LinkLostError, match="langid"):
        UsbLink(UsbAddress(0x04B8, 0x0E15, "X5QN")).open()


@pytest.mark.parametrize("kind", ["file", "serial"])
def test_a_device_that_went_before_the_first_byte_sent_nothing(kind: str) -> None:
    printer, device = os.openpty()
    path = os.ttyname(device)
    link: Link = FileLink(FileAddress(path)) if kind == "file" else SerialLink(SerialAddress(path))
    link.open()
    os.close(printer)
    with pytest.raises(LinkLostError) as lost:
        link.write(b"abc")
    assert lost.value.sent == 0
    link.close()
    os.close(device)


@pytest.mark.parametrize("kind", ["file", "serial"])
def test_a_device_says_how_much_it_had_room_for(terminal: tuple[str, int], kind: str) -> None:
    path, printer = terminal
    link: Link = FileLink(FileAddress(path)) if kind == "file" else SerialLink(SerialAddress(path))
    link.open()
    job = bytes(range(65, 91)) * 2000
    taken = link.write(job)
    while more := (link.write(job[taken:]) if taken < len(job) else 0):
        taken += more
    assert 0 < taken < len(job)
    os.set_blocking(printer, False)
    assert os.read(printer, 100) == job[:100]
    link.close()
