import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.plate import (
    PlateNumber,
    PlateProblem,
    PlateShape,
    display,
    parse_plate,
    plate_key,
)

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

CONSONANTS = [chr(code) for code in range(ord("ก"), ord("ฮ") + 1) if chr(code) not in "ฤฦ"]
SEPARATOR = st.sampled_from(["", "", " ", "-", "  ", "\u00a0", "\u2013", "\u200b", "\ufeff", "\t"])


@st.composite
def plates(draw: st.DrawFn) -> tuple[str, PlateShape]:
    letter = st.sampled_from(CONSONANTS)
    shape = draw(
        st.sampled_from([PlateShape.CAR, PlateShape.MOTORCYCLE_OLD, PlateShape.LAND_TRANSPORT])
    )
    if shape is PlateShape.LAND_TRANSPORT:
        number = draw(st.integers(0, 999_999))
        return f"{number // 10_000:02d}-{number % 10_000:04d}", shape
    if shape is PlateShape.MOTORCYCLE_OLD:
        letters = "".join(draw(st.tuples(letter, letter, letter)))
        return f"{letters}{draw(st.integers(1, 999))}", shape
    group = draw(st.sampled_from(["", *"123456789"]))
    letters = "".join(draw(st.tuples(letter, letter)))
    return f"{group}{letters}{draw(st.integers(1, 9999))}", shape


@given(plates(), st.data())
def test_any_mix_of_separators_and_digits_is_the_same_plate(
    plate: tuple[str, PlateShape], data: st.DataObject
) -> None:
    text, shape = plate
    typed = "".join(
        data.draw(SEPARATOR) + (sign.translate(THAI_DIGITS) if data.draw(st.booleans()) else sign)
        for sign in text.replace("-", "")
    )
    assert parse_plate(typed) == PlateNumber(text, shape)
    assert plate_key(typed) == plate_key(text)
    assert parse_plate(display(text)) == PlateNumber(text, shape)


@given(st.text())
def test_no_text_can_raise(text: str) -> None:
    parse_plate(text)
    assert plate_key(plate_key(text)) == plate_key(text)
    assert plate_key(display(text)) == plate_key(text)


@given(st.text("กขฮะำ่ีุเแไ๐๙0123456789 -"))
def test_what_is_accepted_reads_back_as_itself(text: str) -> None:
    plate = parse_plate(text)
    if isinstance(plate, PlateNumber):
        assert parse_plate(plate.text) == plate
        assert plate_key(plate.text) == plate_key(text)


@pytest.mark.parametrize(
    ("typed", "text", "shape"),
    [
        ("กก-1234", "กก1234", PlateShape.CAR),
        ("กก ๑๒๓๔", "กก1234", PlateShape.CAR),
        ("1 กข 1", "1กข1", PlateShape.CAR),
        ("กขค 999", "กขค999", PlateShape.MOTORCYCLE_OLD),
        ("101234", "10-1234", PlateShape.LAND_TRANSPORT),
        ("๑๐–๑๒๓๔", "10-1234", PlateShape.LAND_TRANSPORT),
        ("รวย 9999", "รวย9999", PlateShape.PERSONALISED),
        ("อุรัสยา 99", "อุรัสยา99", PlateShape.PERSONALISED),
        ("น\u0e4d\u0e49\u0e32ใส 1", "น้ำใส1", PlateShape.PERSONALISED),
        ("กก 0123", "กก0123", PlateShape.PERSONALISED),
    ],
)
def test_shapes_of_the_field(typed: str, text: str, shape: PlateShape) -> None:
    assert parse_plate(typed) == PlateNumber(text, shape)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", PlateProblem.EMPTY),
        (" -\u200b–", PlateProblem.EMPTY),
        ("AB 1234", PlateProblem.BAD_CHARACTER),
        ("กก/1234", PlateProblem.BAD_CHARACTER),
        ("กก1234฿", PlateProblem.BAD_CHARACTER),
        ("กก1234\x00", PlateProblem.BAD_CHARACTER),
        ("กกก12345", PlateProblem.TOO_LONG),
        ("ก" * 10_000, PlateProblem.TOO_LONG),
        ("1234", PlateProblem.NO_LETTER),
        ("1234567", PlateProblem.NO_LETTER),
        ("ะ1", PlateProblem.NO_LETTER),
    ],
)
def test_what_no_plate_can_be(typed: str, problem: PlateProblem) -> None:
    assert parse_plate(typed) is problem


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1กข1234", "1กข 1234"),
        ("กขค๙", "กขค 9"),
        ("101234", "10-1234"),
        ("อุรัสยา99", "อุรัสยา 99"),
        ("กก", "กก"),
        ("", ""),
    ],
)
def test_people_see_letters_and_number_apart(text: str, shown: str) -> None:
    assert display(text) == shown
