"""Dates, times, numerals and money as people in Thailand read them.

Dates are stored Gregorian and shown in the Buddhist Era. All arithmetic stays on Gregorian dates:
2567 BE has a 29 February because 2024 has one.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final, Literal

Language = Literal["th", "en"]

BE_OFFSET: Final = 543
"""Buddhist Era year minus Gregorian year, for every date since Thailand's new year is 1 January."""

BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")
"""Thai time. A fixed offset is exact: there has been no summer time since it was set in 1920."""

_TO_ARABIC: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

# fmt: off
_MONTHS_TH: Final = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)
_SHORT_MONTHS_TH: Final = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)
# Our own tables, not strftime: the kiosk's system locale must not change what is printed.
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
_SHORT_MONTH_EN_LETTERS: Final = 3

_SATANG_PER_BAHT: Final = 100


def to_arabic_digits(text: str) -> str:
    """Write ๐-๙ as 0-9 and leave the rest."""
    return text.translate(_TO_ARABIC)


def be_year(on: date) -> int:
    """Return the Buddhist Era year of a Gregorian date: 2569 for 2026."""
    return on.year + BE_OFFSET


def bangkok_date(now: datetime) -> date:
    """Return the calendar day in Bangkok at an aware time.

    Raises ValueError on a time without offset, which names no moment.
    """
    return _in_bangkok(now).date()


def long_date(on: date, language: Language) -> str:
    """Spell a date out: `21 พฤศจิกายน 2569`, in English `21 November 2026 (BE 2569)`."""
    if language == "th":
        return f"{on.day} {_MONTHS_TH[on.month - 1]} {be_year(on)}"
    return f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year} (BE {be_year(on)})"


def short_date(on: date, language: Language) -> str:
    """Write a date for narrow places: `21 พ.ย. 2569`, in English `21 Nov 2026`."""
    if language == "th":
        return f"{on.day} {_SHORT_MONTHS_TH[on.month - 1]} {be_year(on)}"
    return f"{on.day} {_MONTHS_EN[on.month - 1][:_SHORT_MONTH_EN_LETTERS]} {on.year}"


def long_datetime(at: datetime, language: Language) -> str:
    """Spell out an aware time as Bangkok's clock shows it, 24 hours.

    Thai ends in `20:15 น.`, English in `20:15`. Raises ValueError on a time without offset.
    """
    local = _in_bangkok(at)
    if language == "th":
        return f"{long_date(local, language)} เวลา {local:%H:%M} น."
    return f"{long_date(local, language)}, {local:%H:%M}"


def baht(satang: int) -> str:
    """Write an amount of satang in baht with two decimals: `1,650.00`."""
    whole, rest = divmod(abs(satang), _SATANG_PER_BAHT)
    return f"{'-' if satang < 0 else ''}{whole:,}.{rest:02d}"


def _in_bangkok(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a time without an offset names no moment; give an aware datetime")
    return at.astimezone(BANGKOK)
