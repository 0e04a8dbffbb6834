from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sticker import text
from kiosk.sticker.ink import STRIDE
from kiosk.sticker.text import FontMissing, Line, TextProblem, Weight, draw_line

SIZES = (24, 26, 32, 80)


def dots(line: Line) -> set[tuple[int, int]]:
    """Dots as (x, y above the baseline)."""
    ink = line.ink
    return {
        (x, line.ascent - y)
        for y in range(ink.height)
        for x in range(ink.width)
        if ink.bits >> ((ink.height - 1 - y) * STRIDE + ink.width - 1 - x) & 1
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("with_mark", "without"),
    [("ที่", "ที"), ("ปั๊", "ปั"), ("น้ำ", "นำ"), ("ป้า", "ปา"), ("สิ้น", "สิน"), ("ฟ้", "ฟ")],
)
def test_a_tone_mark_stands_above_what_it_marks(with_mark: str, without: str, size: int) -> None:
    marked, plain = (draw_line(word, size, Weight.BOLD) for word in (with_mark, without))
    assert marked.ascent > plain.ascent
    assert len(dots(marked)) > len(dots(plain))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("weight", list(Weight))
def test_vowel_and_tone_do_not_collapse(size: int, weight: Weight) -> None:
    """A tone on a vowel rises by its own height, not merely beside it."""
    consonant, vowel, both = (draw_line(word, size, weight).ascent for word in ("ท", "ที", "ที่"))
    assert consonant < vowel < both
    assert both - vowel >= size // 8


@pytest.mark.parametrize("word", ["ที่ปั๊ม", "น้ำ", "ป่า", "ฎีกา", "กรุงเทพมหานคร", "อยุธยา"])
@pytest.mark.parametrize("size", SIZES)
def test_no_ink_is_clipped_and_no_room_is_wasted(word: str, size: int) -> None:
    line = draw_line(word, size, Weight.REGULAR)
    ink = dots(line)
    assert {min(x for x, _ in ink), max(x for x, _ in ink)} == {0, line.ink.width - 1}
    assert max(y for _, y in ink) == line.ascent
    assert min(y for _, y in ink) == 1 - line.descent
    assert line.ink.bits >> (STRIDE * line.ink.height) == 0


def test_a_letter_below_the_line_hangs_below() -> None:
    with_vowel, alone = (draw_line(word, 32, Weight.REGULAR).descent for word in ("กุ", "ก"))
    assert with_vowel > alone >= 0


def test_width_grows_with_size_and_weight() -> None:
    def width(word: str, size: int, weight: Weight) -> int:
        return draw_line(word, size, weight).ink.width

    widths = [width("กรุงเทพมหานคร", size, Weight.REGULAR) for size in (24, 30, 48)]
    assert widths == sorted(widths)
    assert width("MAZDA", 30, Weight.BOLD) > width("MAZDA", 30, Weight.REGULAR)


@pytest.mark.parametrize("strange", ["漢", "😀", "ก漢", "\x00"])
def test_a_character_the_font_lacks_is_named_not_boxed(strange: str) -> None:
    with pytest.raises(TextProblem, match="cannot draw"):
        draw_line(strange, 24, Weight.REGULAR)


@given(st.text("กขฃคงจฉชซญฎฏฐณดตถทธนบปผฝพฟมยรลวศษสหฬอฮะัาำิีึืุูเแโใไ็่้๊๋์ 0123456789ABC-", max_size=12))
def test_any_thai_text_draws(word: str) -> None:
    line = draw_line(word, 24, Weight.MEDIUM)
    assert line.ink.height == line.ascent + line.descent


def test_too_small_for_thai_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        draw_line("ก", 23, Weight.REGULAR)


def test_nothing_has_no_ink() -> None:
    for nothing in ("", " "):
        line = draw_line(nothing, 24, Weight.REGULAR)
        assert (line.ink.width, line.ascent, line.descent) == (0, 0, 0)


def test_missing_fonts_are_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "find_spec", lambda _name: None)
    with pytest.raises(FontMissing, match="install the package fontpkg-sarabun"):
        text._font_path(Weight.BOLD)
    other = importlib.util.find_spec("kiosk")
    monkeypatch.setattr(text, "find_spec", lambda _name: other)
    with pytest.raises(FontMissing, match=r"Sarabun-Bold\.ttf is missing"):
        text._font_path(Weight.BOLD)


def test_two_threads_draw_what_one_draws() -> None:
    texts = [f"{number} ที่ปั๊ม" for number in range(200)]
    alone = [text._face(Weight.BOLD, 31).line(word) for word in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda word: text._face(Weight.BOLD, 31).line(word), texts))
    assert together == alone
