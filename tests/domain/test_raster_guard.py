from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.printing import Box, Picture
from kiosk.domain.raster_guard import GuardError, find_command, protect

STRIDE = 9
WIDTH = STRIDE * 8

# Bytes that make commands are far more frequent here than in any picture.
nasty = st.sampled_from(b"\x10\x04\x05\x14\x00\x11\x30\xff")


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    height = draw(st.integers(1, 12))
    byte = draw(st.sampled_from([nasty, st.integers(0, 255)]))
    size = STRIDE * height
    return Picture(WIDTH, height, bytes(draw(st.lists(byte, min_size=size, max_size=size))))


def changed_dots(before: Picture, after: Picture) -> list[tuple[int, int]]:
    return [
        (i // before.stride, i % before.stride * 8 + dot)
        for i, (old, new) in enumerate(zip(before.bits, after.bits, strict=True))
        for dot in range(8)
        if (old ^ new) & (0x80 >> dot)
    ]


@given(pictures())
def test_no_command_is_left_in_a_protected_picture(picture: Picture) -> None:
    assert find_command(protect(picture, ()).bits) is None


@given(pictures())
def test_protecting_twice_changes_nothing_more(picture: Picture) -> None:
    once = protect(picture, ())
    assert protect(once, ()) is once


@given(pictures())
def test_each_command_costs_at_most_one_moved_dot(picture: Picture) -> None:
    found = sum(picture.bits.count(bytes((0x10, n))) for n in (0x04, 0x05, 0x14))
    assert len(changed_dots(picture, protect(picture, ()))) <= 2 * found


@given(pictures(), st.integers(0, WIDTH), st.integers(0, 12), st.integers(1, 40))
def test_no_dot_moves_inside_what_is_kept(picture: Picture, left: int, top: int, size: int) -> None:
    box = Box(left, top, left + size, top + size)
    try:
        after = protect(picture, [box])
    except GuardError:
        return
    for row, dot in changed_dots(picture, after):
        assert not (box.top <= row < box.bottom and box.left <= dot < box.right)


@pytest.mark.parametrize("follower", [0x04, 0x05, 0x14])
def test_a_command_across_the_end_of_a_row_is_found(follower: int) -> None:
    bits = bytearray(STRIDE * 2)
    bits[STRIDE - 1], bits[STRIDE] = 0x10, follower
    picture = Picture(WIDTH, 2, bytes(bits))
    assert find_command(picture.bits) == STRIDE - 1
    assert find_command(protect(picture, ()).bits) is None


def test_a_command_wholly_inside_the_qr_fails_with_its_place() -> None:
    bits = bytearray(STRIDE * 4)
    bits[STRIDE * 2 + 3 : STRIDE * 2 + 5] = b"\x10\x04"
    with pytest.raises(GuardError, match="row 2, dot 24"):
        protect(Picture(WIDTH, 4, bytes(bits)), [Box(0, 0, WIDTH, 4)])


def test_a_command_half_inside_the_qr_moves_the_dot_outside() -> None:
    bits = bytearray(STRIDE)
    bits[3:5] = b"\x10\x04"
    after = protect(Picture(WIDTH, 1, bytes(bits)), [Box(0, 0, 32, 1)])
    assert after.bits[3] == 0x10
    assert after.bits[4] != 0x04


def test_a_picture_without_commands_comes_back_untouched() -> None:
    picture = Picture(WIDTH, 2, bytes(range(0x20, 0x20 + STRIDE * 2)))
    assert protect(picture, ()) is picture


def guilloche(width: int, height: int) -> Picture:
    bits = bytearray(width // 8 * height)
    for x in range(width):
        for phase in range(0, 360, 15):
            wave = math.sin(x / 37 + math.radians(phase)) * math.cos(x / 91)
            y = int(height / 2 * (1 + 0.95 * wave))
            bits[y * (width // 8) + x // 8] |= 0x80 >> x % 8
    return Picture(width, height, bytes(bits))


def dither(width: int, height: int, seed: int) -> Picture:
    noise = random.Random(seed)  # noqa: S311 - a pattern, no secret
    rows = (
        sum((noise.random() < 0.15 + 0.2 * y / height) << bit for bit in range(width))
        for y in range(height)
    )
    return Picture(width, height, b"".join(row.to_bytes(width // 8, "big") for row in rows))


def without(picture: Picture, box: Box) -> Picture:
    """Leave the place free, as a layout does under its QR."""
    bits = bytearray(picture.bits)
    for row in range(box.top, box.bottom):
        at = row * picture.stride
        bits[at + box.left // 8 : at + box.right // 8] = bytes((box.right - box.left) // 8)
    return Picture(picture.width, picture.height, bytes(bits))


@pytest.mark.parametrize("seed", range(3))
def test_security_backgrounds_come_out_free_of_commands(seed: int) -> None:
    dithered = dither(576, 200, seed)
    assert find_command(dithered.bits) is not None  # or this would prove nothing
    qr = Box(200, 48, 400, 88)
    for background in (guilloche(576, 400), dithered):
        assert find_command(protect(without(background, qr), [qr]).bits) is None
