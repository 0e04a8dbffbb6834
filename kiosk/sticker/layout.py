"""What a template may say, read from its TOML file and checked before anything is drawn.

A template is data: an office that gets another blank or another wording edits a file. Lengths are
dots (0.125 mm); `x` counts from the left, `y` and `baseline` from the top.
"""

from __future__ import annotations

import string
import tomllib
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from kiosk.domain.printing import Box
from kiosk.sticker.ink import STRIDE
from kiosk.sticker.text import MIN_SIZE_PX, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

FIELDS: Final = frozenset(
    {
        "year_be",
        "expires_on",
        "plate",
        "province",
        "ry_code",
        "ry_name",
        "make",
        "engine_label",
        "engine",
        "tax",
        "office",
        "serial",
        "issued_on",
        "issued_at",
    }
)
"""What a text may name in braces."""

LATE_FIELDS: Final = frozenset({"serial", "issued_on", "issued_at"})
"""Known only when the sticker is printed; a preview shows a placeholder for them."""

MAX_HEIGHT: Final = 1200

# Sarabun's ink reaches this far from the baseline, in parts of the size: two marks above, one below
_ASCENT: Final = 1.3
_DESCENT: Final = 0.38

_Dots = Annotated[int, msgspec.Meta(ge=0, le=MAX_HEIGHT)]
_Length = Annotated[int, msgspec.Meta(ge=1, le=MAX_HEIGHT)]
_Size = Annotated[int, msgspec.Meta(ge=MIN_SIZE_PX, le=400)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class TemplateProblem(ValueError):  # noqa: N818 - named for what is the matter
    """A template cannot be used; one sentence with its file, the element and what is wrong."""


class Align(StrEnum):
    """Where a text stands within its width."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class _Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    name: _Name


class Text(_Element, frozen=True, tag="text"):
    """A line of text, `width` wide at most: it shrinks to `min_size`, and then is a problem.

    `top`: no ink may rise above it; by default there is room for two marks.
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

    @property
    def fields(self) -> frozenset[str]:
        """The fields its text names."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.text) if name)

    @property
    def box(self) -> Box:
        """The place its ink may take, marks included."""
        top = self.baseline - round(self.size * _ASCENT) if self.top is None else self.top
        return Box(self.x, top, self.x + self.width, self.baseline + round(self.size * _DESCENT))


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
    size: _Length

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


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole sticker: its height, what stands on it, and the band of a specimen."""

    height: Annotated[int, msgspec.Meta(ge=100, le=MAX_HEIGHT)]
    specimen: Band
    element: tuple[Element, ...]


class _Raw(msgspec.Struct, forbid_unknown_fields=True):
    height: object
    specimen: object
    element: list[dict[str, object]]


def load_template(path: Path | None = None) -> Template:
    """Read a template file, by default our own for the annual sticker. Raises TemplateProblem."""
    source: Path | Traversable = path or files("kiosk.sticker") / "templates" / "annual.toml"
    try:
        return parse_template(source.read_text(encoding="utf-8"), str(source))
    except OSError as error:
        raise TemplateProblem(f"cannot read the template {source}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TemplateProblem(f"the template {source} is not UTF-8 text") from error


def parse_template(text: str, source: str) -> Template:
    """Check a template's text; `source` names it in problems. Raises TemplateProblem."""
    try:
        raw = msgspec.convert(tomllib.loads(text), _Raw)
        elements = tuple(_elements(raw.element, source))
        template = msgspec.convert(
            {"height": raw.height, "specimen": raw.specimen, "element": ()}, Template
        )
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise TemplateProblem(f"{source}: {error}") from error
    template = msgspec.structs.replace(template, element=elements)
    for problem in _problems(template):
        raise TemplateProblem(f"{source}: {problem}")
    return template


def _elements(raw: list[dict[str, object]], source: str) -> Iterator[Element]:
    for number, entry in enumerate(raw, start=1):
        name = entry.get("name", f"number {number}")
        try:
            yield msgspec.convert(entry, Element)
        except msgspec.ValidationError as error:
            raise TemplateProblem(f"{source}, element {name}: {error}") from error


def _problems(template: Template) -> Iterator[str]:
    names = [element.name for element in template.element]
    for name in names:
        if names.count(name) > 1:
            yield f"element {name}: the name is used twice"
    codes = sum(isinstance(element, Qr) for element in template.element)
    if codes != 1:
        yield f"there are {codes} elements of kind qr; there must be one"
    for element in template.element:
        problem = _text_problem(element) if isinstance(element, Text) else None
        problem = problem or _place_problem(element.box, template.height)
        if problem:
            yield f"element {element.name}: {problem}"
    if template.specimen.y + template.specimen.height > template.height:
        yield "the specimen band lies below the sticker's end"


def _text_problem(element: Text) -> str | None:
    try:
        unknown = element.fields - FIELDS
    except ValueError:
        return f"the braces in {element.text!r} do not match"
    if unknown:
        return f"there is no field {min(unknown)}; fields are {', '.join(sorted(FIELDS))}"
    if element.min_size > element.size:
        return "min_size is larger than size"
    return None


def _place_problem(box: Box, height: int) -> str | None:
    if min(box.left, box.top) < 0 or box.right > STRIDE or box.bottom > height:
        return (
            f"dots {box.left}-{box.right} across and {box.top}-{box.bottom} down "
            f"leave the sticker of {STRIDE} x {height}"
        )
    return None
