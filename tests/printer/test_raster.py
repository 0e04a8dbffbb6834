from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.printing import Picture
from kiosk.domain.raster_guard import GuardError, find_command, protect
from kiosk.printer import commands, raster
from kiosk.printer.emulator.machine import Machine
from kiosk.printer.emulator.tray import Tray

STRIDE = 6
rows = st.one_of(
    st.just(bytes(STRIDE)),
    st.binary(min_size=STRIDE, max_size=STRIDE),
    st.lists(st.sampled_from(b"\x10\x04\x05\x14\x00"), min_size=STRIDE, max_size=STRIDE).map(bytes),
    st.binary(min_size=2, max_size=2).map(lambda start: start.ljust(STRIDE, b"\0")),
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
            commands.INITIALISE + commands.MOTION_UNIT_DOT + raster_bytes + commands.feed_and_cut()
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


@given(sketches())
def test_bands_and_feeds_put_the_same_dots_on_paper(sketch: Picture) -> None:
    picture = protect(sketch, ())
    assert on_paper(raster.banded(picture)) == as_wide_as_paper(picture)


@given(sketches())
def test_no_band_holds_a_command(sketch: Picture) -> None:
    assert find_command(raster.banded(protect(sketch, ()))) is None


@given(sketches())
def test_an_unprotected_picture_is_sent_clean_or_not_at_all(sketch: Picture) -> None:
    try:
        sent = raster.banded(sketch)
    except GuardError:
        assert find_command(sketch.bits) is not None
    else:
        assert find_command(sent) is None
        assert on_paper(sent) == as_wide_as_paper(sketch)


def test_a_command_across_two_rows_splits_the_band() -> None:
    bits = b"\xff" * 5 + b"\x10" + b"\x04" + b"\xff" * 5
    picture = Picture(STRIDE * 8, 2, bits)
    assert raster.banded(picture).count(b"\x1dv0") == 2


def test_no_height_of_a_band_spells_a_command() -> None:
    tall = Picture(8, 0x0410, b"\xff" * 0x0410)
    assert find_command(raster.whole(tall)) is not None  # the header alone does it
    assert find_command(raster.banded(tall)) is None


def test_the_whole_raster_prints_equal_dots(picture: Picture) -> None:
    assert on_paper(raster.whole(picture)) == picture


def sticker_like() -> Picture:
    """Text lines over half the height, to three quarters of the width."""
    noise = random.Random(3)  # noqa: S311 - a pattern, no secret
    lines = [noise.randbytes(54).ljust(72, b"\0") if y % 64 < 40 else bytes(72) for y in range(704)]
    return protect(Picture(576, 704, b"".join(lines)), ())


def test_a_sticker_takes_about_half_of_the_bytes() -> None:
    sticker = sticker_like()
    assert len(raster.banded(sticker)) <= 0.5 * len(raster.whole(sticker))


def test_a_blank_picture_is_a_feed() -> None:
    assert raster.banded(Picture(576, 704, bytes(72 * 704))) == commands.feed(704)


def test_encoding_is_quick() -> None:
    sticker = sticker_like()
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        raster.banded(sticker)
        took.append(time.perf_counter() - begun)
    assert min(took) <= 0.002
