"""The offices where a kiosk stands: the five Bangkok Area Transport Offices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Office:
    """An office by its code, with its name in Thai and English."""

    code: str
    name_th: str
    name_en: str


OFFICES: dict[str, Office] = {
    f"BKK-{number}": Office(
        f"BKK-{number}",
        f"สำนักงานขนส่งกรุงเทพมหานครพื้นที่ {digit}",
        f"Bangkok Area Transport Office {number}",
    )
    for number, digit in zip(range(1, 6), "๑๒๓๔๕", strict=True)
}


def office(code: str) -> Office:
    """Return the office of a code; an unknown one is shown by its code."""
    return OFFICES.get(code, Office(code, code, code))
