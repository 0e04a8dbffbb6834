"""Provinces as they are picked on the screen: Bangkok first, then by first letter."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from kiosk.domain.provinces import PROVINCES, Province, by_iso
from kiosk.domain.thai import Language

_LEADING_VOWELS = "เแโใไ"
"""Written before their consonant and passed over when words are put in order."""

BANGKOK_ISO = 10


def initials(language: Language) -> Mapping[str, object]:
    """Return `bangkok` by its name, and `letters`: each first letter with its names in order."""
    others = sorted(
        (name_in(province, language) for province in PROVINCES if province.iso != BANGKOK_ISO),
        key=_order,
    )
    bangkok = by_iso(BANGKOK_ISO)
    return {
        "bangkok": "" if bangkok is None else name_in(bangkok, language),
        "letters": [(letter, list(names)) for letter, names in groupby(others, _letter)],
    }


def name_in(province: Province, language: Language) -> str:
    """Name a province as the visitor reads it."""
    return province.name_th if language == "th" else province.name_en


def _letter(name: str) -> str:
    return name.lstrip(_LEADING_VOWELS)[0]


def _order(name: str) -> tuple[str, str]:
    return _letter(name), name.lstrip(_LEADING_VOWELS)
