"""A picture as raster commands, with as few bytes as equal dots allow.

Blank rows become feeds. The rest is cut into bands, each only as wide as its ink: what is blank on
its right is left out, and what is blank on its left becomes the printer's left margin (GS L).
"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import NamedTuple

from kiosk.domain.printing import Picture
from kiosk.domain.raster_guard import GuardError, find_command
from kiosk.printer import commands

# Two rows are fine enough to find the ends of lines of text; single rows save a thousandth more.
_STRIP_ROWS = 2
# A printer may stop its paper between two raster commands, which shows as a fine line. Bands and
# gaps under a millimetre are not worth that; only ink that stands alone makes a lower band.
_LEAST_STRIPS = 4
_LEAST_FEED_DOTS = 8
# Few pauses are worth more than few bytes: a band has to save this much, its head included.
_BAND_COSTS_BYTES = 32
# Bounds the search. It also keeps the high byte of each height 0, so that no head spells a command.
_MOST_STRIPS = 24

MOST_BAND_ROWS = _MOST_STRIPS * _STRIP_ROWS


class _Band(NamedTuple):
    """Rows `top` to `bottom` with ink in the bytes `left` to `right`, both ends exclusive."""

    top: int
    bottom: int
    left: int
    right: int


def whole(picture: Picture) -> bytes:
    """Return the picture as one raster command of full size. It is not checked for commands."""
    return commands.raster(picture.stride, picture.height, picture.bits)


def banded(picture: Picture, *, has_margins: bool = True) -> bytes:
    """Return margins, feeds and bands that make the same dots, no command among them.

    It starts from, and ends with, no margin; without `has_margins` it uses none. Raises
    `GuardError` when the picture was not protected and cannot be sent.
    """
    stride, bits = picture.stride, picture.bits
    rows = [bits[at : at + stride] for at in range(0, len(bits), stride)]
    parts: list[bytes] = []
    done = margin = 0
    for band in _bands(rows, stride, has_margins=has_margins):
        left, printed = _free_of_commands(band, rows, stride)
        parts.append(commands.feed(band.top - done))
        if left != margin:
            parts.append(commands.left_margin(left * 8))
        parts.append(printed)
        done, margin = band.bottom, left
    parts.append(commands.feed(picture.height - done))
    if margin:
        parts.append(commands.left_margin(0))
    return b"".join(parts)


def _bands(rows: list[bytes], stride: int, *, has_margins: bool) -> list[_Band]:
    lefts = [stride - len(row.lstrip(b"\0")) if has_margins else 0 for row in rows]
    rights = [len(row.rstrip(b"\0")) for row in rows]
    return [band for top, bottom in _runs(rights) for band in _cheapest(top, bottom, lefts, rights)]


def _runs(rights: list[int]) -> list[tuple[int, int]]:
    """Return stretches of rows that hold no gap worth a feed."""
    runs: list[tuple[int, int]] = []
    for row, right in enumerate(rights):
        if not right:
            continue
        if runs and row - runs[-1][1] < _LEAST_FEED_DOTS:
            runs[-1] = (runs[-1][0], row + 1)
        else:
            runs.append((row, row + 1))
    return runs


def _cheapest(top: int, bottom: int, lefts: list[int], rights: list[int]) -> list[_Band]:
    """Cut a run of rows into the bands that cost least together.

    For each end of a strip: the best band that ends there, given the best cuts above it.
    """
    cuts = [*range(top, bottom, _STRIP_ROWS), bottom]
    lefts = [min(lefts[above:below]) for above, below in pairwise(cuts)]
    rights = [max(rights[above:below]) for above, below in pairwise(cuts)]
    strips = len(lefts)
    least = min(_LEAST_STRIPS, strips)
    costs, begins = [0.0] + [inf] * strips, [0] * (strips + 1)
    for end in range(least, strips + 1):
        left, right = min(lefts[end - least : end]), max(rights[end - least : end])
        for begin in range(end - least, max(end - _MOST_STRIPS, 0) - 1, -1):
            left = lefts[begin] if lefts[begin] < left else left  # noqa: FURB136 - 1 ms a sticker
            right = rights[begin] if rights[begin] > right else right  # noqa: FURB136 - so here
            cost = costs[begin] + _BAND_COSTS_BYTES + (right - left) * (cuts[end] - cuts[begin])
            if cost < costs[end]:
                costs[end], begins[end] = cost, begin
    bands: list[_Band] = []
    end = strips
    while end:
        begin = begins[end]
        left, right = min(lefts[begin:end]), max(rights[begin:end])
        bands.append(_Band(cuts[begin], cuts[end], left, right))
        end = begin
    return bands[::-1]


def _free_of_commands(band: _Band, rows: list[bytes], stride: int) -> tuple[int, bytes]:
    """Return where the band begins, and its raster command.

    Where trimming made the end of one row and the start of the next a command, the band takes in
    one more byte. That is blank in all of its rows, and no command holds a blank.
    """
    wider = band._replace(right=band.right + 1)
    if wider.right > stride:
        wider = band._replace(left=max(band.left - 1, 0))
    for top, bottom, left, right in (band, wider):
        bits = b"".join([row[left:right] for row in rows[top:bottom]])
        if find_command(bits) is None:
            return left, commands.raster(right - left, bottom - top, bits)
    raise GuardError("the picture spells a real-time command")
