"""Pictures on plain paper: read back, whole, and no command in them."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.domain.printing import Picture
from kiosk.domain.raster_guard import find_command
from kiosk.printer.tuned import shifted
from kiosk.sticker import ink
from kiosk.sticker.layout import load_template
from kiosk.sticker.margins import sideways_mm
from kiosk.sticker.receipt import (
    MARGIN,
    MOST_LINES,
    Row,
    blank_picture,
    draw_receipt,
    drawable,
)
from kiosk.sticker.trial import draw_test_page

HEAD = "HEAD:BKK-5-1:1234:" + "0123456789ABCDEF" * 4


def codes(picture: Picture) -> list[str]:
    size = (picture.width, picture.height)
    image = Image.frombytes("1", size, picture.bits, "raw", "1;I").convert("L")
    return [code.text for code in zxingcpp.read_barcodes(image)]


def columns(picture: Picture) -> int:
    """Return all rows laid over each other."""
    laid, stride = 0, picture.stride
    for top in range(0, len(picture.bits), stride):
        laid |= int.from_bytes(picture.bits[top : top + stride], "big")
    return laid


def test_head_of_the_log_can_be_scanned_from_the_report() -> None:
    picture = draw_receipt([Row("รายงานประจำกะ", is_title=True), Row("พิมพ์แล้ว", "12")], HEAD)
    assert codes(picture) == [HEAD]


words = st.text(st.sampled_from("กขคที่ปั๊มน้ำ ABCabc0123456789:-/"), max_size=60)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(Row, words, words), max_size=6))
def test_rows_stay_on_the_paper_and_spell_no_command(rows: list[Row]) -> None:
    picture = draw_receipt(rows)
    assert find_command(picture.bits) is None
    # A printer set up 1 mm aside still cuts nothing off.
    assert columns(picture) & (0xFF | 0xFF << (ink.STRIDE - 8)) == 0


def test_long_text_loses_its_end_and_not_its_value() -> None:
    short = draw_receipt([Row("ก" * 10, "12")])
    long = draw_receipt([Row("ก" * 200, "12")])
    assert long.height == short.height
    assert MARGIN > 8


def test_long_value_that_wraps_is_there_whole() -> None:
    words = "ที่อยู่จัดส่ง ไม่ครบถ้วน กรุณาติดต่อ สำนักงานขนส่ง ก่อนวันที่กำหนด"
    one_line = draw_receipt([Row("ปัญหา", "ก", wraps=True)])
    wrapped = draw_receipt([Row("ปัญหา", words, wraps=True)])
    by_hand = [Row("ปัญหา"), Row("ที่อยู่จัดส่ง ไม่ครบถ้วน กรุณาติดต่อ"), Row("สำนักงานขนส่ง ก่อนวันที่กำหนด")]
    assert one_line.height == draw_receipt([Row("ปัญหา", "ก")]).height
    assert wrapped == draw_receipt(by_hand)


@settings(max_examples=30, deadline=None)
@given(words, words.map(lambda text: text * 20))
def test_what_wraps_stays_on_the_paper_and_ends(text: str, value: str) -> None:
    picture = draw_receipt([Row(text, drawable(value), wraps=True)])
    assert picture.height <= draw_receipt([Row("ก")] * (MOST_LINES + 1)).height
    assert columns(picture) & (0xFF | 0xFF << (ink.STRIDE - 8)) == 0


@given(st.text(max_size=20) | st.text("กเ็่ี้า\u0301", max_size=20))
def test_whatever_others_wrote_can_be_drawn(text: str) -> None:
    kept = drawable(text)
    assert len(kept) <= len(text)
    draw_receipt([Row(kept, kept, wraps=True)])


def test_thai_words_stay_as_they_are() -> None:
    assert drawable("ที่ปั๊มน้ำ ป่า\n😀") == "ที่ปั๊มน้ำ ป่า??"


def test_blank_picture_is_white() -> None:
    picture = blank_picture(100)
    assert (picture.height, any(picture.bits)) == (100, False)


@pytest.mark.parametrize("right_mm", [-3, -1, 1, 3])
def test_test_page_shows_how_far_the_paper_lies_aside(right_mm: int) -> None:
    height = load_template().height
    page = draw_test_page("BKK-5-1", "21 พฤศจิกายน 2569 เวลา 12:00 น.", height)
    assert page.height == height
    assert find_command(page.bits) is None
    assert codes(page) == ["TEST:BKK-5-1"]
    assert codes(shifted(page, right_mm)) == ["TEST:BKK-5-1"]


def test_our_sticker_may_be_moved_a_little_to_both_sides() -> None:
    left, right = sideways_mm(load_template())
    assert left >= 1
    assert right >= 1
