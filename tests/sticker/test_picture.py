from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import combinations

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.domain.printing import Box, Picture
from kiosk.domain.provinces import PROVINCES
from kiosk.domain.raster_guard import find_command
from kiosk.domain.sticker import StickerFields
from kiosk.domain.vehicle import RyClass
from kiosk.sticker import ink
from kiosk.sticker.elements import Qr, Text
from kiosk.sticker.layout import load_template, parse_template
from kiosk.sticker.picture import Drawn, draw, to_png
from kiosk.sticker.sheet import LayoutProblem, draw_texts, ready_sheet
from kiosk.sticker.text import Line
from kiosk.sticker.words import words

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
TEMPLATE = load_template()
CODE = "".join(random.Random(7).choices(ALPHABET, k=365))  # noqa: S311 - no secret

FIELDS = StickerFields(
    year_be=2570,
    expires_on=date(2027, 11, 30),
    plate="1กข1234",
    province="กรุงเทพมหานคร",
    ry_class=RyClass.PRIVATE_CAR,
    make="TOYOTA",
    engine_cc=1496,
    weight_kg=1105,
    tax_satang=165000,
    office_name="สำนักงานขนส่งกรุงเทพมหานครพื้นที่ ๕",
    is_specimen=False,
    serial="A0000123",
    issued_at=datetime(2026, 11, 21, 13, 5, tzinfo=UTC),
)
LONGEST = replace(
    FIELDS,
    plate="9ฒฒ8888",
    province="พระนครศรีอยุธยา",
    ry_class=RyClass.TAXI,
    make="MERCEDES-BENZ",
    engine_cc=None,
    weight_kg=888_888,
    tax_satang=88_888_888,
    serial="AB00008888",
    expires_on=date(2028, 2, 29),
)

some_fields = st.builds(
    replace,
    st.just(FIELDS),
    expires_on=st.dates(date(2026, 1, 1), date(2035, 12, 31)),
    plate=st.from_regex(r"[1-9]?[ก-ฮ]{2}[1-9][0-9]{0,3}", fullmatch=True)
    | st.sampled_from(["สวัสดี9999", "ปิ่นโต8", "อุรัสยา", "10-1234", "กกก123", "น้ำฟ้า77"]),
    province=st.sampled_from([province.name_th for province in PROVINCES]),
    ry_class=st.sampled_from(RyClass),
    make=st.sampled_from(["HONDA", "MERCEDES-BENZ", "ROLLS-ROYCE", "อีซูซุ", "CITROËN", "A"]),
    engine_cc=st.none() | st.integers(49, 15_000),
    weight_kg=st.none() | st.integers(80, 50_000),
    tax_satang=st.integers(0, 99_999_999),
    is_specimen=st.booleans(),
    serial=st.from_regex(r"[A-Z]{0,2}[0-9]{6,8}", fullmatch=True),
    issued_at=st.integers(1_767_000_000, 2_200_000_000).map(
        lambda s: datetime.fromtimestamp(s, UTC)
    ),
)


def image(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(to_png(picture))).convert("L")


def without(picture: Picture, boxes: tuple[Box, ...]) -> int:
    bits = ink.bits_of(picture)
    for box in boxes:
        bits &= ~ink.on_sheet(box, picture.height)
    return bits


def preview_of(fields: StickerFields) -> Drawn:
    return draw(replace(fields, serial=None, issued_at=None), TEMPLATE, None)


@settings(max_examples=60, deadline=None)
@given(fields=some_fields)
def test_a_preview_is_the_print_but_for_its_placeholders(fields: StickerFields) -> None:
    printed, preview = draw(fields, TEMPLATE, CODE), preview_of(fields)
    assert printed.late == preview.late
    assert without(printed.picture, printed.late) == without(preview.picture, preview.late)
    assert printed.picture != preview.picture


def test_a_preview_hides_little() -> None:
    late = preview_of(FIELDS).late
    area = sum((box.right - box.left) * (box.bottom - box.top) for box in late)
    assert len(late) == 4, "serial, day, time and QR"
    assert area < ink.STRIDE * TEMPLATE.height // 3


@pytest.mark.parametrize("is_specimen", [False, True])
@pytest.mark.parametrize("length", [300, 366, 400, 483])
def test_the_qr_reads_back_from_the_picture(*, length: int, is_specimen: bool) -> None:
    text = "".join(random.Random(length).choices(ALPHABET, k=length))  # noqa: S311 - no secret
    drawn = draw(replace(FIELDS, is_specimen=is_specimen), TEMPLATE, text)
    assert [code.text for code in zxingcpp.read_barcodes(image(drawn.picture))] == [text]


@settings(max_examples=60, deadline=None)
@given(fields=some_fields)
def test_no_text_leaves_its_place_or_meets_another(fields: StickerFields) -> None:
    sheet = ready_sheet(TEMPLATE, fields.is_specimen)
    texts = words(fields)
    places = {"code": sheet.qr.box}
    for element in [*sheet.values, *sheet.late]:
        (box,) = draw_texts([element], texts, sheet.height, 0).boxes
        place = element.box
        assert place.left <= box.left < box.right <= place.right
        assert place.top <= box.top < box.bottom <= place.bottom
        places[element.name] = box
    if fields.is_specimen:
        band = TEMPLATE.specimen
        places["band"] = Box(0, band.y, ink.STRIDE, band.y + band.height)
    meeting = [
        (one, other) for one, other in combinations(places, 2) if meet(places[one], places[other])
    ]
    assert not meeting


def meet(one: Box, other: Box) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


def test_values_do_not_touch_what_is_always_there() -> None:
    for fields in (FIELDS, LONGEST, replace(LONGEST, is_specimen=True)):
        sheet = ready_sheet(TEMPLATE, fields.is_specimen)
        texts = words(fields)
        values = draw_texts([*sheet.values, *sheet.late], texts, sheet.height, 0)
        code = ink.on_sheet(sheet.qr.box, sheet.height)
        assert not sheet.static & (values.bits | code)


def test_the_quiet_zone_is_white() -> None:
    drawn = draw(LONGEST, TEMPLATE, CODE)
    box, *_ = drawn.late
    inner = Box(box.left + 20, box.top + 20, box.right - 20, box.bottom - 20)
    edge = ink.on_sheet(box, TEMPLATE.height) & ~ink.on_sheet(inner, TEMPLATE.height)
    assert not ink.bits_of(drawn.picture) & edge


@settings(max_examples=60, deadline=None)
@given(fields=some_fields, seed=st.integers())
def test_no_sticker_commands_the_printer(fields: StickerFields, seed: int) -> None:
    code = "".join(random.Random(seed).choices(ALPHABET, k=365))  # noqa: S311 - no secret
    assert find_command(draw(fields, TEMPLATE, code).picture.bits) is None
    assert find_command(preview_of(fields).picture.bits) is None


def _thorny(baseline: int, text: str) -> str:
    return (
        f'[[element]]\nkind = "text"\nname = "{text.strip("{}")}"\ntext = "{text}"\nx = 8\n'
        f"baseline = {baseline}\nwidth = 560\nsize = 24\n"
    )


def test_text_that_would_command_the_printer_moves_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two dots nine apart in line with a byte are 10 04 hex."""
    spell = ink.Ink(16, 1, 0x1004)
    monkeypatch.setattr("kiosk.sticker.sheet._fit", lambda _element, _text: Line(spell, 1, 0))
    template = parse_template(
        "height = 500\n"
        '[specimen]\ntext = "S"\ny = 10\nheight = 40\nsize = 24\n'
        '[[element]]\nkind = "qr"\nname = "code"\nx = 0\ny = 0\nsize = 345\n'
        + _thorny(400, "{plate}")
        + _thorny(450, "{serial}"),
        "thorny",
    )
    printed = draw(FIELDS, template, CODE)
    preview = draw(replace(FIELDS, serial=None), template, None)
    assert find_command(printed.picture.bits) is None
    assert ink.bits_of(printed.picture).bit_count() >= 4
    assert without(printed.picture, printed.late) == without(preview.picture, preview.late)


def test_a_specimen_says_so_across_the_sticker_and_hides_nothing() -> None:
    genuine = draw(FIELDS, TEMPLATE, CODE).picture
    specimen = draw(replace(FIELDS, is_specimen=True), TEMPLATE, CODE).picture
    band = TEMPLATE.specimen
    assert specimen.height == genuine.height + band.height
    rows = ink.bits_of(specimen) & ink.on_sheet(
        Box(0, band.y, ink.STRIDE, band.y + band.height), specimen.height
    )
    assert rows.bit_count() > ink.STRIDE * band.height // 2
    cut = specimen.bits[: band.y * 72] + specimen.bits[(band.y + band.height) * 72 :]
    assert cut == genuine.bits


def test_long_values_shrink_and_short_ones_do_not() -> None:
    sheet = ready_sheet(TEMPLATE, is_specimen=False)
    make = next(element for element in sheet.values if element.name == "make")
    (short,) = draw_texts([make], {"make": "TOYOTA"}, sheet.height, 0).boxes
    (long,) = draw_texts([make], {"make": "MERCEDES-BENZ"}, sheet.height, 0).boxes
    assert long.bottom - long.top < short.bottom - short.top


@pytest.mark.parametrize("make", ["X" * 60, "漢字"])
def test_what_cannot_be_printed_is_one_clear_sentence(make: str) -> None:
    with pytest.raises(LayoutProblem, match=r"^make: ") as caught:
        draw(replace(FIELDS, make=make), TEMPLATE, CODE)
    assert make[:1] in str(caught.value)


def test_nothing_reads_a_preview_as_a_code() -> None:
    assert not zxingcpp.read_barcodes(image(preview_of(FIELDS).picture))


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_png_holds_each_dot(scale: int) -> None:
    picture = draw(FIELDS, TEMPLATE, CODE).picture
    png = Image.open(BytesIO(to_png(picture, scale)))
    assert png.mode == "1"
    assert png.size == (576 * scale, picture.height * scale)
    small = png.resize((576, picture.height), Image.Resampling.NEAREST)
    assert small.tobytes("raw", "1;I") == picture.bits


def test_times_are_bangkoks() -> None:
    late = replace(FIELDS, issued_at=datetime(2026, 12, 31, 17, 30, tzinfo=UTC))
    assert words(late)["issued_on"] == "1 ม.ค. 2570"
    assert words(late)["issued_at"] == "00:30 น."
    with pytest.raises(ValueError, match="offset"):
        words(replace(FIELDS, issued_at=datetime(2026, 12, 31)))  # noqa: DTZ001 - the mistake


def test_the_engine_or_the_weight_is_shown() -> None:
    assert words(FIELDS)["engine"] == "1,496 ซีซี"
    assert words(LONGEST)["engine"] == "888,888 กก."
    assert words(replace(LONGEST, weight_kg=None))["engine"] == "–"


def test_keep_boxes_hold_all_ink_but_lines() -> None:
    drawn = draw(LONGEST, TEMPLATE, CODE)
    rest = without(drawn.picture, drawn.keep)
    lines = draw(
        LONGEST, TEMPLATE.__class__(TEMPLATE.height, TEMPLATE.specimen, _lines()), CODE
    ).picture
    assert rest == without(lines, drawn.keep)


def _lines() -> tuple[Qr | object, ...]:
    return tuple(element for element in TEMPLATE.element if not isinstance(element, Text))


def test_a_sticker_a_second_later_differs_only_where_it_may() -> None:
    first = draw(FIELDS, TEMPLATE, CODE)
    later = FIELDS.issued_at + timedelta(minutes=1) if FIELDS.issued_at else None
    second = draw(replace(FIELDS, serial="A0000124", issued_at=later), TEMPLATE, CODE[::-1])
    assert without(first.picture, first.late) == without(second.picture, second.late)
