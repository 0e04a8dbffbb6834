"""How far a template's sticker may be moved sideways before any of it leaves the paper."""

from __future__ import annotations

from typing import Final

from kiosk.sticker.elements import Qr
from kiosk.sticker.ink import STRIDE
from kiosk.sticker.layout import Template
from kiosk.sticker.qr import MODULE_DOTS, QUIET_MODULES

_DOTS_PER_MM: Final = 8


def sideways_mm(template: Template) -> tuple[int, int]:
    """Return the whole millimetres to the left and to the right, each 0 or more."""
    quiet = QUIET_MODULES * min(MODULE_DOTS)
    lefts, rights = [], []
    for element in template.element:
        edge = quiet if isinstance(element, Qr) else 0
        lefts.append(element.box.left + edge)
        rights.append(STRIDE - element.box.right + edge)
    return max(0, min(lefts)) // _DOTS_PER_MM, max(0, min(rights)) // _DOTS_PER_MM
