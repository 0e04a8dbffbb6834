from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity import (
    Identity,
    IdKind,
    IdProblem,
    masked,
    parse_id,
    random_pin,
)

THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

RANDOMS = st.randoms(use_true_random=False)


def check_digit(body: str) -> int:
    """The rule as the facts word it: (11 − Σ dᵢ·(13−i) mod 11) mod 10."""
    return (11 - sum(int(digit) * (13 - i) for i, digit in enumerate(body)) % 11) % 10


@given(RANDOMS, st.booleans())
def test_made_up_numbers_follow_the_rule_and_parse(rng: Random, juristic: bool) -> None:  # noqa: FBT001 — Hypothesis hands it over by position
    number = random_pin(rng, juristic=juristic)
    assert int(number[-1]) == check_digit(number[:12])
    assert parse_id(number) == Identity(IdKind.TAX if juristic else IdKind.THAI, number)


@given(RANDOMS, st.data())
def test_any_way_of_typing_is_the_same_number(rng: Random, data: st.DataObject) -> None:
    number = random_pin(rng)
    separator = data.draw(st.sampled_from(["", " ", "-", "\u2013", "\u00a0", "\u200b"]))
    typed = separator.join(
        digit.translate(THAI_DIGITS) if data.draw(st.booleans()) else digit for digit in number
    )
    assert parse_id(typed) == Identity(IdKind.THAI, number)


@given(RANDOMS, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_but_for_the_rules_blind_spots(
    rng: Random, position: int, step: int
) -> None:
    number = random_pin(rng)
    wrong = number[:position] + str((int(number[position]) + step) % 10) + number[position + 1 :]
    answer = parse_id(wrong)
    if wrong[0] == "9":
        assert answer is IdProblem.BAD_FIRST_DIGIT
    elif check_digit(wrong[:12]) != int(wrong[-1]):
        assert answer is IdProblem.BAD_CHECK_DIGIT
    else:
        assert isinstance(answer, Identity)


@given(st.text())
def test_no_text_can_raise(text: str) -> None:
    assert isinstance(parse_id(text), Identity | IdProblem)


@given(RANDOMS)
def test_the_text_form_spills_no_digit(rng: Random) -> None:
    identity = Identity(IdKind.THAI, random_pin(rng))
    for text in (repr(identity), str(identity), f"{identity}", repr([identity])):
        assert not any(sign.isdigit() for sign in text)


@pytest.mark.parametrize(
    ("typed", "identity"),
    [
        ("3-1006-00445-63-5", Identity(IdKind.THAI, "3100600445635")),
        ("0 10 5 536 11201 4", Identity(IdKind.TAX, "0105536112014")),
        ("aa1234567", Identity(IdKind.PASSPORT, "AA1234567")),
        ("AB-๑๒๓๔", Identity(IdKind.PASSPORT, "AB1234")),
        ("123456789", Identity(IdKind.PASSPORT, "123456789")),
    ],
)
def test_each_kind_is_told_from_its_form(typed: str, identity: Identity) -> None:
    assert parse_id(typed) == identity


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", IdProblem.EMPTY),
        (" - ", IdProblem.EMPTY),
        ("12345", IdProblem.TOO_SHORT),
        ("1234567890", IdProblem.TOO_SHORT),
        ("310060044563", IdProblem.TOO_SHORT),
        ("31006004456350", IdProblem.TOO_LONG),
        ("AB12345678", IdProblem.TOO_LONG),
        ("1" * 1000, IdProblem.TOO_LONG),
        ("3100600445634", IdProblem.BAD_CHECK_DIGIT),
        ("0105536112015", IdProblem.BAD_CHECK_DIGIT),
        ("9100600445635", IdProblem.BAD_FIRST_DIGIT),
        ("กก123456", IdProblem.BAD_CHARACTER),
        ("12345ß7", IdProblem.BAD_CHARACTER),
        ("123456.7", IdProblem.BAD_CHARACTER),
    ],
)
def test_what_is_nobodys_number(typed: str, problem: IdProblem) -> None:
    assert parse_id(typed) is problem


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1234567890123", "•-••••-•••••-12-3"),
        ("AA1234567", "••••••567"),
        ("12345", "•••••"),
    ],
)
def test_staff_see_the_end_of_a_number_only(number: str, shown: str) -> None:
    assert masked(number) == shown
