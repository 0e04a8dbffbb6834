"""From bytes to orders. A stream may stop anywhere and go on later.

Rows of a picture come out as they complete. The parser is tolerant: a command it does not know is
stepped over where its length is known; other bytes are letters, as on a real printer.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.printer.emulator.orders import (
    AutoStatusMask,
    Cut,
    EndLine,
    Feed,
    Initialise,
    LeftMargin,
    Letter,
    MotionUnit,
    Order,
    Row,
    Skipped,
    TellCounter,
    TellPaper,
    TellProcessId,
)

_LF = 0x0A
_FIRST_LETTER = 0x20
_RASTER = b"\x1dv0"
_RASTER_HEAD_BYTES = 8
_PROCESS_ID = b"\x1d(H\x06\x0000"
_CUT_WITH_FEED = (65, 66, 97, 98, 103, 104)

# Whole length of the commands that have a fixed one.
_LENGTHS = {
    b"\x1b@": 2, b"\x1bJ": 3, b"\x1bd": 3, b"\x1ba": 3, b"\x1b!": 3, b"\x1bE": 3, b"\x1bM": 3,
    b"\x1bt": 3, b"\x1bR": 3, b"\x1b3": 3, b"\x1b2": 2, b"\x1b-": 3, b"\x1b{": 3, b"\x1bG": 3,
    b"\x1bV": 3, b"\x1b=": 3, b"\x1b$": 4, b"\x1b\\": 4, b"\x1bp": 5, b"\x1bc": 4, b"\x1b ": 3,
    b"\x1da": 3, b"\x1dP": 4, b"\x1dr": 3, b"\x1dI": 3, b"\x1d!": 3, b"\x1dB": 3, b"\x1dH": 3,
    b"\x1dL": 4, b"\x1dW": 4, b"\x1dg": 6, b"\x1dh": 3, b"\x1dw": 3, b"\x1df": 3,
    b"\x10\x04": 3, b"\x10\x05": 3,
}  # fmt: skip


class Parser:
    """Reads one printer's stream; `reset` forgets a command that was begun."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Go back to between two commands, as clearing the buffer does."""
        self._held = bytearray()
        self._stride = 0
        self._rows_left = 0

    def feed(self, chunk: bytes) -> list[Order]:
        """Return the orders that are complete after these bytes."""
        orders: list[Order] = []
        at = 0
        while at < len(chunk):
            if self._rows_left:
                at = self._take_dots(chunk, at, orders)
            else:
                self._held.append(chunk[at])
                at += 1
                self._end_command(orders)
        return orders

    def _end_command(self, orders: list[Order]) -> None:
        wanted = _wanted_bytes(self._held)
        if wanted is None or len(self._held) < wanted:
            return
        command = bytes(self._held)
        self._held.clear()
        if command.startswith(_RASTER):
            self._open_picture(command)
        else:
            orders.append(_order(command))

    def _open_picture(self, head: bytes) -> None:
        self._stride = int.from_bytes(head[4:6], "little")
        rows = int.from_bytes(head[6:8], "little")
        self._rows_left = rows if self._stride else 0

    def _take_dots(self, chunk: bytes, at: int, orders: list[Order]) -> int:
        """Take what belongs to the row begun; return where the rest of the chunk starts."""
        taken = chunk[at : at + self._stride - len(self._held)]
        self._held += taken
        if len(self._held) == self._stride:
            orders.append(Row(bytes(self._held)))
            self._held.clear()
            self._rows_left -= 1
        return at + len(taken)


def _wanted_bytes(held: bytearray) -> int | None:
    """Return the whole length of the command begun here, or None while it is not yet known."""
    first = held[0]
    if first not in (0x10, 0x1B, 0x1D):
        return 1
    if len(held) == 1:
        return None
    head = bytes(held[:2])
    if head in _LENGTHS:
        return _LENGTHS[head]
    variable = _VARIABLE.get(head)
    return 2 if variable is None else variable(held)


def _raster_bytes(_: bytearray) -> int:
    return _RASTER_HEAD_BYTES


def _cut_bytes(held: bytearray) -> int | None:
    if len(held) < 3:  # noqa: PLR2004 - GS V m
        return None
    return 4 if held[2] in _CUT_WITH_FEED else 3


def _counted_bytes(held: bytearray) -> int | None:
    """GS ( x pL pH and so many bytes."""
    return None if len(held) < 5 else 5 + int.from_bytes(held[3:5], "little")  # noqa: PLR2004


def _long_graphics_bytes(held: bytearray) -> int | None:
    """GS 8 L p1 p2 p3 p4 and so many bytes."""
    return None if len(held) < 7 else 7 + int.from_bytes(held[3:7], "little")  # noqa: PLR2004


def _dc4_bytes(held: bytearray) -> int | None:
    if len(held) < 3:  # noqa: PLR2004 - DLE DC4 fn
        return None
    return 10 if held[2] == 8 else 5  # noqa: PLR2004 - function 8 carries a fixed password


_VARIABLE: dict[bytes, Callable[[bytearray], int | None]] = {
    b"\x1dv": _raster_bytes,
    b"\x1dV": _cut_bytes,
    b"\x1d(": _counted_bytes,
    b"\x1b(": _counted_bytes,
    b"\x1d8": _long_graphics_bytes,
    b"\x10\x14": _dc4_bytes,
}


def _order(command: bytes) -> Order:
    if len(command) == 1:
        if command[0] == _LF:
            return EndLine()
        return Letter(command[0]) if command[0] >= _FIRST_LETTER else Skipped(command)
    if command.startswith(_PROCESS_ID):
        return TellProcessId(command[len(_PROCESS_ID) :])
    make = _ORDERS.get(command[:2])
    return Skipped(command) if make is None else make(command)


def _cut(command: bytes) -> Order:
    to_cutter = len(command) == 4  # noqa: PLR2004 - GS V m n
    return Cut(to_cutter=to_cutter, units=command[3] if to_cutter else 0)


_ORDERS: dict[bytes, Callable[[bytes], Order]] = {
    b"\x1b@": lambda _: Initialise(),
    b"\x1bJ": lambda command: Feed(command[2]),
    b"\x1dP": lambda command: MotionUnit(command[2], command[3]),
    b"\x1dL": lambda command: LeftMargin(int.from_bytes(command[2:4], "little")),
    b"\x1da": lambda command: AutoStatusMask(command[2]),
    b"\x1dr": lambda _: TellPaper(),
    b"\x1dg": lambda command: TellCounter(int.from_bytes(command[4:6], "little")),
    b"\x1dV": _cut,
}
