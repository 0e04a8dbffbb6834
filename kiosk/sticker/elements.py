"""What can stand on a sticker, as a template says it.

Lengths are dots (0.125 mm); `x` counts from the left, `y` and `baseline` from the top.
"""

from __future__ import annotations

import string
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from kiosk.domain.printing import Box
from kiosk.sticker.text import MIN_SIZE_PX, Weight

MAX_HEIGHT: Final = 1200

# Sarabun's ink reaches this far from the baseline, in parts of the size: two marks above, one below
_ASCENT: Final = 1.3
_DESCENT: Final = 0.38

_Dots = Annotated[int, msgspec.Meta(ge=0, le=MAX_HEIGHT)]
_Length = Annotated[int, msgspec.Meta(ge=1, le=MAX_HEIGHT)]
_Size = Annotated[int, msgspec.Meta(ge=MIN_SIZE_PX, le=400)]
_QrSize = Annotated[int, msgspec.Meta(ge=276, le=500)]  # 276: 366 characters in 4-dot modules
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Align(StrEnum):
    """Where a text stands within its width."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class _Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    name: _Name


class Text(_Element, frozen=True, tag="text"):
    """A line of text, `width` wide at most: it shrinks to `min_size`, and then is a problem.

    `top` and `bottom` bound its ink where something stands close; by default there is room for two
    marks above and one below. Text with marks then leaves the baseline before it shrinks.
    """

    text: str
    x: _Dots
    baseline: _Dots
    width: _Length
    size: _Size
    min_size: _Size = MIN_SIZE_PX
    weight: Weight = Weight.REGULAR
    align: Align = Align.LEFT
    top: _Dots | None = None
    bottom: _Dots | None = None

    @property
    def fields(self) -> frozenset[str]:
        """The fields its text names."""
        parts = string.Formatter().parse(self.text)
        return frozenset(name for _, name, _, _ in parts if name is not None)

    @property
    def box(self) -> Box:
        """The place its ink may take, marks included."""
        top, bottom = self.top, self.bottom
        if top is None:
            top = self.baseline - round(self.size * _ASCENT)
        if bottom is None:
            bottom = self.baseline + round(self.size * _DESCENT)
        return Box(self.x, top, self.x + self.width, bottom)


class Rule(_Element, frozen=True, tag="rule"):
    """A black rectangle, mostly a line."""

    x: _Dots
    y: _Dots
    width: _Length
    height: _Length

    @property
    def box(self) -> Box:
        """The place it takes."""
        return Box(self.x, self.y, self.x + self.width, self.y + self.height)


class Frame(Rule, frozen=True, tag="frame"):
    """The outline of a rectangle, `line` thick inward, with corners of `radius`."""

    line: _Length
    radius: _Dots = 0


class Qr(_Element, frozen=True, tag="qr"):
    """The square for the QR symbol and the quiet zone around it."""

    x: _Dots
    y: _Dots
    size: _QrSize

    @property
    def box(self) -> Box:
        """The place it takes."""
        return Box(self.x, self.y, self.x + self.size, self.y + self.size)


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """White words on black across the whole width, on specimens only.

    What stands at `y` or below moves down by `height`, so the band covers nothing.
    """

    text: str
    y: _Dots
    height: _Length
    size: _Size
    weight: Weight = Weight.BOLD


Element = Text | Rule | Frame | Qr
