"""Serial numbers of sticker blanks, and the ranges in which rolls are loaded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.typed import fold

MAX_BLANKS: Final = 10_000
"""Most blanks one range may hold: far beyond a roll, so more is a mistyped digit."""

MAX_PREFIX: Final = 4
MAX_DIGITS: Final = 12

_SERIAL: Final = re.compile(r"([A-Zก-ฮ]*)([0-9]+)")
# Bounds the work on pasted text; separators make a typed serial longer than its characters.
_MAX_TYPED: Final = 100


class SerialProblem(StrEnum):
    """Why a text is no serial, or two serials are no range."""

    EMPTY = "empty"
    BAD_SHAPE = "bad_shape"
    TOO_LONG = "too_long"
    OTHER_PREFIX = "other_prefix"
    OTHER_WIDTH = "other_width"
    REVERSED = "reversed"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, order=True)
class Serial:
    """The number of one blank: letters, then digits of a fixed width, `A0000001`.

    Ordered by letters, width and number, so that serials of one series sort as they are printed.
    """

    prefix: str
    width: int
    number: int

    def __post_init__(self) -> None:
        if not 0 <= self.number < 10**self.width:
            raise ValueError(f"number {self.number} does not fit {self.width} digits")

    @property
    def text(self) -> str:
        """As it stands on the blank, leading zeros included."""
        return f"{self.prefix}{self.number:0{self.width}d}"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SerialRange:
    """Consecutive serials of one series, both ends included.

    Raises ValueError where `serial_range` would name a problem.
    """

    first: Serial
    last: Serial

    def __post_init__(self) -> None:
        if problem := _range_problem(self.first, self.last):
            raise ValueError(f"no range from {self.first} to {self.last}: {problem.value}")

    def __len__(self) -> int:
        return self.last.number - self.first.number + 1

    def __iter__(self) -> Iterator[Serial]:
        for number in range(self.first.number, self.last.number + 1):
            yield Serial(self.first.prefix, self.first.width, number)

    def __contains__(self, serial: object) -> bool:
        # Exact because the order puts other letters and widths outside the two ends.
        return isinstance(serial, Serial) and self.first <= serial <= self.last

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    def after(self, serial: Serial) -> Serial | None:
        """Return the blank that follows `serial` in this range, None if it has none here."""
        if serial not in self or serial == self.last:
            return None
        return Serial(serial.prefix, serial.width, serial.number + 1)


def parse_serial(text: str) -> Serial | SerialProblem:
    """Read a serial as typed or scanned; never raises.

    Spaces, hyphens and Thai digits are folded, letters become capitals, leading zeros count.
    """
    if len(text) > _MAX_TYPED:
        return SerialProblem.TOO_LONG
    folded = fold(text)
    if not folded:
        return SerialProblem.EMPTY
    match = _SERIAL.fullmatch(_capitals(folded))
    if match is None:
        return SerialProblem.BAD_SHAPE
    prefix, digits = match.groups()
    if len(prefix) > MAX_PREFIX or len(digits) > MAX_DIGITS:
        return SerialProblem.TOO_LONG
    return Serial(prefix, len(digits), int(digits))


def serial_range(first: Serial, last: Serial) -> SerialRange | SerialProblem:
    """Make the range from `first` to `last`, or say why they are none."""
    return _range_problem(first, last) or SerialRange(first, last)


def _capitals(text: str) -> str:
    # str.upper would turn letters of other scripts into Latin ones.
    return "".join(letter.upper() if letter.isascii() else letter for letter in text)


def _range_problem(first: Serial, last: Serial) -> SerialProblem | None:
    if first.prefix != last.prefix:
        return SerialProblem.OTHER_PREFIX
    if first.width != last.width:
        return SerialProblem.OTHER_WIDTH
    if first.number > last.number:
        return SerialProblem.REVERSED
    if last.number - first.number >= MAX_BLANKS:
        return SerialProblem.TOO_MANY
    return None
