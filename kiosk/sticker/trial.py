"""The picture of a test print: whether the paper lies straight, everything is dark and sharp."""

from __future__ import annotations

from typing import Final

from kiosk.domain.printing import Box, Picture
from kiosk.domain.raster_guard import protect
from kiosk.sticker import ink
from kiosk.sticker.receipt import MARGIN, Row, draw_receipt

_DOTS_PER_MM: Final = 8
_TICKS_MM: Final = 5
_SAMPLE: Final = "ที่ปั๊ม น้ำ ป่า กรุงเทพมหานคร 0123456789"
_CHECKER_DOTS: Final = 8


def draw_test_page(kiosk: str, when: str, height: int) -> Picture:
    """Draw a page that nobody takes for a sticker; `height` is the length of a blank, in dots.

    The ticks at both edges stand 5 mm apart and are 3 mm long: what is missing of them at one side
    is how far the paper lies aside.
    """
    rows = [
        Row("ทดสอบเครื่องพิมพ์", is_title=True),
        Row("TEST PRINT", is_title=True),
        Row("ไม่ใช่เครื่องหมายแสดงการเสียภาษี"),
        Row("Not a tax sticker"),
        Row(),
        Row("ตู้ / kiosk", kiosk),
        Row("เวลา / time", when),
        Row(),
        Row(_SAMPLE),
    ]
    page = draw_receipt(rows, f"TEST:{kiosk}", least_height=height)
    drawn = ink.bits_of(page) | _ruler(page.height) | _checkers(page.height)
    middle = Box(MARGIN, 0, ink.STRIDE - MARGIN, page.height)
    return protect(ink.picture(drawn, page.height), [middle])


def _ruler(height: int) -> int:
    """Draw ticks at both edges, every other one thicker."""
    bits = 0
    for number, top in enumerate(range(0, height - 4, _TICKS_MM * _DOTS_PER_MM)):
        tick = ink.solid(MARGIN, 2 if number % 2 else 4)
        bits |= ink.placed(tick, 0, top, height)
        bits |= ink.placed(tick, ink.STRIDE - tick.width, top, height)
    return bits


def _checkers(height: int) -> int:
    """Draw a band of squares near the end: burnt-out dots and a weak head show in it."""
    bits = 0
    top = height - MARGIN - 2 * _CHECKER_DOTS
    for row in range(2):
        for x in range(MARGIN + row * _CHECKER_DOTS, ink.STRIDE - MARGIN, 2 * _CHECKER_DOTS):
            square = ink.solid(_CHECKER_DOTS, _CHECKER_DOTS)
            bits |= ink.placed(square, x, top + row * _CHECKER_DOTS, height)
    return bits
