"""Pictures on plain paper and for trying a printer: lines of text, rules, and a QR below them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.domain.printing import Box, Picture
from kiosk.domain.raster_guard import GuardError, protect
from kiosk.sticker import ink, qr
from kiosk.sticker.text import Line, TextProblem, Weight, draw_line

MARGIN: Final = 24
"""White at both sides, so that a printer set up a little aside cuts nothing off."""

TEXT_SIZE: Final = 28
TITLE_SIZE: Final = 40
QR_DOTS: Final = 360

_LINE: Final = 1.6  # of the size: room for two marks above a letter and one below
_RULE_ROOM: Final = 24
_SMALLEST: Final = 24
MOST_LINES: Final = 6

MOST_MARKS: Final = 2
"""Marks over one letter: a vowel and a tone. More of them would climb into the line above."""

_CLUSTER: Final = re.compile("[เ-ไ]?[ก-ฮ][ัิ-ฺ็-๎]*[ะาำๅๆฯ]*|.")
"""What no line may end in: a Thai consonant with its marks and the vowels that stand around it."""
_NUDGES: Final = range(8)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `text` at the left, `value` at the right; both empty make a rule.

    What is too long grows smaller and loses its end. Where `wraps`, the value goes below the text
    instead, on as many lines as it takes, up to `MOST_LINES`.
    """

    text: str = ""
    value: str = ""
    is_title: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    ink: ink.Ink
    left: int
    top: int

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.left + self.ink.width, self.top + self.ink.height)


def draw_receipt(
    rows: Sequence[Row], qr_text: str | None = None, *, least_height: int = 0
) -> Picture:
    """Draw rows from the top, and a QR (base45 letters) in the middle below them.

    `least_height` (dots) fills a blank of known length. Raises TextProblem, FontMissing, QrProblem,
    and GuardError when the dots would command the printer and cannot be moved.
    """
    for nudge in _NUDGES:
        placed, height = _lay_out(rows, qr_text, nudge)
        height = max(height, least_height)
        bits = 0
        for piece in placed:
            bits |= ink.placed(piece.ink, piece.left, piece.top, height)
        try:
            return protect(ink.picture(bits, height), [piece.box for piece in placed])
        except GuardError:
            continue
    raise GuardError("the text spells a printer command wherever it is moved")


def blank_picture(height: int) -> Picture:
    """Return white paper of so many dots."""
    return ink.picture(0, height)


def _lay_out(rows: Sequence[Row], qr_text: str | None, nudge: int) -> tuple[list[_Placed], int]:
    placed: list[_Placed] = []
    top = MARGIN
    for line in (line for row in rows for line in _unfolded(row)):
        pieces, tall = _row(line, top, nudge)
        placed += pieces
        top += tall
    if qr_text is not None:
        symbol = qr.symbol(qr_text, QR_DOTS)
        placed.append(_Placed(symbol, (ink.STRIDE - symbol.width) // 2 + nudge, top + MARGIN))
        top += symbol.height + 2 * MARGIN
    return placed, top + MARGIN


def _row(row: Row, top: int, nudge: int) -> tuple[list[_Placed], int]:
    if not row.text and not row.value:
        rule = ink.solid(ink.STRIDE - 2 * MARGIN, 2)
        return [_Placed(rule, MARGIN, top + _RULE_ROOM // 2)], _RULE_ROOM
    size = TITLE_SIZE if row.is_title else TEXT_SIZE
    weight = Weight.BOLD if row.is_title else Weight.MEDIUM
    room = ink.STRIDE - 2 * MARGIN - max(_NUDGES)
    right = _fit(row.value, size, Weight.BOLD, room)
    left = _fit(row.text, size, weight, room - right.ink.width - (MARGIN if row.value else 0))
    tall = round(size * _LINE)
    baseline = top + round(size * _LINE * 0.72)
    pieces = [
        _Placed(line.ink, x, baseline - line.ascent)
        for line, x in (
            (left, MARGIN + nudge),
            (right, ink.STRIDE - MARGIN - right.ink.width - max(_NUDGES) + nudge),
        )
        if line.ink.height
    ]
    return pieces, tall


def drawable(text: str) -> str:
    """Replace what the font cannot draw: what others wrote must not keep a page from coming out."""
    kept = ""
    for sign in text:
        if not (_is_mark(sign) and all(_is_mark(before) for before in kept[-MOST_MARKS:])):
            kept += sign if _has_glyph(sign) else "?"
    return kept


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) == "Mn"


def _has_glyph(sign: str) -> bool:
    try:
        draw_line(sign, _SMALLEST, Weight.MEDIUM)
    except TextProblem:
        return False
    return True


def _unfolded(row: Row) -> list[Row]:
    """Lay a row that wraps out on lines; any other stays as it is."""
    room = ink.STRIDE - 2 * MARGIN - max(_NUDGES)
    both = _width(row.text, Weight.MEDIUM) + MARGIN + _width(row.value, Weight.BOLD)
    if not row.wraps or both <= room:
        return [row]
    lines = _wrapped(row.value, room)
    if len(lines) == 1:
        return [Row(row.text), Row(value=lines[0])]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])]
    return [Row(row.text), *(Row(line) for line in lines)]


def _wrapped(text: str, room: int) -> list[str]:
    """Break a text at its spaces, and inside a word that is longer than a line."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, Weight.BOLD) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for cluster in _CLUSTER.findall(word):
            if _width(lines[-1] + cluster, Weight.BOLD) > room:
                lines.append("")
            lines[-1] += cluster
    return lines


def _width(text: str, weight: Weight) -> int:
    return draw_line(text, TEXT_SIZE, weight).ink.width


def _fit(text: str, size: int, weight: Weight, room: int) -> Line:
    """Draw a text as large as fits; what is too long even small loses its end, marked."""
    for smaller in range(size, _SMALLEST - 1, -2):
        line = draw_line(text, smaller, weight)
        if line.ink.width <= room:
            return line
    kept = text
    while kept:
        kept = kept[:-1]
        line = draw_line(f"{kept}…", _SMALLEST, weight)
        if line.ink.width <= room:
            return line
    return draw_line("", _SMALLEST, weight)
