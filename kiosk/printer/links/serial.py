"""A printer on a serial line."""

from __future__ import annotations

import termios
from contextlib import suppress
from typing import Any

from kiosk.printer.address import SerialAddress
from kiosk.printer.links.handle import write_some
from kiosk.printer.links.library import load_library
from kiosk.printer.links.link import LinkLostError

_BITS_PER_BYTE = 10  # start, eight, stop


class SerialLink:
    """DTR/DSR handshake: a line without DSR is a printer that is off."""

    def __init__(self, address: SerialAddress) -> None:
        self._address = address
        self.bytes_per_s = address.baud / _BITS_PER_BYTE
        self._port: Any = None  # the library hands its port out untyped

    def open(self) -> None:
        """Open the port through the library, which sets the line up."""
        load_library()
        from escpos.exceptions import DeviceNotFoundError  # noqa: PLC0415
        from escpos.printer import Serial  # noqa: PLC0415

        self._connection = Serial(self._address.path, self._address.baud, timeout=0, dsrdtr=True)
        try:
            self._connection.open()
        except DeviceNotFoundError as error:
            raise LinkLostError(" ".join(str(error).split())) from None
        self._port = self._connection.device

    def close(self) -> None:
        """Close the port, dropping what the kernel still holds: waiting for a dead line is vain."""
        if self._port is not None:
            port, self._port = self._port, None
            self._connection.device = False
            with suppress(termios.error):  # unplugged: nothing is held any more
                port.reset_output_buffer()
            port.close()

    def write(self, raw: bytes | memoryview) -> int:
        """Write as much as the port takes. The library's own write cannot tell how much it was."""
        return write_some(self._open_port().fileno(), raw)

    def read(self, timeout_s: float) -> bytes:
        """Return what arrived."""
        port = self._open_port()
        try:
            port.timeout = timeout_s
            first: bytes = port.read(1)
            return first + port.read(port.in_waiting) if first else b""
        except OSError as error:
            raise LinkLostError(str(error)) from None

    def check(self) -> None:
        """Look at DSR; a port that has no such wire passes."""
        port = self._open_port()
        try:
            is_there = port.dsr
        except OSError:
            return
        if not is_there:
            raise LinkLostError("no DSR: the printer is off or not plugged in")

    def _open_port(self) -> Any:  # noqa: ANN401 - the library's port is untyped
        if self._port is None:
            raise LinkLostError("not connected")
        return self._port
