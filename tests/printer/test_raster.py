from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.domain.printing import Picture
from kiosk.domain.raster_guard import GuardError, find_command, protect
from kiosk.printer import commands, raster
from kiosk.printer.emulator.machine import Machine
from kiosk.printer.emulator.tray import Tray

STRIDE = 6
NASTY = st.sampled_from(b"\x10\x04\x05\x14\x00")
rows = st.one_of(
    st.just(bytes(STRIDE)),
    st.binary(min_size=STRIDE, max_size=STRIDE),
    st.lists(NASTY, min_size=STRIDE, max_size=STRIDE).map(bytes),
    st.binary(min_size=2, max_size=2).map(lambda start: start.ljust(STRIDE, b"\0")),
    st.lists(NASTY, min_size=2, max_size=2).map(lambda end: bytes(end).rjust(STRIDE, b"\0")),
    st.lists(NASTY, min_size=2, max_size=2).map(lambda mid: bytes(mid).center(STRIDE, b"\0")),
)


@st.composite
def sketches(draw: st.DrawFn) -> Picture:
    """Repeat rows, so that gaps and bands of every height come up."""
    runs = draw(st.lists(st.tuples(rows, st.integers(1, 40)), min_size=1, max_size=8))
    lines = [row for row, count in runs for _ in range(count)]
    return Picture(STRIDE * 8, len(lines), b"".join(lines))


def on_paper(raster_bytes: bytes) -> Picture:
    """Print on an emulated printer and return the cut piece."""
    machine = Machine(Tray(None))
    machine.switch_on()
    try:
        machine.receive(
            commands.INITIALISE + commands.MOTION_UNIT_DOT + raster_bytes + commands.FEED_AND_CUT
        )
        (piece,) = machine.tray.wait_for(1, timeout_s=5)
    finally:
        machine.switch_off()
    return piece


def as_wide_as_paper(picture: Picture) -> Picture:
    lines = [
        picture.bits[i : i + picture.stride].ljust(72, b"\0")
        for i in range(0, len(picture.bits), picture.stride)
    ]
    return Picture(576, picture.height, b"".join(lines))


@settings(deadline=None)  # a printer takes its time on a busy machine
@given(sketches())
def test_bands_and_feeds_put_the_same_dots_on_paper(sketch: Picture) -> None:
    picture = protect(sketch, ())
    assert on_paper(raster.banded(picture)) == as_wide_as_paper(picture)


@settings(deadline=None)  # a printer takes its time on a busy machine
@given(sketches())
def test_without_margins_the_dots_are_the_same(sketch: Picture) -> None:
    picture = protect(sketch, ())
    sent = raster.banded(picture, has_margins=False)
    assert not [kind for kind, _ in moves_of(sent) if kind == "margin"]
    assert find_command(sent) is None
    assert on_paper(sent) == as_wide_as_paper(picture)


@given(sketches())
def test_no_band_holds_a_command(sketch: Picture) -> None:
    assert find_command(raster.banded(protect(sketch, ()))) is None


@settings(deadline=None)  # a printer takes its time on a busy machine
@given(sketches())
def test_an_unprotected_picture_is_sent_clean_or_not_at_all(sketch: Picture) -> None:
    try:
        sent = raster.banded(sketch)
    except GuardError:
        assert find_command(sketch.bits) is not None
    else:
        assert find_command(sent) is None
        assert on_paper(sent) == as_wide_as_paper(sketch)


@pytest.mark.parametrize("first", [0, 2, 4])
@pytest.mark.parametrize("follower", [0x04, 0x05, 0x14])
def test_rows_that_spell_a_command_when_trimmed_keep_a_blank(first: int, follower: int) -> None:
    row = bytes(first) + bytes((follower, 0x10)) + bytes(4 - first)
    picture = Picture(STRIDE * 8, 8, row * 8)
    assert find_command(picture.bits) is None
    sent = raster.banded(picture)
    assert find_command(sent) is None
    assert sent.count(b"\x1dv0\0\x03\0\x08\0") == 1  # three bytes wide, in one piece
    assert on_paper(sent) == as_wide_as_paper(picture)


def test_each_band_begins_at_its_ink_and_the_margin_is_taken_back() -> None:
    left, right = b"\xff\0\0\0\0\0", b"\0\0\0\0\0\xff"
    picture = Picture(STRIDE * 8, 48, (left * 16 + right * 16 + left * 8 + right * 8))
    sent = raster.banded(picture)
    bands = [raster_of(16, 0), raster_of(16, 40), raster_of(8, 0), raster_of(8, 40)]
    assert sent == b"".join(bands)[len(commands.left_margin(0)) :] + commands.left_margin(0)


def raster_of(height: int, margin_dots: int) -> bytes:
    band = commands.raster(1, height, b"\xff" * height)
    return commands.left_margin(margin_dots) + band


def test_no_height_of_a_band_spells_a_command() -> None:
    tall = Picture(8, 0x0410, b"\xff" * 0x0410)
    assert find_command(raster.whole(tall)) is not None  # the header alone does it
    assert find_command(raster.banded(tall)) is None


def test_the_whole_raster_prints_equal_dots(picture: Picture) -> None:
    assert on_paper(raster.whole(picture)) == picture


def sticker_like() -> Picture:
    """Lines of text in two columns, each broken at another place."""
    noise = random.Random(3)  # noqa: S311 - a pattern, no secret
    lines = [
        b"" if y % 64 >= 40 else bytes(20 * (y // 64 % 2) + 2) + noise.randbytes(40 + y // 64)
        for y in range(704)
    ]
    return protect(Picture(576, 704, b"".join(line.ljust(72, b"\0") for line in lines)), ())


def test_blank_paper_is_not_sent() -> None:
    sticker = sticker_like()
    ink = sum(len(line.strip(b"\0")) for line in lines_of(sticker))
    assert len(raster.banded(sticker)) <= ink + 300


def lines_of(picture: Picture) -> list[bytes]:
    return [picture.bits[at : at + 72] for at in range(0, len(picture.bits), 72)]


def guilloche() -> Iterator[bytes]:
    for y in range(400):
        waves = [288 + 280 * math.sin(y / 90 + phase) * math.cos(y / 31) for phase in range(12)]
        row = sum({1 << (575 - int(x)) for x in waves})
        yield row.to_bytes(72)


def dither() -> Iterator[bytes]:
    ramp = Image.linear_gradient("L").resize((576, 400)).convert("1")
    bits = ramp.tobytes("raw", "1;I")
    return (bits[at : at + 72] for at in range(0, len(bits), 72))


def noise() -> Iterator[bytes]:
    dots = random.Random(11)  # noqa: S311 - a pattern, no secret
    for _ in range(400):
        left, right = sorted(dots.sample(range(73), 2))
        yield bytes(left) + dots.randbytes(right - left) + bytes(72 - right)


@pytest.mark.parametrize("pattern", [guilloche, dither, noise])
def test_large_patterns_print_equal_dots_without_a_command(
    pattern: Callable[[], Iterator[bytes]],
) -> None:
    picture = protect(Picture(576, 400, b"".join(pattern())), ())
    sent = raster.banded(picture)
    assert find_command(sent) is None
    assert len(sent) <= len(raster.whole(picture)) + 400
    assert on_paper(sent) == picture


@given(sketches())
def test_no_command_prints_less_than_a_millimetre_beside_others(sketch: Picture) -> None:
    """Only ink with blank paper around it makes a lower band: each may stop the paper."""
    told = moves_of(raster.banded(protect(sketch, ())))
    moves = [move for move in told if move[0] != "margin"]
    for before, band, after in zip(moves, moves[1:], moves[2:], strict=False):
        assert "feed" in {before[0], band[0], after[0]} or band[1] >= 7


def moves_of(sent: bytes) -> list[tuple[str, int]]:
    """Return what moves the paper, and how far; and margins, in dots."""
    moves: list[tuple[str, int]] = []
    at = 0
    while at < len(sent):
        if sent.startswith(b"\x1dv0", at):
            width, height = sent[at + 4], int.from_bytes(sent[at + 6 : at + 8], "little")
            moves.append(("band", height))
            at += commands.RASTER_HEAD_BYTES + width * height
        elif sent.startswith(b"\x1bJ", at):
            moves.append(("feed", sent[at + 2]))
            at += 3
        else:
            assert sent.startswith(b"\x1dL", at)
            moves.append(("margin", int.from_bytes(sent[at + 2 : at + 4], "little")))
            at += 4
    return moves


def test_a_blank_picture_is_a_feed() -> None:
    assert raster.banded(Picture(576, 704, bytes(72 * 704))) == commands.feed(704)
