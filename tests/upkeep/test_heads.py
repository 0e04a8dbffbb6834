from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.upkeep.heads import HeadProblem, head_text, parse_head


@given(st.integers(0, 10**12), st.binary(min_size=32, max_size=32))
def test_a_head_reads_back_as_it_was_printed(number: int, hashed: bytes) -> None:
    assert parse_head(f" {head_text((number, hashed))}\n") == (number, hashed)


@given(st.text(max_size=90))
def test_any_other_text_is_a_head_or_said_to_be_none(text: str) -> None:
    try:
        number, hashed = parse_head(text)
    except HeadProblem:
        return
    assert number >= 0
    assert len(hashed) == 32


@pytest.mark.parametrize("text", ["", ":", "7", "7:", f"-1:{'0' * 64}", f"7:{'0' * 62}", "7:xyz"])
def test_texts_that_are_nearly_heads_are_none(text: str) -> None:
    with pytest.raises(HeadProblem):
        parse_head(text)
