from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import thai


@given(st.text())
def test_digits_become_arabic_and_the_rest_stays(text: str) -> None:
    arabic = thai.to_arabic_digits(text)
    assert len(arabic) == len(text)
    assert all(a == b or "๐๑๒๓๔๕๖๗๘๙".index(b) == int(a) for a, b in zip(arabic, text, strict=True))
    assert not set("๐๑๒๓๔๕๖๗๘๙") & set(arabic)


def test_dates_are_worded_for_people() -> None:
    on = date(2026, 11, 21)
    assert thai.long_date(on, "th") == "21 พฤศจิกายน 2569"
    assert thai.long_date(on, "en") == "21 November 2026 (BE 2569)"
    assert thai.short_date(on, "th") == "21 พ.ย. 2569"
    assert thai.short_date(on, "en") == "21 Nov 2026"
    assert thai.long_date(date(2024, 2, 29), "th") == "29 กุมภาพันธ์ 2567"
    assert thai.short_date(date(2026, 1, 1), "th") == "1 ม.ค. 2569"


def test_each_month_has_its_own_names() -> None:
    days = [date(2026, month, 5) for month in range(1, 13)]
    for word in (thai.long_date, thai.short_date):
        for language in ("th", "en"):
            assert len({word(day, language) for day in days}) == 12


def test_the_evening_in_utc_is_the_next_day_in_bangkok() -> None:
    at = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    assert thai.bangkok_date(at) == date(2027, 1, 1)
    assert thai.long_datetime(at, "th") == "1 มกราคม 2570 เวลา 00:05 น."
    assert thai.long_datetime(at, "en") == "1 January 2027 (BE 2570), 00:05"


def test_a_time_without_offset_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 — the very thing that must be refused
    with pytest.raises(ValueError, match="offset"):
        thai.bangkok_date(naive)
    with pytest.raises(ValueError, match="offset"):
        thai.long_datetime(naive, "th")


@pytest.mark.parametrize(
    ("satang", "text"),
    [
        (165_000, "1,650.00"),
        (17_970, "179.70"),
        (5, "0.05"),
        (0, "0.00"),
        (-150, "-1.50"),
        (123_456_789, "1,234,567.89"),
    ],
)
def test_money_is_written_in_baht(satang: int, text: str) -> None:
    assert thai.baht(satang) == text


@given(st.integers())
def test_no_satang_is_lost_in_writing(satang: int) -> None:
    assert int(thai.baht(satang).replace(",", "").replace(".", "")) == satang
