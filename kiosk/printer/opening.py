"""From an address in the settings to a printer that is ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.domain.printing import Capabilities
from kiosk.printer.adapter import EscposPrinter
from kiosk.printer.address import (
    DeviceAddress,
    FileAddress,
    SerialAddress,
    TcpAddress,
    UsbAddress,
    parse_address,
)
from kiosk.printer.device import Device
from kiosk.printer.links.file import FileLink, refuse_write_only
from kiosk.printer.links.link import Link
from kiosk.printer.links.serial import SerialLink
from kiosk.printer.links.tcp import TcpLink
from kiosk.printer.links.usb import UsbLink
from kiosk.printer.lock import DeviceLock


def open_printer(
    address: str,
    *,
    name: str,
    speed_mm_s: float,
    locks: Path,
    known: Capabilities | None = None,
    has_margins: bool = True,
    alive: Callable[[], None] = lambda: None,
) -> EscposPrinter:
    """Return the printer, locked for this process; the line is opened at the first question.

    `alive` is called while the printer is served, as `Device` says.
    Raises `AddressError`, `PrinterBusyError` that names the holder, and `WriteOnlyDeviceError`.
    A printer that is switched off is no error here: its status says so.
    """
    where = parse_address(address)
    if isinstance(where, FileAddress | SerialAddress):
        refuse_write_only(where.path)
    lock = DeviceLock(locks, where.physical, name)
    lock.acquire()
    device = Device(_link(where), alive=alive)
    return EscposPrinter(
        device, name=name, speed_mm_s=speed_mm_s, known=known, has_margins=has_margins, lock=lock
    )


def _link(address: DeviceAddress) -> Link:
    match address:
        case TcpAddress():
            return TcpLink(address)
        case UsbAddress():
            return UsbLink(address)
        case SerialAddress():
            return SerialLink(address)
        case FileAddress():
            return FileLink(address)
