"""What a template may say, read from its TOML file and checked before anything is drawn.

A template is data: an office that gets another blank or another wording edits a file.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from kiosk.domain.printing import Box
from kiosk.sticker.elements import MAX_HEIGHT, Band, Element, Frame, Qr, Text
from kiosk.sticker.ink import STRIDE

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


class TemplateProblem(ValueError):  # noqa: N818 - named for what is the matter
    """A template cannot be used; one sentence with its file, the element and what is wrong."""


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
        problem = _own_problem(element) or _place_problem(element.box, template.height)
        if problem:
            yield f"element {element.name}: {problem}"
    if template.specimen.y + template.specimen.height > template.height:
        yield "the specimen band lies below the sticker's end"


def _own_problem(element: Element) -> str | None:
    match element:
        case Text():
            return _text_problem(element)
        case Frame(width=width, height=height, line=line, radius=radius):
            if 2 * max(line, radius) >= min(width, height):
                return "line and radius leave no room inside the frame"
    return None


def _text_problem(element: Text) -> str | None:
    try:
        unknown = element.fields - FIELDS
    except ValueError:
        return f"the braces in {element.text!r} do not match"
    if unknown:
        return f"there is no field {min(unknown)!r}; fields are {', '.join(sorted(FIELDS))}"
    if not element.box.top < element.baseline <= element.box.bottom:
        return "the baseline does not lie between top and bottom"
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
