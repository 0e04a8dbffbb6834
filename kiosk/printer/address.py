"""Where a printer is, as one line of text.

`tcp://host:port`, `usb://vendor:product[/serial]`, `serial:///path?baud=N` or `file:///path`.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_DEFAULT_PORT = 9100
_DEFAULT_BAUD = 115_200
# The endpoints most receipt printers use; `?in=0x82&out=0x01` names others.
_DEFAULT_IN, _DEFAULT_OUT = 0x82, 0x01


class AddressError(ValueError):
    """The text names no device in any of the four ways."""


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A printer on the network."""

    host: str
    port: int = _DEFAULT_PORT

    @property
    def physical(self) -> str:
        """One text for one device; names of a host are resolved where that works."""
        try:
            return f"tcp-{socket.gethostbyname(self.host)}-{self.port}"
        except OSError:
            return f"tcp-{self.host.lower()}-{self.port}"


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """A printer on USB, by vendor, product and, where two are alike, serial number."""

    vendor: int
    product: int
    serial: str = ""
    in_endpoint: int = _DEFAULT_IN
    out_endpoint: int = _DEFAULT_OUT

    @property
    def physical(self) -> str:
        """One text for one device."""
        return f"usb-{self.vendor:04x}-{self.product:04x}-{self.serial}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A printer on a serial line."""

    path: str
    baud: int = _DEFAULT_BAUD

    @property
    def physical(self) -> str:
        """One text for one device, links followed."""
        return f"path-{os.path.realpath(self.path)}"


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A printer behind a device file of the kernel, such as /dev/usb/lp0."""

    path: str

    @property
    def physical(self) -> str:
        """One text for one device, links followed."""
        return f"path-{os.path.realpath(self.path)}"


DeviceAddress = TcpAddress | UsbAddress | SerialAddress | FileAddress


def parse_address(text: str) -> DeviceAddress:
    """Read a device's address. Raises `AddressError` with the ways there are."""
    parts = urlsplit(text)
    try:
        return _READERS[parts.scheme](parts)
    except KeyError:
        why = "unknown kind"
    except ValueError as error:
        why = str(error)
    raise AddressError(
        f"{text!r} is no printer ({why}); write tcp://host:port, usb://vendor:product/serial,"
        " serial:///dev/ttyS0?baud=115200 or file:///dev/usb/lp0"
    )


def _tcp(parts: SplitResult) -> TcpAddress:
    if not parts.hostname:
        raise ValueError("no host")
    return TcpAddress(parts.hostname, parts.port or _DEFAULT_PORT)


def _usb(parts: SplitResult) -> UsbAddress:
    vendor, colon, product = parts.netloc.partition(":")
    if not colon:
        raise ValueError("no product")
    options = parse_qs(parts.query)
    return UsbAddress(
        int(vendor, 16),
        int(product, 16),
        unquote(parts.path.strip("/")),
        int(options.get("in", [hex(_DEFAULT_IN)])[0], 0),
        int(options.get("out", [hex(_DEFAULT_OUT)])[0], 0),
    )


def _serial(parts: SplitResult) -> SerialAddress:
    baud = parse_qs(parts.query).get("baud", [str(_DEFAULT_BAUD)])[0]
    return SerialAddress(_path(parts), int(baud))


def _file(parts: SplitResult) -> FileAddress:
    return FileAddress(_path(parts))


def _path(parts: SplitResult) -> str:
    if parts.netloc or not parts.path.startswith("/"):
        raise ValueError("no absolute path")
    return unquote(parts.path)


_READERS: dict[str, Callable[[SplitResult], DeviceAddress]] = {
    "tcp": _tcp,
    "usb": _usb,
    "serial": _serial,
    "file": _file,
}
