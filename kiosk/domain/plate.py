"""Vehicle plate numbers: what people type, and the one text it stands for.

Shapes after the identifiers of the Vehicle Act and the Land Transport Act. Personalised plates
(since 2022) are words with vowels and tone marks, so an unusual shape is looked up, not refused.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.domain.typed import fold

MAX_PLACES: Final = 7
"""Places on a personalised plate, digits included (registrar's rules of 2022).

Marks above and below the line take no place of their own: อุรัสยา is seven characters in five.
"""

# Nothing longer can be a plate, whatever its marks; keeps a pasted page from being folded.
_MAX_TYPED: Final = 100

_CAR: Final = re.compile(r"([1-9]?[ก-ฮ]{2})([1-9][0-9]{0,3})")
_MOTORCYCLE_OLD: Final = re.compile(r"([ก-ฮ]{3})([1-9][0-9]{0,2})")
_LAND_TRANSPORT: Final = re.compile(r"([0-9]{2})-?([0-9]{4})")
_PLATE_CHARACTERS: Final = re.compile(r"[0-9ก-ฺเ-๎]+")
_CONSONANT: Final = re.compile(r"[ก-ฮ]")
_MARK_OFF_THE_LINE: Final = re.compile(r"[ัิ-ฺ็-๎]")
_WORD_THEN_NUMBER: Final = re.compile(r"(.*[^0-9])([0-9]+)", re.DOTALL)


class PlateShape(StrEnum):
    """The kinds of plate that the number's form tells apart.

    Newer motorcycles carry the form of cars, so CAR says nothing about the vehicle.
    """

    CAR = "car"
    MOTORCYCLE_OLD = "motorcycle_old"
    LAND_TRANSPORT = "land_transport"
    PERSONALISED = "personalised"


class PlateProblem(StrEnum):
    """Why a typed text cannot be any plate."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    NO_LETTER = "no_letter"


@dataclass(frozen=True, slots=True)
class PlateNumber:
    """A plate number in its one spelling: `1กข1234`, `10-1234`; no spaces, digits 0-9."""

    text: str
    shape: PlateShape


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate as the central record names it; the province is part of the number's meaning."""

    text: str
    province: str


def parse_plate(typed: str) -> PlateNumber | PlateProblem:
    """Read a plate number from whatever a person typed; never raises.

    A text that is no standard shape but could stand on a plate counts as personalised.
    """
    if len(typed) > _MAX_TYPED:
        return PlateProblem.TOO_LONG
    folded = fold(typed)
    if not folded:
        return PlateProblem.EMPTY
    if match := _LAND_TRANSPORT.fullmatch(folded):
        return PlateNumber("-".join(match.groups()), PlateShape.LAND_TRANSPORT)
    if _CAR.fullmatch(folded):
        return PlateNumber(folded, PlateShape.CAR)
    if _MOTORCYCLE_OLD.fullmatch(folded):
        return PlateNumber(folded, PlateShape.MOTORCYCLE_OLD)
    return _personalised(folded)


def plate_key(text: str) -> str:
    """Return the lookup key of a plate: equal for every way of typing the same number.

    Works on any text, so that a record whose plate no rule knows can still be found.
    """
    return fold(text)


def display(text: str) -> str:
    """Write a plate for people, letters and number apart: `1กข 1234`; `10-1234` stays joined."""
    folded = fold(text)
    if match := _LAND_TRANSPORT.fullmatch(folded):
        return "-".join(match.groups())
    if match := _WORD_THEN_NUMBER.fullmatch(folded):
        return " ".join(match.groups())
    return folded


def _personalised(folded: str) -> PlateNumber | PlateProblem:
    if not _PLATE_CHARACTERS.fullmatch(folded):
        return PlateProblem.BAD_CHARACTER
    if len(_MARK_OFF_THE_LINE.sub("", folded)) > MAX_PLACES:
        return PlateProblem.TOO_LONG
    if not _CONSONANT.search(folded):
        return PlateProblem.NO_LETTER
    return PlateNumber(folded, PlateShape.PERSONALISED)
