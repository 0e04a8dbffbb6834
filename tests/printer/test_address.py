from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.printer.address import (
    AddressError,
    DeviceAddress,
    FileAddress,
    SerialAddress,
    TcpAddress,
    UsbAddress,
    parse_address,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://printer.local", TcpAddress("printer.local", 9100)),
        ("tcp://192.0.2.7:9101", TcpAddress("192.0.2.7", 9101)),
        ("usb://04b8:0e15", UsbAddress(0x04B8, 0x0E15)),
        ("usb://04B8:0e15/X5QN%20012", UsbAddress(0x04B8, 0x0E15, "X5QN 012")),
        ("usb://04b8:0e15?in=0x81&out=2", UsbAddress(0x04B8, 0x0E15, "", 0x81, 2)),
        ("serial:///dev/ttyS0", SerialAddress("/dev/ttyS0", 115_200)),
        ("serial:///dev/ttyUSB1?baud=19200", SerialAddress("/dev/ttyUSB1", 19_200)),
        ("file:///dev/usb/lp0", FileAddress("/dev/usb/lp0")),
    ],
)
def test_the_four_ways_to_name_a_printer(text: str, address: DeviceAddress) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "printer", "/dev/usb/lp0", "http://printer", "tcp://", "tcp://host:99999",
        "usb://04b8", "usb://x:y", "serial://ttyS0", "serial:///dev/ttyS0?baud=fast",
        "file://dev/usb/lp0",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(AddressError, match="tcp://host:port"):
        parse_address(text)


def test_two_names_of_one_device_lock_the_same(tmp_path: Path) -> None:
    (tmp_path / "lp0").touch()
    (tmp_path / "by-id").symlink_to(tmp_path / "lp0")
    assert (
        FileAddress(str(tmp_path / "by-id")).physical == FileAddress(str(tmp_path / "lp0")).physical
    )
    assert TcpAddress("localhost").physical == TcpAddress("127.0.0.1").physical
    assert TcpAddress("127.0.0.1", 1).physical != TcpAddress("127.0.0.1", 2).physical
