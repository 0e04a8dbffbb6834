"""ESC/POS commands as bytes.

Each function returns one whole command. Nothing here talks to a device.
"""

from __future__ import annotations

INITIALISE = b"\x1b@"
"""ESC @: drops the unprinted line, back to defaults; also switches automatic status off."""

MOTION_UNIT_DOT = b"\x1dP\xcb\xcb"
"""GS P 203 203: one unit of ESC J and GS V is one dot. Many printers start with half a dot."""

CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: drops everything received and not yet printed; answered by 37 25 00."""

CLEARED_BODY = b"\x25"
PROCESS_ID_MARK = b"\x22"

FEED_AND_CUT = b"\x1dVB\x00"
"""GS V 66: feed the last row past the cutter, no further, and cut partially."""

PAPER_SENSOR = b"\x1dr\x01"
"""GS r 1: asks the paper sensor in stream, so the answer comes after the work before it."""

STATUS_PRINTER, STATUS_OFFLINE_CAUSE, STATUS_ERROR, STATUS_PAPER = 1, 2, 3, 4
COUNTER_CUTS = 178

AUTO_STATUS_ALL = 0b0100_1111

RASTER_HEAD_BYTES = 8
MAX_FEED_DOTS = 255

_ID_BASE = 0x7E - 0x20 + 1
_ID_DIGITS = 4
PROCESS_IDS: int = _ID_BASE**_ID_DIGITS
"""How many different process ids there are."""


def status_request(kind: int) -> bytes:
    """DLE EOT: ask one of the four status bytes in real time."""
    return b"\x10\x04" + bytes((kind,))


def auto_status(mask: int) -> bytes:
    """GS a: the printer reports by itself, once now and then at each change."""
    return b"\x1da" + bytes((mask,))


def process_id_text(number: int) -> bytes:
    """Return the four characters (20h..7Eh) that stand for an id; ascending as numbers are."""
    number %= PROCESS_IDS
    digits = bytearray()
    for _ in range(_ID_DIGITS):
        number, digit = divmod(number, _ID_BASE)
        digits.append(0x20 + digit)
    return bytes(reversed(digits))


def process_id(number: int) -> bytes:
    """GS ( H function 48: answered by 37 22 id 00 when everything before it was printed."""
    return b"\x1d(H\x06\x0000" + process_id_text(number)


def counter(which: int) -> bytes:
    """GS g 2: ask a maintenance counter; answered by 5F digits 00."""
    return b"\x1dg2\x00" + which.to_bytes(2, "little")


def density(step: int) -> bytes:
    """GS ( K function 49: print `step` steps darker, negative lighter; ESC @ takes it back."""
    return b"\x1d(K\x02\x001" + (step % 256).to_bytes(1, "little")


def left_margin(dots: int) -> bytes:
    """GS L: what is printed begins so many units of GS P further right, until ESC @."""
    return b"\x1dL" + dots.to_bytes(2, "little")


def feed(dots: int) -> bytes:
    """ESC J, as often as needed to feed so many dots."""
    whole, rest = divmod(dots, MAX_FEED_DOTS)
    return b"\x1bJ\xff" * whole + (b"\x1bJ" + bytes((rest,)) if rest else b"")


def raster(width_bytes: int, height: int, bits: bytes) -> bytes:
    """GS v 0: rows of dots, 1 is black. Raises ValueError when the bits do not fit the size."""
    if len(bits) != width_bytes * height:
        raise ValueError(f"{len(bits)} bytes are not {height} rows of {width_bytes}")
    return b"\x1dv0\x00" + width_bytes.to_bytes(2, "little") + height.to_bytes(2, "little") + bits
