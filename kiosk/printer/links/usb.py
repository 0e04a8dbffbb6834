"""A printer on USB."""

from __future__ import annotations

from typing import Any

from kiosk.printer.address import UsbAddress
from kiosk.printer.links.library import load_library
from kiosk.printer.links.link import STALL_TIMEOUT_S, LinkLostError, StalledError

_CHUNK_BYTES = 64
# A transfer waits while the printer's buffer is full. This much is a centimetre of paper, so a
# transfer that takes long is a printer that stopped, and not one that prints.
_TRANSFER_BYTES = 4096
_STALL_TIMEOUT_MS = int(STALL_TIMEOUT_S * 1000)


class UsbLink:
    """Bulk transfers. The library's own write never times out; ours does."""

    bytes_per_s = 500_000.0

    def __init__(self, address: UsbAddress) -> None:
        self._address = address
        self._usb: Any = None  # pyusb has no types

    def open(self) -> None:
        """Find the device by vendor, product and serial number, and claim it."""
        load_library()
        # Absent libusb should trouble nobody without a USB printer.
        from escpos.exceptions import DeviceNotFoundError  # noqa: PLC0415
        from escpos.printer import Usb  # noqa: PLC0415
        from usb.core import NoBackendError, USBError  # noqa: PLC0415

        address = self._address
        match: dict[str, str | int] = {"serial_number": address.serial} if address.serial else {}
        self._connection = Usb(
            address.vendor,
            address.product,
            match,
            timeout=_STALL_TIMEOUT_MS,
            in_ep=address.in_endpoint,
            out_ep=address.out_endpoint,
        )
        try:
            self._connection.open()
        except (DeviceNotFoundError, NoBackendError, USBError, ValueError) as error:
            # ValueError: the device is there, but its serial number may not or no longer be read.
            raise LinkLostError(" ".join(str(error).split())) from None
        self._usb = self._connection.device

    def close(self) -> None:
        """Release the device."""
        if self._usb is not None:
            self._usb = None
            self._connection.close()

    def write(self, raw: bytes | memoryview) -> int:
        """Send one transfer; when it fails or stalls, nobody knows how much of it arrived."""
        from usb.core import USBError, USBTimeoutError  # noqa: PLC0415 - see open

        usb, piece = self._claimed(), bytes(raw[:_TRANSFER_BYTES])
        try:
            sent: int = usb.write(self._address.out_endpoint, piece, _STALL_TIMEOUT_MS)
        except USBTimeoutError:
            raise StalledError(STALL_TIMEOUT_S, None) from None
        except USBError as error:
            raise LinkLostError(str(error), None) from None
        if sent != len(piece):
            raise LinkLostError("the transfer broke off", sent)
        return sent

    def read(self, timeout_s: float) -> bytes:
        """Return what arrived."""
        from usb.core import USBError, USBTimeoutError  # noqa: PLC0415 - see open

        usb = self._claimed()
        try:
            # Zero would wait for ever.
            timeout_ms = max(1, int(timeout_s * 1000))
            return bytes(usb.read(self._address.in_endpoint, _CHUNK_BYTES, timeout_ms))
        except USBTimeoutError:
            return b""
        except USBError as error:
            raise LinkLostError(str(error)) from None

    def check(self) -> None:
        """Nothing tells but a transfer; the read before each question is one."""
        self._claimed()

    def _claimed(self) -> Any:  # noqa: ANN401 - pyusb has no types
        if self._usb is None:
            raise LinkLostError("not connected")
        return self._usb
