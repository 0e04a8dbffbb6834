from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.vehicle import RyClass, code, inspection_required, name

SEVEN_YEARS = [RyClass.PRIVATE_CAR, RyClass.PRIVATE_VAN, RyClass.PRIVATE_TRUCK]
FIVE_YEARS = [RyClass.MOTORCYCLE, RyClass.PUBLIC_MOTORCYCLE]
THRESHOLD = {**dict.fromkeys(SEVEN_YEARS, 7), **dict.fromkeys(FIVE_YEARS, 5)}
DATES = st.dates(date(1950, 1, 1), date(2100, 12, 31))
INSPECTED = st.sampled_from(list(THRESHOLD))


@given(INSPECTED, DATES)
def test_the_need_begins_on_the_anniversary_and_not_a_day_before(ry: RyClass, first: date) -> None:
    on = _day_or_month_end(first.year + THRESHOLD[ry], first.month, first.day)
    assert inspection_required(ry, first, on)
    assert not inspection_required(ry, first, on - timedelta(days=1))


@given(INSPECTED, DATES, DATES, st.integers(0, 400))
def test_an_older_vehicle_never_needs_less(
    ry: RyClass, first: date, due: date, later_days: int
) -> None:
    if inspection_required(ry, first, due):
        assert inspection_required(ry, first, due + timedelta(days=later_days))
        assert inspection_required(ry, first - timedelta(days=later_days), due)


@given(st.sampled_from(RyClass), st.dates(), st.dates())
def test_no_pair_of_dates_can_raise(ry: RyClass, first: date, due: date) -> None:
    if inspection_required(ry, first, due):
        assert ry in THRESHOLD
        assert due > first


@pytest.mark.parametrize(
    ("ry", "first", "due", "needed"),
    [
        (RyClass.PRIVATE_CAR, date(2019, 11, 21), date(2026, 11, 21), True),
        (RyClass.PRIVATE_CAR, date(2019, 11, 22), date(2026, 11, 21), False),
        (RyClass.PRIVATE_VAN, date(2020, 2, 29), date(2027, 2, 28), True),
        (RyClass.PRIVATE_TRUCK, date(2020, 2, 29), date(2027, 2, 27), False),
        (RyClass.MOTORCYCLE, date(2021, 11, 21), date(2026, 11, 21), True),
        (RyClass.PUBLIC_MOTORCYCLE, date(2021, 11, 22), date(2026, 11, 21), False),
        (RyClass.FARM_VEHICLE, date(1990, 1, 1), date(2026, 11, 21), False),
    ],
)
def test_cases_of_the_manual(ry: RyClass, first: date, due: date, needed: bool) -> None:  # noqa: FBT001 — pytest hands it over by name
    assert inspection_required(ry, first, due) is needed


def test_the_seventeen_classes_have_names_of_their_own() -> None:
    assert [ry.value for ry in RyClass] == list(range(1, 18))
    assert len({name(ry, "th") for ry in RyClass}) == 17
    assert len({name(ry, "en") for ry in RyClass}) == 17
    assert code(RyClass.MOTORCYCLE, "th") == "รย.12"
    assert code(RyClass.PRIVATE_CAR, "en") == "RY1"
    assert name(RyClass(17), "th") == "รถจักรยานยนต์สาธารณะ"
    assert name(RyClass(3), "en") == "Private truck"


def _day_or_month_end(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
