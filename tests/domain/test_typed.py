import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.typed import fold, without_separators

THAI_AND_MORE = st.text(
    st.one_of(st.sampled_from("กขนำํา้่ิีฺุู็์๎ัเแ๐๙019 -\u200b\u00a0\u0301\u0323"), st.characters())
)


@given(THAI_AND_MORE)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "separator",
    [
        *(" ", "\u00a0", "\u2003", "\u3000", "\u202f", "\t", "\n"),
        *("-", "\u2010", "\u2013", "\u2014", "\u2212"),
        *("\u200b", "\u200d", "\ufeff", "\u00ad"),
    ],
)
def test_every_kind_of_space_and_dash_goes(separator: str) -> None:
    assert without_separators(f"{separator}1{separator}ก{separator}") == "1ก"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ล\u0e4d\u0e32พูน", "ลำพูน"),
        ("น\u0e4d\u0e49\u0e32", "น้ำ"),
        ("น\u0e49\u0e4d\u0e32", "น้ำ"),
        ("น\u0e33\u0e49", "น้ำ"),
        ("ท\u0e48\u0e35", "ที่"),
        ("เเพร่", "แพร่"),
        ("๐๑๒๓๔๕๖๗๘๙", "0123456789"),
    ],
)
def test_spellings_that_look_alike_become_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_letters_keep_their_case_and_other_signs_stay() -> None:
    assert fold("Ab.c/ฯ") == "Ab.c/ฯ"
