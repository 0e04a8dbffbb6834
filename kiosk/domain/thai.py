"""Dates, times, numerals and money as people in Thailand read them.

Dates are stored Gregorian and shown in the Buddhist Era. All arithmetic stays on Gregorian dates:
2567 BE has a 29 February because 2024 has one.
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import Final, Literal

Language = Literal["th", "en"]

BE_OFFSET: Final = 543
"""Buddhist Era year minus Gregorian year, for every date since Thailand's new year is 1 January."""

BANGKOK: Final = timezone(timedelta(hours=7), "Asia/Bangkok")
"""Thai time. A fixed offset is exact: there has been no summer time since it was set in 1920."""

# A year outside this span is a date of the other calendar, taken for the wrong one.
_FIRST_YEAR_BE: Final = 2400
_LAST_YEAR_BE: Final = 2999

_TO_ARABIC: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TO_THAI: Final = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

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

_DAY_MONTH_YEAR: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

_SATANG_PER_BAHT: Final = 100


def to_thai_digits(text: str) -> str:
    """Write 0-9 as ๐-๙ and leave the rest."""
    return text.translate(_TO_THAI)


def to_arabic_digits(text: str) -> str:
    """Write ๐-๙ as 0-9 and leave the rest."""
    return text.translate(_TO_ARABIC)


def be_year(on: date) -> int:
    """Return the Buddhist Era year of a Gregorian date: 2569 for 2026."""
    return on.year + BE_OFFSET


def from_be_year(year_be: int) -> int:
    """Return the Gregorian year of a Buddhist Era year: 2026 for 2569."""
    return year_be - BE_OFFSET


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


def parse_date_be(text: str) -> date | None:
    """Read `21/11/2569` (Buddhist Era, day first; `-` and `.` do as well) or ISO `2026-11-21`.

    Thai digits are accepted. None if there is no such day, or if the year lies outside
    2400-2999 BE, where a year of one calendar stands in the other's form.
    """
    typed = to_arabic_digits(text.strip())
    if match := _DAY_MONTH_YEAR.fullmatch(typed):
        day, month, year_be = (int(part) for part in match.groups())
    elif match := _ISO.fullmatch(typed):
        year, month, day = (int(part) for part in match.groups())
        year_be = year + BE_OFFSET
    else:
        return None
    if not _FIRST_YEAR_BE <= year_be <= _LAST_YEAR_BE:
        return None
    try:
        return date(from_be_year(year_be), month, day)
    except ValueError:
        return None


def baht(satang: int) -> str:
    """Write an amount of satang in baht with two decimals: `1,650.00`."""
    whole, rest = divmod(abs(satang), _SATANG_PER_BAHT)
    return f"{'-' if satang < 0 else ''}{whole:,}.{rest:02d}"


def _in_bangkok(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a time without an offset names no moment; give an aware datetime")
    return at.astimezone(BANGKOK)
