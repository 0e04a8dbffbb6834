import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.stock import (
    MAX_BLANKS,
    Serial,
    SerialProblem,
    SerialRange,
    parse_serial,
    serial_range,
)

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@st.composite
def serials(draw: st.DrawFn) -> Serial:
    prefix = draw(st.text(st.sampled_from("ABZกฮ"), max_size=4))
    width = draw(st.integers(1, 12))
    return Serial(prefix, width, draw(st.integers(0, 10**width - 1)))


@st.composite
def ranges(draw: st.DrawFn) -> SerialRange:
    first = draw(st.integers(0, 60))
    return SerialRange(Serial("A", 3, first), Serial("A", 3, first + draw(st.integers(0, 20))))


def serial(text: str) -> Serial:
    parsed = parse_serial(text)
    assert isinstance(parsed, Serial)
    return parsed


@given(serials(), st.sampled_from(["", " ", "-"]))
def test_a_serial_reads_back_as_itself(blank: Serial, separator: str) -> None:
    assert parse_serial(blank.text) == blank
    assert parse_serial(separator.join(blank.text.lower().translate(THAI_DIGITS))) == blank


@given(st.text())
def test_no_text_can_raise(text: str) -> None:
    assert isinstance(parse_serial(text), Serial | SerialProblem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", SerialProblem.EMPTY),
        (" - ", SerialProblem.EMPTY),
        ("A", SerialProblem.BAD_SHAPE),
        ("1A", SerialProblem.BAD_SHAPE),
        ("A1B2", SerialProblem.BAD_SHAPE),
        ("A_1", SerialProblem.BAD_SHAPE),
        ("ß1", SerialProblem.BAD_SHAPE),
        ("ABCDE1", SerialProblem.TOO_LONG),
        ("A1234567890123", SerialProblem.TOO_LONG),
        ("0" * 1000, SerialProblem.TOO_LONG),
    ],
)
def test_what_is_no_serial(text: str, problem: SerialProblem) -> None:
    assert parse_serial(text) is problem


def test_pasted_text_is_not_read_to_its_end() -> None:
    assert parse_serial("A" + " " * 98 + "1") == Serial("A", 1, 1)
    assert parse_serial("A" + " " * 99 + "1") is SerialProblem.TOO_LONG


def test_leading_zeros_are_part_of_a_serial() -> None:
    assert serial("a-0000001") == Serial("A", 7, 1)
    assert str(serial("A0000001")) == "A0000001"
    assert serial("A01") != serial("A1")


def test_a_number_wider_than_its_blank_is_a_bug() -> None:
    with pytest.raises(ValueError, match="fit"):
        Serial("A", 2, 100)
    with pytest.raises(ValueError, match="fit"):
        Serial("A", 2, -1)


def test_serials_sort_as_they_are_printed() -> None:
    texts = ["B001", "A010", "A009", "A0001"]
    assert [str(blank) for blank in sorted(map(serial, texts))] == ["A009", "A010", "A0001", "B001"]


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        ("A0000002", "A0000001", SerialProblem.REVERSED),
        ("A0000001", "B0000002", SerialProblem.OTHER_PREFIX),
        ("A0000001", "A00000002", SerialProblem.OTHER_WIDTH),
        ("A0000001", "A0010001", SerialProblem.TOO_MANY),
    ],
)
def test_what_is_no_roll(first: str, last: str, problem: SerialProblem) -> None:
    assert serial_range(serial(first), serial(last)) is problem
    with pytest.raises(ValueError, match=problem.value):
        SerialRange(serial(first), serial(last))


def test_the_longest_range_still_loads() -> None:
    longest = serial_range(serial("A0000001"), serial("A0010000"))
    assert isinstance(longest, SerialRange)
    assert len(longest) == MAX_BLANKS
    assert str(longest) == "A0000001-A0010000"


@given(ranges())
def test_a_range_walks_from_end_to_end(blanks: SerialRange) -> None:
    walked = list(blanks)
    assert walked[0] == blanks.first
    assert walked[-1] == blanks.last
    assert len(walked) == len(blanks)
    assert all(blank in blanks for blank in walked)
    for blank, following in zip(walked, [*walked[1:], None], strict=True):
        assert blanks.after(blank) == following


@pytest.mark.parametrize("text", ["A000", "A006", "B003", "A0003", "003"])
def test_blanks_of_another_series_are_outside(text: str) -> None:
    blanks = SerialRange(serial("A001"), serial("A005"))
    assert serial(text) not in blanks
    assert blanks.after(serial(text)) is None
    assert "A003" not in blanks
