"""The sticker's picture: one renderer for the screen's preview and for the paper.

What is not known before printing (serial, time, QR) is drawn as a placeholder; every other dot of
a preview is the print's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Final

from msgspec.structs import replace
from PIL import Image

from kiosk.domain.printing import Box, Picture
from kiosk.domain.raster_guard import GuardError, find_command, protect
from kiosk.domain.sticker import StickerFields
from kiosk.sticker import ink, qr
from kiosk.sticker.layout import LATE_FIELDS, Align, Band, Element, Frame, Qr, Rule, Template, Text
from kiosk.sticker.text import Line, TextProblem, Weight, draw_line
from kiosk.sticker.words import words

# A text whose dots spell a command is moved aside by up to this many dots: a byte's worth changes
# every byte of it.
_NUDGES: Final = range(8)

_PLACEHOLDER_MODULES: Final = 61
_FINDER: Final = (7, 5, 3)


class LayoutProblem(ValueError):  # noqa: N818 - named for what is the matter
    """A value does not fit its place; one sentence with the element, the text and the room."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sticker's picture, the boxes in which no dot may move, and where its QR stands.

    `late` are the boxes in which a preview may differ from the print, the QR's among them.
    """

    picture: Picture
    keep: tuple[Box, ...]
    qr_box: Box
    late: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A template made ready: what is always the same is drawn already."""

    height: int
    static: int
    static_boxes: tuple[Box, ...]
    values: tuple[Text, ...]
    late: tuple[Text, ...]
    qr: Qr


@dataclass(frozen=True, slots=True)
class _Layer:
    bits: int
    boxes: tuple[Box, ...]


def draw(fields: StickerFields, template: Template, qr_text: str | None) -> Drawn:
    """Draw a sticker; a field or QR text that is None becomes a placeholder.

    Raises LayoutProblem or QrProblem when a value does not fit, FontMissing without fonts, and
    GuardError when dots would command the printer and cannot be moved.
    """
    sheet = _sheet(template, fields.is_specimen)
    texts = words(fields)
    late_boxes = (sheet.qr.box, *(text.box for text in sheet.late))
    base, boxes = _base(sheet, texts, late_boxes)
    picture, late = _with_late(sheet, texts, base, _qr_layer(sheet, qr_text))
    keep = (*sheet.static_boxes, *boxes, *late, sheet.qr.box)
    return Drawn(picture, keep, sheet.qr.box, late_boxes)


def mask_qr(picture: Picture, qr_box: Box) -> Picture:
    """Return the picture with its QR greyed out, for staff: a copy of it proves nothing."""
    whole = ink.on_sheet(qr_box, picture.height)
    side = qr_box.right - qr_box.left
    symbol = ink.placed(_placeholder(side), qr_box.left, qr_box.top, picture.height)
    return ink.picture(ink.bits_of(picture) & ~whole | symbol, picture.height)


def to_png(picture: Picture, scale: int = 1) -> bytes:
    """Return a 1-bit PNG, each dot `scale` pixels square."""
    size = (picture.width, picture.height)
    image = Image.frombytes("1", size, picture.bits, "raw", "1;I")
    if scale != 1:
        enlarged = (picture.width * scale, picture.height * scale)
        image = image.resize(enlarged, Image.Resampling.NEAREST)
    png = BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def _base(
    sheet: _Sheet, texts: dict[str, str | None], late_boxes: tuple[Box, ...]
) -> tuple[Picture, tuple[Box, ...]]:
    """Draw all that preview and print share, and keep it from commanding the printer."""
    for nudge in _NUDGES:
        layer = _texts(sheet.values, texts, sheet.height, nudge)
        picture = ink.picture(sheet.static | layer.bits, sheet.height)
        try:
            keep = (*sheet.static_boxes, *layer.boxes, *late_boxes)
            return protect(picture, keep), layer.boxes
        except GuardError:
            continue
    raise GuardError("the sticker's text spells a printer command wherever it is moved")


def _with_late(
    sheet: _Sheet, texts: dict[str, str | None], base: Picture, code: int
) -> tuple[Picture, tuple[Box, ...]]:
    """Add serial, time and QR. They move if they must; the dots of the base never do."""
    below = ink.bits_of(base) | code
    for nudge in _NUDGES:
        layer = _late(sheet, texts, nudge)
        picture = ink.picture(below | layer.bits, sheet.height)
        if find_command(picture.bits) is None:
            return picture, layer.boxes
    raise GuardError("serial, time or code spell a printer command wherever they are moved")


def _late(sheet: _Sheet, texts: dict[str, str | None], nudge: int) -> _Layer:
    known = tuple(t for t in sheet.late if all(texts[name] is not None for name in t.fields))
    layer = _texts(known, texts, sheet.height, nudge)
    bits = layer.bits
    for element in sheet.late:
        if element not in known:
            bits |= _dotted(element, sheet.height)
    return _Layer(bits, layer.boxes)


def _texts(
    elements: tuple[Text, ...], texts: dict[str, str | None], height: int, nudge: int
) -> _Layer:
    bits, boxes = 0, []
    for element in elements:
        line = _fit(element, element.text.format_map(texts))
        if line.ink.height:
            box = _place(element, line, nudge)
            bits |= ink.placed(line.ink, box.left, box.top, height)
            boxes.append(box)
    return _Layer(bits, tuple(boxes))


def _place(element: Text, line: Line, nudge: int) -> Box:
    room = element.width - line.ink.width
    shift = {Align.LEFT: 0, Align.CENTER: room // 2, Align.RIGHT: room}[element.align]
    left = element.x + (shift + nudge) % (room + 1)
    top = element.baseline - line.ascent
    return Box(left, top, left + line.ink.width, top + line.ink.height)


@lru_cache(maxsize=512)
def _fit(element: Text, text: str) -> Line:
    """Draw a text at the largest size that fits its element, marks included."""
    box = element.box
    for size in range(element.size, element.min_size - 1, -1):
        try:
            line = draw_line(text, size, element.weight)
        except TextProblem as error:
            raise LayoutProblem(f"{element.name}: {error}") from error
        above, below = element.baseline - line.ascent, element.baseline + line.descent
        if line.ink.width <= element.width and box.top <= above and below <= box.bottom:
            return line
    raise LayoutProblem(
        f"{element.name}: {text!r} needs {line.ink.width} dots at its smallest size, "
        f"there are {element.width}"
    )


def _dotted(element: Text, height: int) -> int:
    """Draw the placeholder of a text that is not known yet: a grey bar as tall as its digits."""
    tall = element.size * 3 // 5
    return ink.placed(ink.grey(element.width, tall), element.x, element.baseline - tall, height)


def _qr_layer(sheet: _Sheet, text: str | None) -> int:
    place = sheet.qr
    symbol = _placeholder(place.size) if text is None else qr.symbol(text, place.size)
    if text is None:
        return ink.placed(symbol, place.x, place.y, sheet.height)
    edge = (place.size - symbol.width) // 2
    return ink.placed(symbol, place.x + edge, place.y + edge, sheet.height)


@lru_cache(maxsize=4)
def _placeholder(side: int) -> ink.Ink:
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


@lru_cache(maxsize=8)
def _sheet(template: Template, is_specimen: bool) -> _Sheet:  # noqa: FBT001 - the cache's key
    band = template.specimen
    elements = [_moved(element, band) if is_specimen else element for element in template.element]
    height = template.height + (band.height if is_specimen else 0)
    texts = [element for element in elements if isinstance(element, Text)]
    fixed = _texts(tuple(text for text in texts if not text.fields), {}, height, 0)
    static, boxes = fixed.bits, list(fixed.boxes)
    for element in elements:
        if isinstance(element, Rule):
            static |= _drawn_rule(element, height)
    if is_specimen:
        static |= _drawn_band(band, height)
        boxes.append(Box(0, band.y, ink.STRIDE, band.y + band.height))
    return _Sheet(
        height=height,
        static=static,
        static_boxes=tuple(boxes),
        values=tuple(text for text in texts if text.fields and not text.fields & LATE_FIELDS),
        late=tuple(text for text in texts if text.fields & LATE_FIELDS),
        qr=next(element for element in elements if isinstance(element, Qr)),
    )


def _drawn_rule(rule: Rule, height: int) -> int:
    if isinstance(rule, Frame):
        return ink.placed(
            ink.frame(rule.width, rule.height, rule.line, rule.radius), rule.x, rule.y, height
        )
    return ink.placed(ink.solid(rule.width, rule.height), rule.x, rule.y, height)


def _drawn_band(band: Band, height: int) -> int:
    line = draw_line(band.text, band.size, band.weight)
    black = ink.placed(ink.solid(ink.STRIDE, band.height), 0, band.y, height)
    left = (ink.STRIDE - line.ink.width) // 2
    top = band.y + (band.height - line.ink.height) // 2
    return black ^ ink.placed(line.ink, left, top, height)


def _moved(element: Element, band: Band) -> Element:
    """Make room for a specimen's band: what stands at it or below moves down."""
    if isinstance(element, Text):
        if element.baseline < band.y:
            return element
        top = None if element.top is None else element.top + band.height
        return replace(element, baseline=element.baseline + band.height, top=top)
    return element if element.y < band.y else replace(element, y=element.y + band.height)
