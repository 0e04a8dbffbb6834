"""Keeps the dots of a picture from spelling a command.

ESC/POS printers obey real-time commands wherever their bytes stand, also inside a picture:
`10 04` asks for a status, `10 05` recovers from an error, `10 14` may clear the buffer. The guard
moves single dots, and it acts on the picture itself, so that preview and paper stay equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kiosk.domain.printing import Box, Picture

_FORBIDDEN = re.compile(rb"\x10[\x04\x05\x14]")
_LEADER = 0x10
_FOLLOWERS = frozenset(b"\x04\x05\x14")
_LAST_DOT = 7


class GuardError(ValueError):
    """A forbidden pair of bytes lies where no dot may be moved, or no move would remove it."""


def find_command(job: bytes | bytearray, start: int = 0) -> int | None:
    """Return where the first forbidden pair at or after `start` begins, or None."""
    hit = _FORBIDDEN.search(job, start)
    return None if hit is None else hit.start()


def protect(picture: Picture, keep: Sequence[Box]) -> Picture:
    """Return the picture without forbidden pairs, across ends of rows too.

    Each pair costs one dot, moved by one place or else flipped. No dot inside `keep` (the QR, the
    text) changes. Raises `GuardError` when a pair cannot be removed outside `keep`. A picture that
    needs no change comes back as it is, so protecting twice is the same as protecting once.
    """
    at = find_command(picture.bits)
    if at is None:
        return picture
    bits = bytearray(picture.bits)
    while at is not None:
        _move_a_dot(bits, at, picture.stride, keep)
        at = find_command(bits, at)
    return Picture(picture.width, picture.height, bytes(bits))


def _move_a_dot(bits: bytearray, at: int, stride: int, keep: Sequence[Box]) -> None:
    for place in (at, at + 1):
        free = _free_dots(place, stride, keep)
        old = bits[place]
        for new in _variants(old):
            if (old ^ new) & ~free:
                continue
            bits[place] = new
            if not _spells_command(bits, at - 1, at + 2):
                return
            bits[place] = old
    row, column = divmod(at, stride)
    raise GuardError(f"row {row}, dot {column * 8}: a command inside what must not change")


def _spells_command(bits: bytearray, first: int, last: int) -> bool:
    low, high = max(first, 0), min(last, len(bits) - 1)
    return any(bits[i] == _LEADER and bits[i + 1] in _FOLLOWERS for i in range(low, high))


def _variants(byte: int) -> Iterator[int]:
    """Yield moves of one black dot by one place first, single flips after."""
    for dot in range(8):
        if byte >> dot & 1:
            if dot < _LAST_DOT and not byte >> (dot + 1) & 1:
                yield byte ^ (0b11 << dot)
            if dot > 0 and not byte >> (dot - 1) & 1:
                yield byte ^ (0b11 << (dot - 1))
    for dot in range(8):
        yield byte ^ (1 << dot)


def _free_dots(place: int, stride: int, keep: Sequence[Box]) -> int:
    """Return a mask of the dots of one byte that may change."""
    row, column = divmod(place, stride)
    left = column * 8
    free = 0xFF
    for box in keep:
        if box.top <= row < box.bottom:
            for dot in range(8):
                if box.left <= left + dot < box.right:
                    free &= ~(0x80 >> dot)
    return free
