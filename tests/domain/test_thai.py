from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import thai

DATES = st.dates(date(1858, 1, 1), date(2456, 12, 31))


@given(st.text())
def test_digits_go_there_and_back(text: str) -> None:
    arabic = thai.to_arabic_digits(text)
    assert thai.to_arabic_digits(thai.to_thai_digits(text)) == arabic
    assert not set("๐๑๒๓๔๕๖๗๘๙") & set(arabic)


def test_thai_digits_are_the_right_ones() -> None:
    assert thai.to_thai_digits("0123456789 กก") == "๐๑๒๓๔๕๖๗๘๙ กก"


@given(DATES)
def test_a_date_written_in_either_form_is_read_back(on: date) -> None:
    written = f"{on.day}/{on.month}/{thai.be_year(on)}"
    assert thai.parse_date_be(written) == on
    assert thai.parse_date_be(thai.to_thai_digits(written)) == on
    assert thai.parse_date_be(on.isoformat()) == on
    assert thai.from_be_year(thai.be_year(on)) == on.year


@given(st.text(st.sampled_from("0123456789๐๑๒๓๔๕๖๗๘๙/-. x")))
def test_any_text_is_a_date_of_our_times_or_none(text: str) -> None:
    on = thai.parse_date_be(text)
    assert on is None or 2400 <= thai.be_year(on) <= 2999


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (" 21/11/2569 ", date(2026, 11, 21)),
        ("๒๑-๑๑-๒๕๖๙", date(2026, 11, 21)),
        ("01.02.2569", date(2026, 2, 1)),
        ("29/02/2567", date(2024, 2, 29)),
        ("29/02/2569", None),
        ("29/02/2568", None),
        ("31/4/2569", None),
        ("0/1/2569", None),
        ("21/11/2026", None),
        ("2569-11-21", None),
        ("21/11/69", None),
        ("2026-1-1", None),
        ("", None),
    ],
)
def test_only_real_days_of_the_right_calendar_are_read(text: str, on: date | None) -> None:
    assert thai.parse_date_be(text) == on


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
