"""A printer on the network."""

from __future__ import annotations

import fcntl
import select
import socket
import struct
import termios

from kiosk.printer.address import TcpAddress
from kiosk.printer.links.library import load_library
from kiosk.printer.links.link import CONNECT_TIMEOUT_S, WRITE_WAIT_S, LinkLostError

_CHUNK_BYTES = 4096
_AT_ONCE = struct.pack("ii", 1, 0)  # linger, for no seconds


class TcpLink:
    """Port 9100. Small writes leave at once, and a closed peer is noticed before the first byte."""

    bytes_per_s = 1_000_000.0

    def __init__(self, address: TcpAddress) -> None:
        self._address = address
        self._line: socket.socket | None = None

    def open(self) -> None:
        """Connect. The library opens the socket; its time-out and delays are ours."""
        load_library()
        from escpos.exceptions import DeviceNotFoundError  # noqa: PLC0415
        from escpos.printer import Network  # noqa: PLC0415

        self._connection = Network(
            self._address.host, self._address.port, timeout=CONNECT_TIMEOUT_S
        )
        try:
            self._connection.open()
        except DeviceNotFoundError as error:
            raise LinkLostError(" ".join(str(error).split())) from None
        line = self._connection.device
        if line is None:
            raise LinkLostError("the connection was not opened")
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.settimeout(WRITE_WAIT_S)
        self._line = line

    def close(self) -> None:
        """Hang up; what is still on its way is dropped, and comes out of no printer later."""
        if self._line is not None:
            line, self._line = self._line, None
            if fcntl.ioctl(line, termios.TIOCOUTQ, bytes(4)) != bytes(4):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._connection.close()

    def write(self, raw: bytes | memoryview) -> int:
        """Hand the kernel what it has room for."""
        try:
            return self._open_line().send(raw)
        except TimeoutError:
            return 0
        except OSError as error:
            raise LinkLostError(_words(error)) from None

    def read(self, timeout_s: float) -> bytes:
        """Return what arrived."""
        line = self._open_line()
        try:
            if not select.select([line], [], [], timeout_s)[0]:
                return b""
            received = line.recv(_CHUNK_BYTES)
        except (OSError, ValueError) as error:
            raise LinkLostError(_words(error)) from None
        if not received:
            raise LinkLostError("the printer closed the connection")
        return received

    def check(self) -> None:
        """Peek for the end of the stream."""
        line = self._open_line()
        try:
            # Asked only when something is there: with a time-out set, even a peek would wait.
            is_readable = select.select([line], [], [], 0)[0]
            ended = is_readable and not line.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError) as error:
            raise LinkLostError(_words(error)) from None
        if ended:
            raise LinkLostError("the printer closed the connection")

    def _open_line(self) -> socket.socket:
        if self._line is None:
            raise LinkLostError("not connected")
        return self._line


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
