"""Black dots as one integer, so that pieces of a picture are put together by shift and or.

Every piece has the paper's stride: the dot (x, y) of a piece of w x h dots is bit
(h - 1 - y) * STRIDE + (w - 1 - x). Pillow would take ten times as long for the same dots.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from kiosk.domain.printing import Box, Picture

STRIDE: Final = 576
"""Dots across 80 mm paper at 203 dpi."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A piece of black dots, `width` x `height`."""

    width: int
    height: int
    bits: int


def solid(width: int, height: int) -> Ink:
    """Return a black rectangle."""
    return Ink(width, height, ((1 << width) - 1) * _column(height))


def grey(width: int, height: int) -> Ink:
    """Return a light grey of single dots, one in eight, which no printer takes for a command."""
    row = sum(1 << x for x in range(0, width, 4))
    shifted = sum(1 << x for x in range(2, width, 4))
    bits = 0
    for y in range(0, height, 2):
        bits |= (row if y % 4 else shifted) << (y * STRIDE)
    return Ink(width, height, bits)


def frame(width: int, height: int, line: int, radius: int = 0) -> Ink:
    """Return the outline of a rectangle, `line` dots thick inward, with rounded corners."""
    outer = _rounded(width, height, radius)
    inner = _rounded(width - 2 * line, height - 2 * line, max(radius - line, 0))
    return Ink(width, height, outer.bits ^ (inner.bits << (line * STRIDE + line)))


def _rounded(width: int, height: int, radius: int) -> Ink:
    rows = []
    for y in range(height):
        from_edge = min(y, height - 1 - y)
        rise = max(radius - from_edge - 0.5, 0.0)
        inset = radius - round(sqrt(radius**2 - rise**2))
        rows.append(((1 << (width - 2 * inset)) - 1) << inset)
    return from_rows(width, rows)


def from_rows(width: int, rows: list[int]) -> Ink:
    """Stack rows, the top one first; a row's most significant of `width` bits is its left dot."""
    joined = b"".join([row.to_bytes(STRIDE // 8, "big") for row in rows])
    return Ink(width, len(rows), int.from_bytes(joined, "big"))


def placed(ink: Ink, left: int, top: int, height: int) -> int:
    """Return the piece's bits where they lie on a sheet of STRIDE x `height`.

    Raises ValueError if any part of it would lie off the sheet: ink is never clipped.
    """
    right, bottom = STRIDE - left - ink.width, height - top - ink.height
    if min(left, top, right, bottom) < 0:
        raise ValueError(
            f"{ink.width}x{ink.height} dots at {left},{top} leave a sheet of {STRIDE}x{height}"
        )
    return ink.bits << (bottom * STRIDE + right)


def on_sheet(box: Box, height: int) -> int:
    """Return the bits of all dots in a box."""
    return placed(solid(box.right - box.left, box.bottom - box.top), box.left, box.top, height)


def picture(bits: int, height: int) -> Picture:
    """Return a sheet's bits as the picture that printers and screens take."""
    return Picture(STRIDE, height, bits.to_bytes(STRIDE // 8 * height, "big"))


def bits_of(drawn: Picture) -> int:
    """Return a picture's dots as a sheet's bits."""
    return int.from_bytes(drawn.bits, "big")


def _column(height: int) -> int:
    return ((1 << (STRIDE * height)) - 1) // ((1 << STRIDE) - 1)
