"""The sticker's picture: one renderer for the screen's preview and for the paper.

What is not known before printing (serial, time, QR) is drawn as a placeholder; every other dot of
a preview is the print's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from kiosk.domain.printing import Box, Picture
from kiosk.domain.raster_guard import GuardError, find_command, protect
from kiosk.domain.sticker import StickerFields
from kiosk.sticker import ink, qr
from kiosk.sticker.layout import Template
from kiosk.sticker.placeholder import grey_bar, qr_placeholder
from kiosk.sticker.sheet import Layer, Sheet, draw_texts, ready_sheet
from kiosk.sticker.words import words

# A text whose dots spell a command is moved aside by up to this many dots: a byte's worth changes
# every byte of it.
_NUDGES: Final = range(8)

# A screen waits for it, so a fifth more bytes are worth half the time.
_PNG_LEVEL: Final = 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sticker's picture, and the boxes in which no dot may move.

    `late` are the boxes in which a preview may differ from the print: the QR's, and then those of
    serial and time.
    """

    picture: Picture
    keep: tuple[Box, ...]
    late: tuple[Box, ...]


def draw(fields: StickerFields, template: Template, qr_text: str | None) -> Drawn:
    """Draw a sticker; a field or QR text that is None becomes a placeholder.

    Raises LayoutProblem or QrProblem when a value does not fit, FontMissing without fonts, and
    GuardError when dots would command the printer and cannot be moved.
    """
    sheet = ready_sheet(template, fields.is_specimen)
    texts = words(fields)
    late_boxes = (sheet.qr.box, *(text.box for text in sheet.late))
    base, boxes = _base(sheet, texts, late_boxes)
    picture, late = _with_late(sheet, texts, base, _qr_layer(sheet, qr_text))
    keep = (*sheet.static_boxes, *boxes, *late, sheet.qr.box)
    return Drawn(picture, keep, late_boxes)


def to_png(picture: Picture, scale: int = 1) -> bytes:
    """Return a 1-bit PNG, each dot `scale` pixels square."""
    size = (picture.width, picture.height)
    image = Image.frombytes("1", size, picture.bits, "raw", "1;I")
    if scale != 1:
        enlarged = (picture.width * scale, picture.height * scale)
        image = image.resize(enlarged, Image.Resampling.NEAREST)
    png = BytesIO()
    image.save(png, "PNG", compress_level=_PNG_LEVEL)
    return png.getvalue()


def _base(
    sheet: Sheet, texts: Mapping[str, str | None], late_boxes: tuple[Box, ...]
) -> tuple[Picture, tuple[Box, ...]]:
    """Draw all that preview and print share, and keep it from commanding the printer."""
    for nudge in _NUDGES:
        layer = draw_texts(sheet.values, texts, sheet.height, nudge)
        picture = ink.picture(sheet.static | layer.bits, sheet.height)
        try:
            keep = (*sheet.static_boxes, *layer.boxes, *late_boxes)
            return protect(picture, keep), layer.boxes
        except GuardError:
            continue
    raise GuardError("the sticker's text spells a printer command wherever it is moved")


def _with_late(
    sheet: Sheet, texts: Mapping[str, str | None], base: Picture, code: int
) -> tuple[Picture, tuple[Box, ...]]:
    """Add serial, time and QR. They move if they must; the dots of the base never do."""
    below = ink.bits_of(base) | code
    for nudge in _NUDGES:
        layer = _late(sheet, texts, nudge)
        picture = ink.picture(below | layer.bits, sheet.height)
        if find_command(picture.bits) is None:
            return picture, layer.boxes
    raise GuardError("serial, time or code spell a printer command wherever they are moved")


def _late(sheet: Sheet, texts: Mapping[str, str | None], nudge: int) -> Layer:
    known = tuple(t for t in sheet.late if all(texts[name] is not None for name in t.fields))
    layer = draw_texts(known, texts, sheet.height, nudge)
    bits = layer.bits
    for element in sheet.late:
        if element not in known:
            bits |= grey_bar(element, sheet.height)
    return Layer(bits, layer.boxes)


def _qr_layer(sheet: Sheet, text: str | None) -> int:
    place = sheet.qr
    symbol = qr_placeholder(place.size) if text is None else qr.symbol(text, place.size)
    if text is None:
        return ink.placed(symbol, place.x, place.y, sheet.height)
    edge = (place.size - symbol.width) // 2
    return ink.placed(symbol, place.x + edge, place.y + edge, sheet.height)
