"""A printer behind a device file, such as /dev/usb/lp0."""

from __future__ import annotations

import os
import select
import stat

from kiosk.printer.address import FileAddress
from kiosk.printer.links.handle import write_some
from kiosk.printer.links.library import load_library
from kiosk.printer.links.link import LinkLostError, WriteOnlyDeviceError

_CHUNK_BYTES = 4096


def refuse_write_only(path: str) -> None:
    """Raise `WriteOnlyDeviceError` for what can never answer. An absent device may come back."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a device, not a document
    except OSError:
        return
    if not stat.S_ISCHR(mode):
        raise WriteOnlyDeviceError(f"{path} is no device that answers; stickers need one")


class FileLink:
    """Opened for reading and writing; the library's own way cannot read."""

    bytes_per_s = 500_000.0

    def __init__(self, address: FileAddress) -> None:
        self._path = address.path
        self._handle: int | None = None

    def open(self) -> None:
        """Open the device, and hand it to the library's connection."""
        load_library()
        from escpos.printer import File  # noqa: PLC0415

        refuse_write_only(self._path)
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise LinkLostError(f"{self._path}: {error.strerror}") from None
        self._connection = File(self._path, auto_flush=False)
        self._connection.device = os.fdopen(handle, "r+b", buffering=0)
        self._handle = handle

    def close(self) -> None:
        """Close the device."""
        if self._handle is not None:
            self._handle = None
            self._connection.close()

    def write(self, raw: bytes | memoryview) -> int:
        """Write as much as the device takes."""
        return write_some(self._open_handle(), raw)

    def read(self, timeout_s: float) -> bytes:
        """Return what arrived. An empty answer is none, not the end: the driver passes them on."""
        handle = self._open_handle()
        try:
            if not select.select([handle], [], [], timeout_s)[0]:
                return b""
            return os.read(handle, _CHUNK_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LinkLostError(str(error.strerror)) from None

    def check(self) -> None:
        """Ask the driver whether the device was unplugged."""
        poll = select.poll()
        poll.register(self._open_handle(), select.POLLIN)
        if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0)):
            raise LinkLostError("the device was unplugged")

    def _open_handle(self) -> int:
        if self._handle is None:
            raise LinkLostError("not connected")
        return self._handle
