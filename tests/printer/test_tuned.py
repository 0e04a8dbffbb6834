"""A picture moved on its paper loses nothing and spells no command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.printing import Picture
from kiosk.domain.raster_guard import find_command, protect
from kiosk.domain.service import FACTORY, MAX_RIGHT_MM, Tuning
from kiosk.printer import jobs
from kiosk.printer.tuned import shifted

STRIDE = 12


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Protected pictures with white at both sides, as wide as the farthest shift."""
    rows = draw(
        st.lists(
            st.lists(st.sampled_from(b"\x00\x10\x04\x05\x14\xff\x81"), min_size=6, max_size=6),
            min_size=1,
            max_size=8,
        )
    )
    bits = b"".join(bytes(3) + bytes(row) + bytes(3) for row in rows)
    return protect(Picture(STRIDE * 8, len(rows), bits), ())


@given(pictures(), st.integers(-MAX_RIGHT_MM, MAX_RIGHT_MM))
def test_moved_picture_has_the_same_dots_and_no_command(picture: Picture, right_mm: int) -> None:
    try:
        moved = shifted(picture, right_mm)
    except ValueError:
        return  # protecting put a dot at the edge
    assert find_command(moved.bits) is None
    for y in range(picture.height):
        row = int.from_bytes(picture.bits[y * STRIDE : (y + 1) * STRIDE], "big")
        there = int.from_bytes(moved.bits[y * STRIDE : (y + 1) * STRIDE], "big")
        assert there == (row >> 8 * right_mm if right_mm > 0 else row << -8 * right_mm)


@pytest.mark.parametrize(("right_mm", "column"), [(1, STRIDE - 1), (-1, 0), (3, STRIDE - 3)])
def test_picture_is_never_cut_off_without_a_word(right_mm: int, column: int) -> None:
    bits = bytearray(STRIDE)
    bits[column] = 0x18
    with pytest.raises(ValueError, match="would leave the paper"):
        shifted(Picture(STRIDE * 8, 1, bytes(bits)), right_mm)


def test_bar_across_the_paper_may_lose_its_end() -> None:
    bar = Picture(STRIDE * 8, 1, b"\xff" * STRIDE)
    assert shifted(bar, 2).bits == b"\x00\x00" + b"\xff" * (STRIDE - 2)


def test_printer_as_the_factory_set_it_gets_the_same_bytes_as_ever() -> None:
    picture = Picture(576, 40, b"\x3c" * 72 * 40)
    plain = jobs.compose(picture, 7, by_process_id=True)
    assert jobs.compose(picture, 7, by_process_id=True, tuning=FACTORY) == plain


@pytest.mark.parametrize("density", [-6, -1, 1, 8])
def test_paper_of_a_tuned_job_is_counted_whole(density: int) -> None:
    picture = Picture(576, 40, b"\x3c" * 72 * 40)
    job = jobs.compose(picture, 7, by_process_id=True, tuning=Tuning(down_mm=3, density=density))
    assert jobs.paper_dots(job) == 40 + 24
    assert b"\x1d(K\x02\x00\x31" + bytes([density % 256]) in job


@pytest.mark.parametrize("wrong", [(4, 0, 0), (-4, 0, 0), (0, -1, 0), (0, 11, 0), (0, 0, 9)])
def test_tuning_no_printer_can_do_is_no_tuning(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"most|possible"):
        Tuning(*wrong)
