"""A template made ready: what is always the same is drawn once, values are fitted into the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from kiosk.domain.printing import Box
from kiosk.sticker import ink
from kiosk.sticker.elements import Align, Band, Element, Frame, Qr, Rule, Text
from kiosk.sticker.layout import LATE_FIELDS, Template
from kiosk.sticker.text import Line, TextProblem, draw_line


class LayoutProblem(ValueError):  # noqa: N818 - named for what is the matter
    """A value does not fit its place; one sentence with the element, the text and the room."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A template made ready: `static` is drawn, `values` and `late` are texts to come."""

    height: int
    static: int
    static_boxes: tuple[Box, ...]
    values: tuple[Text, ...]
    late: tuple[Text, ...]
    qr: Qr


@dataclass(frozen=True, slots=True)
class Layer:
    """Dots of a sheet, and the boxes they lie in."""

    bits: int
    boxes: tuple[Box, ...]


@lru_cache(maxsize=8)
def ready_sheet(template: Template, is_specimen: bool) -> Sheet:  # noqa: FBT001 - the cache's key
    """Draw what is the same on all stickers of a template. Raises LayoutProblem, FontMissing."""
    band = template.specimen
    elements = [_moved(element, band) if is_specimen else element for element in template.element]
    height = template.height + (band.height if is_specimen else 0)
    texts = [element for element in elements if isinstance(element, Text)]
    fixed = draw_texts(tuple(text for text in texts if not text.fields), {}, height, 0)
    static, boxes = fixed.bits, list(fixed.boxes)
    for element in elements:
        if isinstance(element, Rule):
            static |= _drawn_rule(element, height)
    if is_specimen:
        static |= _drawn_band(band, height)
        boxes.append(Box(0, band.y, ink.STRIDE, band.y + band.height))
    return Sheet(
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
    if line.ink.width > ink.STRIDE or line.ink.height > band.height:
        raise LayoutProblem(
            f"specimen: {band.text!r} needs {line.ink.width} x {line.ink.height} dots, "
            f"there are {ink.STRIDE} x {band.height}"
        )
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
        bottom = None if element.bottom is None else element.bottom + band.height
        return replace(element, baseline=element.baseline + band.height, top=top, bottom=bottom)
    return element if element.y < band.y else replace(element, y=element.y + band.height)


def draw_texts(
    elements: Sequence[Text], texts: Mapping[str, str | None], height: int, nudge: int
) -> Layer:
    """Draw texts into their elements, `nudge` dots aside. Raises LayoutProblem, FontMissing."""
    bits, boxes = 0, []
    for element in elements:
        line = _fit(element, element.text.format_map(texts))
        if line.ink.height:
            box = _place(element, line, nudge)
            bits |= ink.placed(line.ink, box.left, box.top, height)
            boxes.append(box)
    return Layer(bits, tuple(boxes))


def _place(element: Text, line: Line, nudge: int) -> Box:
    room = element.width - line.ink.width
    shift = {Align.LEFT: 0, Align.CENTER: room // 2, Align.RIGHT: room}[element.align]
    left = element.x + (shift + nudge) % (room + 1)
    place = element.box
    lowest = place.bottom - line.ink.height
    top = max(place.top, min(element.baseline - line.ascent, lowest))
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
        if line.ink.width <= element.width and line.ink.height <= box.bottom - box.top:
            return line
    raise LayoutProblem(
        f"{element.name}: {text!r} needs {line.ink.width} x {line.ink.height} dots at its "
        f"smallest size, there are {element.width} x {box.bottom - box.top}"
    )
