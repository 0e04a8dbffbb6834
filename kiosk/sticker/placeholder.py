"""What a preview shows in place of things that are known only when the sticker is printed."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kiosk.domain.printing import Box
from kiosk.sticker import ink, qr
from kiosk.sticker.elements import Text
from kiosk.sticker.text import Weight, draw_line

_PLACEHOLDER_MODULES: Final = 61
_FINDER: Final = (7, 5, 3)


def grey_bar(element: Text, height: int) -> int:
    """Draw the placeholder of a text that is not known yet: a grey bar as tall as its digits."""
    tall = element.size * 3 // 5
    return ink.placed(ink.grey(element.width, tall), element.x, element.baseline - tall, height)


@lru_cache(maxsize=4)
def qr_placeholder(side: int) -> ink.Ink:
    """Draw what stands for a QR in a preview: its corners, a grey field and its name."""
    module = side // (_PLACEHOLDER_MODULES + 2 * qr.QUIET_MODULES)
    quiet, across = qr.QUIET_MODULES * module, _PLACEHOLDER_MODULES * module
    field = Box(quiet, quiet, quiet + across, quiet + across)
    bits = ink.placed(ink.grey(across, across), field.left, field.top, side)
    for x, y in ((0, 0), (1, 0), (0, 1)):
        corner = across - _FINDER[0] * module
        left, top = quiet + x * corner, quiet + y * corner
        bits = _finder(bits, left, top, module, side)
    line = draw_line("QR", max(module * 12, 24), Weight.BOLD)
    left, top = (side - line.ink.width) // 2, (side - line.ink.height) // 2
    label = Box(left - 16, top - 16, left + line.ink.width + 16, top + line.ink.height + 16)
    bits &= ~ink.on_sheet(label, side)
    bits |= ink.placed(line.ink, left, top, side)
    # The sheet was STRIDE wide; as a piece its left edge is the sheet's left edge.
    return ink.Ink(side, side, bits >> (ink.STRIDE - side))


def _finder(bits: int, left: int, top: int, module: int, height: int) -> int:
    room = Box(left - module, top - module, left + 8 * module, top + 8 * module)
    bits &= ~ink.on_sheet(room, height)
    for number, across in enumerate(_FINDER):
        edge = number * module
        square = ink.placed(
            ink.solid(across * module, across * module), left + edge, top + edge, height
        )
        bits ^= square
    return bits
