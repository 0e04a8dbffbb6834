"""QR symbols of base45 text as ink.

The qrcode library draws the fixed patterns (ISO/IEC 18004). Where each bit of a codeword stands
depends on the version alone, so it is worked out once and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final

import qrcode.constants
import qrcode.main
import qrcode.util

from kiosk.sticker.codewords import codewords
from kiosk.sticker.ink import Ink, from_rows

QUIET_MODULES: Final = 4
"""White modules that the standard asks for around a symbol."""

MODULE_DOTS: Final = (5, 4)
"""Dots a module, the best first; fewer than 4 do not read well at 203 dpi."""

_util: Any = qrcode.util  # half of the library has no types
_TIMING_COLUMN: Final = 6

# A fixed mask saves trying all eight. Signed bytes look random, so no mask is better than another.
_MASK: Final = 0
_ECC: Final = qrcode.constants.ERROR_CORRECT_M

# Most characters in alphanumeric mode at correction M (ISO/IEC 18004, table 7).
_CAPACITY: Final = {7: 178, 8: 221, 9: 262, 10: 311, 11: 366, 12: 419, 13: 483}


class QrProblem(ValueError):  # noqa: N818 - named for what is the matter
    """A text does not fit the symbol's place on the sticker."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One version's map: `order` picks each module's character of base + codeword bits.

    `flips` has a one for each module whose codeword bit the mask turns over.
    """

    modules: int
    order: itemgetter[Any]
    flips: int


def symbol(text: str, dots: int) -> Ink:
    """Draw a symbol without its quiet zone, as large as fits a square of `dots` with it.

    Raises QrProblem when the text is too long for that.
    """
    version, module = _choose(text, dots)
    matrix = _matrix(text, version)
    stretched = [_stretch(row, module) for row in matrix]
    rows = [row for row in stretched for _ in range(module)]
    return from_rows(len(matrix) * module, rows)


def _choose(text: str, dots: int) -> tuple[int, int]:
    version = next((v for v, most in _CAPACITY.items() if len(text) <= most), None)
    if version is not None:
        modules = _modules(version) + 2 * QUIET_MODULES
        for module in MODULE_DOTS:
            if modules * module <= dots:
                return version, module
    raise QrProblem(f"a code of {len(text)} characters does not fit {dots} dots")


def _matrix(text: str, version: int) -> list[str]:
    """Return the symbol's rows as texts of 0 and 1, dark is 1."""
    words = codewords(text, version, _ECC)
    plan = _plan(version)
    bits = "01" + "".join([_BYTE_BITS[word] for word in words]) + "0" * 8
    dark = int("".join(plan.order(bits)), 2) ^ plan.flips
    flat = f"{dark:0{plan.modules**2}b}"
    return [flat[at : at + plan.modules] for at in range(0, len(flat), plan.modules)]


_BYTE_BITS: Final = [f"{byte:08b}" for byte in range(256)]


@lru_cache(maxsize=16)
def _plan(version: int) -> _Plan:
    code: Any = qrcode.main.QRCode(
        version=version, error_correction=_ECC, mask_pattern=_MASK, border=0
    )
    # Without data the library leaves None where codewords go; map_data would fill them.
    code.data_cache = []
    code.map_data = lambda _words, _mask: None
    code.makeImpl(test=False, mask_pattern=_MASK)
    modules: list[list[bool | None]] = code.modules
    size = len(modules)
    where = {(r, c): int(bool(modules[r][c])) for r in range(size) for c in range(size)}
    mask = _util.mask_func(_MASK)
    flips = 0
    for index, (r, c) in enumerate(_codeword_modules(modules)):
        where[r, c] = 2 + index
        if mask(r, c):
            flips |= 1 << (size * size - 1 - (r * size + c))
    return _Plan(size, itemgetter(*where.values()), flips)


def _codeword_modules(modules: list[list[bool | None]]) -> list[tuple[int, int]]:
    """List the free modules in the order codewords fill them: two columns at a time, up and down.

    ISO/IEC 18004, section 7.7.3; the column of the timing pattern is passed over.
    """
    size = len(modules)
    columns = [c for c in range(size - 1, -1, -1) if c != _TIMING_COLUMN]
    order = []
    for number, (right, left) in enumerate(list(pairwise(columns))[::2]):
        rows = range(size) if number % 2 else range(size - 1, -1, -1)
        order += [(r, c) for r in rows for c in (right, left) if modules[r][c] is None]
    return order


def _stretch(row: str, module: int) -> int:
    return int(row.translate(_STRETCHES[module]), 2)


_STRETCHES: Final = {n: str.maketrans({"0": "0" * n, "1": "1" * n}) for n in MODULE_DOTS}


def _modules(version: int) -> int:
    return version * 4 + 17
