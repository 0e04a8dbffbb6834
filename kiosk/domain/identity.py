"""Numbers that say who an owner is: national ID, tax ID, passport.

They prove the right to collect, so they are never shown whole, logged or stored; the record holds
a digest only.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.th import moa, pin

from kiosk.domain.typed import fold

ID_DIGITS: Final = 13
"""Length of a national ID and of a tax ID."""

PASSPORT_MIN: Final = 6
PASSPORT_MAX: Final = 9

# Bounds the work on pasted text; separators make a typed number longer than its digits.
_MAX_TYPED: Final = 100

_DIGITS: Final = re.compile(r"[0-9]+")
_LETTERS_OR_DIGITS: Final = re.compile(r"[0-9A-Za-z]+")
_GROUP_SIZES: Final = (1, 4, 5, 2, 1)
_JURISTIC_DIGIT: Final = "0"
_PERSON_DIGITS: Final = "12345678"
_HIDDEN: Final = "•"
_SHOWN_AT_THE_END: Final = 3


class IdKind(StrEnum):
    """Who issued the number: the civil registry, the business registry, a passport office."""

    THAI = "thai"
    TAX = "tax"
    PASSPORT = "passport"


class IdProblem(StrEnum):
    """Why a typed text cannot be anybody's number."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    BAD_FIRST_DIGIT = "bad_first_digit"
    BAD_CHECK_DIGIT = "bad_check_digit"


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A well-formed number; that its person exists is not claimed.

    Its text form hides the number, so that an exception or a log line cannot spill it.
    """

    kind: IdKind
    number: str

    def __repr__(self) -> str:
        return f"Identity({self.kind.value}, hidden)"


def parse_id(typed: str) -> Identity | IdProblem:
    """Read a national ID, tax ID or passport number as typed; never raises.

    Spaces, hyphens and Thai digits are folded. Thirteen digits must carry the right check digit.
    A passport has 6-9 letters and digits; all-digit ones exist, so 6-9 digits are one too.
    """
    if len(typed) > _MAX_TYPED:
        return IdProblem.TOO_LONG
    folded = fold(typed)
    if not folded:
        return IdProblem.EMPTY
    if not _LETTERS_OR_DIGITS.fullmatch(folded):
        return IdProblem.BAD_CHARACTER
    if len(folded) > PASSPORT_MAX and _DIGITS.fullmatch(folded):
        return _thirteen_digits(folded)
    return _passport(folded.upper())


def masked(number: str) -> str:
    """Hide all but the last three characters; a 13-digit number keeps its groups."""
    visible = number[-_SHOWN_AT_THE_END:] if len(number) >= PASSPORT_MIN else ""
    hidden = len(number) - len(visible)
    shown = iter(_HIDDEN * hidden + visible)
    if len(number) != ID_DIGITS:
        return "".join(shown)
    return "-".join("".join(next(shown) for _ in range(size)) for size in _GROUP_SIZES)


def random_pin(rng: Random, *, juristic: bool = False) -> str:
    """Make up a 13-digit number with a right check digit, for demonstration records only."""
    first = _JURISTIC_DIGIT if juristic else rng.choice(_PERSON_DIGITS)
    body = first + "".join(rng.choice("0123456789") for _ in range(ID_DIGITS - 2))
    return body + pin.calc_check_digit(body)


def _thirteen_digits(number: str) -> Identity | IdProblem:
    if len(number) < ID_DIGITS:
        return IdProblem.TOO_SHORT
    if len(number) > ID_DIGITS:
        return IdProblem.TOO_LONG
    kind = IdKind.TAX if number.startswith(_JURISTIC_DIGIT) else IdKind.THAI
    try:
        (moa if kind is IdKind.TAX else pin).validate(number)
    except InvalidComponent:
        return IdProblem.BAD_FIRST_DIGIT
    except ValidationError:
        return IdProblem.BAD_CHECK_DIGIT
    return Identity(kind, number)


def _passport(number: str) -> Identity | IdProblem:
    if len(number) < PASSPORT_MIN:
        return IdProblem.TOO_SHORT
    if len(number) > PASSPORT_MAX:
        return IdProblem.TOO_LONG
    return Identity(IdKind.PASSPORT, number)
