"""Thai text as dots: shaped by HarfBuzz, drawn by FreeType, from the Sarabun fonts.

Both come as wheels, so no system library decides how a tone mark stands on its vowel.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import freetype
import uharfbuzz  # type: ignore[import-untyped]  # it ships no types

from kiosk.sticker.ink import STRIDE, Ink, from_rows

MIN_SIZE_PX: Final = 24
"""Below this, Thai marks merge at 203 dpi."""

_FONT_PACKAGE: Final = "fontpkg_sarabun"
_SUBPIXELS: Final = 64  # FreeType and HarfBuzz both count in 1/64 of a dot
_NOTDEF: Final = 0
_FIRST_PRINTABLE: Final = ord(" ")
_freetype: Any = freetype  # it ships no types and makes its constants at import
_LOAD: Final = (
    _freetype.FT_LOAD_RENDER | _freetype.FT_LOAD_TARGET_MONO | _freetype.FT_LOAD_NO_HINTING
)


class Weight(StrEnum):
    """The cuts of Sarabun that stickers use."""

    REGULAR = "regular"
    MEDIUM = "medium"
    SEMIBOLD = "semibold"
    BOLD = "bold"
    EXTRABOLD = "extrabold"


_FILES: Final = {
    Weight.REGULAR: "Sarabun-Regular.ttf",
    Weight.MEDIUM: "Sarabun-Medium.ttf",
    Weight.SEMIBOLD: "Sarabun-SemiBold.ttf",
    Weight.BOLD: "Sarabun-Bold.ttf",
    Weight.EXTRABOLD: "Sarabun-ExtraBold.ttf",
}


class FontMissing(RuntimeError):  # noqa: N818 - named for what is the matter, as people say it
    """The fonts are not installed, so no sticker can be drawn."""


class TextProblem(ValueError):  # noqa: N818 - as above
    """A text holds a character that the font cannot draw."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as ink; its top is `ascent` above the baseline, `descent` of it below."""

    ink: Ink
    ascent: int
    descent: int


@dataclass(frozen=True, slots=True)
class _Glyph:
    """One glyph's dots, `left` and `top` from the pen, top counted upwards."""

    ink: Ink
    left: int
    top: int


class _Face:
    """One font at one size. FreeType and HarfBuzz objects are not for two threads at a time."""

    def __init__(self, path: Path, size_px: int) -> None:
        self._face = _freetype.Face(str(path))
        self._face.set_pixel_sizes(0, size_px)
        self._font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
        scale = size_px * _SUBPIXELS
        self._font.scale = (scale, scale)
        self._glyphs: dict[int, _Glyph] = {}
        self._lock = threading.Lock()

    def line(self, text: str) -> Line:
        with self._lock:
            return _joined(self._shape(text))

    def _shape(self, text: str) -> list[tuple[_Glyph, int, int]]:
        """Return the glyphs with ink, each with its pen position in dots, y upwards."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self._font, buffer)
        placed, pen = [], 0
        for info, position in zip(
            buffer.glyph_infos or [], buffer.glyph_positions or [], strict=True
        ):
            if info.codepoint == _NOTDEF or ord(text[info.cluster]) < _FIRST_PRINTABLE:
                raise TextProblem(f"the font cannot draw {text[info.cluster]!r} of {text!r}")
            glyph = self._glyph(info.codepoint)
            if glyph.ink.height:
                x, y = _dots(pen + position.x_offset), _dots(position.y_offset)
                placed.append((glyph, x, y))
            pen += position.x_advance
        return placed

    def _glyph(self, index: int) -> _Glyph:
        glyph = self._glyphs.get(index)
        if glyph is None:
            glyph = self._glyphs[index] = self._draw(index)
        return glyph

    def _draw(self, index: int) -> _Glyph:
        self._face.load_glyph(index, _LOAD)
        slot = self._face.glyph
        bitmap = slot.bitmap
        pitch, buffer = bitmap.pitch, bytes(bitmap.buffer)
        rows = [
            int.from_bytes(buffer[y * pitch : (y + 1) * pitch], "big") >> (pitch * 8 - bitmap.width)
            for y in range(bitmap.rows)
        ]
        return _trimmed(rows, bitmap.width, slot.bitmap_left, slot.bitmap_top)


def draw_line(text: str, size_px: int, weight: Weight) -> Line:
    """Draw one line of text; its ink fits exactly, with no space around it.

    Raises FontMissing, TextProblem, or ValueError below MIN_SIZE_PX.
    """
    if size_px < MIN_SIZE_PX:
        raise ValueError(f"{size_px} dots are too small for Thai; use {MIN_SIZE_PX} or more")
    return _line(text, size_px, weight)


@lru_cache(maxsize=512)
def _line(text: str, size_px: int, weight: Weight) -> Line:
    return _face(weight, size_px).line(text)


@lru_cache(maxsize=64)
def _face(weight: Weight, size_px: int) -> _Face:
    return _Face(_font_path(weight), size_px)


def _font_path(weight: Weight) -> Path:
    spec = find_spec(_FONT_PACKAGE)
    if spec is None or spec.origin is None:
        raise FontMissing("the Sarabun fonts are missing; install the package fontpkg-sarabun")
    path = Path(spec.origin).parent / "files" / _FILES[weight]
    if not path.is_file():
        raise FontMissing(f"the font {path} is missing; install fontpkg-sarabun again")
    return path


def _joined(placed: list[tuple[_Glyph, int, int]]) -> Line:
    if not placed:
        return Line(Ink(0, 0, 0), 0, 0)
    left = min(x + glyph.left for glyph, x, _ in placed)
    right = max(x + glyph.left + glyph.ink.width for glyph, x, _ in placed)
    top = max(y + glyph.top for glyph, _, y in placed)
    bottom = min(y + glyph.top - glyph.ink.height for glyph, _, y in placed)
    width, bits = right - left, 0
    for glyph, x, y in placed:
        below = y + glyph.top - glyph.ink.height - bottom
        after = right - (x + glyph.left + glyph.ink.width)
        bits |= glyph.ink.bits << (below * STRIDE + after)
    return Line(Ink(width, top - bottom, bits), top, -bottom)


def _trimmed(rows: list[int], width: int, left: int, top: int) -> _Glyph:
    """Cut the blank edges off a glyph, which FreeType leaves where an outline ends in a dot."""
    inked = [y for y, row in enumerate(rows) if row]
    if not inked:
        return _Glyph(Ink(0, 0, 0), 0, 0)
    columns = 0
    for row in rows:
        columns |= row
    first, last = width - columns.bit_length(), (columns & -columns).bit_length() - 1
    kept = [row >> last for row in rows[inked[0] : inked[-1] + 1]]
    return _Glyph(from_rows(width - first - last, kept), left + first, top - inked[0])


def _dots(subpixels: int) -> int:
    return (subpixels + _SUBPIXELS // 2) // _SUBPIXELS
