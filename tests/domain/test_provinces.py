import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.provinces import PROVINCES, by_iso, by_name


def test_there_are_77_provinces_and_betong() -> None:
    assert len(PROVINCES) == 78
    for names in (
        {province.iso for province in PROVINCES},
        {province.name_th for province in PROVINCES},
        {province.name_en for province in PROVINCES},
    ):
        assert len(names) == 78


def test_each_is_found_by_every_way_of_naming_it() -> None:
    for province in PROVINCES:
        decomposed = province.name_th.replace("ำ", "\u0e4d\u0e32")
        for text in (
            province.name_th,
            f" {province.name_th}\u200b",
            decomposed,
            f"จังหวัด{province.name_th}",
            f"จ. {province.name_th}",
            province.name_en,
            province.name_en.upper(),
            province.name_en.lower().replace(" ", ""),
        ):
            assert by_name(text) is province
        assert by_iso(province.iso) is province


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("กทม.", 10),
        ("กทม", 10),
        ("กรุงเทพ", 10),
        ("กรุงเทพฯ", 10),
        ("อยุธยา", 14),
        ("โคราช", 30),
        ("Lop Buri", 16),
        ("chonburi", 20),
        ("เบตง", 99),
    ],
)
def test_everyday_names_are_understood(text: str, iso: int) -> None:
    province = by_name(text)
    assert province is not None
    assert province.iso == iso


@pytest.mark.parametrize("text", ["", "จังหวัด", "จ.", ".", "บุรี", "นคร", "Phuke", "กรุง"])
def test_half_a_name_is_no_province(text: str) -> None:
    assert by_name(text) is None


@pytest.mark.parametrize("iso", [0, -1, 28, 59, 78, 100])
def test_numbers_that_no_province_has(iso: int) -> None:
    assert by_iso(iso) is None


@given(st.text())
def test_any_text_is_a_province_or_none(text: str) -> None:
    assert by_name(text) in (None, *PROVINCES)
