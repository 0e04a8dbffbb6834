"""A picture as raster commands, with as few bytes as equal dots allow.

Blank rows become feeds, and each band is only as wide as its widest row. What fires in real time
(`10 04`, `10 05`, `10 14`) must not stand in the result: a protected picture is free of it at full
width, so a band that spells a command after trimming is widened again, or split between two rows.
"""

from __future__ import annotations

from kiosk.domain.printing import Picture
from kiosk.domain.raster_guard import GuardError, find_command
from kiosk.printer import commands

# A feed stops nothing, but two bands print as two commands: gaps under a millimetre stay dots.
_MIN_FEED_DOTS = 8
# Bands are cut to strips of 3 mm to find narrow ones; finer would only add headers.
_STRIP_ROWS = 24
# Two strips become one band unless splitting saves at least this much.
_MIN_SAVING_BYTES = 64
# Keeps the high byte of the height below 4, so that no header can spell a command, and each band
# well inside the raster limit of older printers.
_MAX_BAND_ROWS = 720


def whole(picture: Picture) -> bytes:
    """Return the picture as one raster command of full size. It is not checked for commands."""
    return commands.raster(picture.stride, picture.height, picture.bits)


def banded(picture: Picture) -> bytes:
    """Return feeds and trimmed bands that make the same dots, no command among them.

    Raises `GuardError` when the picture was not protected and cannot be sent.
    """
    stride, bits = picture.stride, picture.bits
    rows = [bits[i : i + stride] for i in range(0, len(bits), stride)]
    widths = [len(row.rstrip(b"\0")) for row in rows]
    parts: list[bytes] = []
    done = 0
    for first, last in _bands(widths):
        parts.append(commands.feed(first - done))
        parts.append(_band(rows[first:last], max(widths[first:last])))
        done = last
    parts.append(commands.feed(picture.height - done))
    return b"".join(parts)


def _bands(widths: list[int]) -> list[tuple[int, int]]:
    bands: list[tuple[int, int]] = []
    for first, last in _runs(widths):
        begin = len(bands)
        for top in range(first, last, _STRIP_ROWS):
            bottom = min(top + _STRIP_ROWS, last)
            if len(bands) > begin and _belongs(widths, bands[-1], bottom):
                bands[-1] = (bands[-1][0], bottom)
            else:
                bands.append((top, bottom))
    return bands


def _runs(widths: list[int]) -> list[tuple[int, int]]:
    """Return stretches of rows that hold no gap worth a feed."""
    runs: list[tuple[int, int]] = []
    for row, width in enumerate(widths):
        if not width:
            continue
        if runs and row - runs[-1][1] < _MIN_FEED_DOTS:
            runs[-1] = (runs[-1][0], row + 1)
        else:
            runs.append((row, row + 1))
    return runs


def _belongs(widths: list[int], band: tuple[int, int], bottom: int) -> bool:
    """Whether the strip below a band should share its raster command."""
    top, seam = band
    if bottom - top > _MAX_BAND_ROWS:
        return False
    above, below = max(widths[top:seam]), max(widths[seam:bottom])
    wasted = max(above, below) * (bottom - top) - above * (seam - top) - below * (bottom - seam)
    return wasted - commands.RASTER_HEAD_BYTES < _MIN_SAVING_BYTES


def _band(rows: list[bytes], width: int) -> bytes:
    """Return one band as bytes free of commands, at the least width that is."""
    stride = len(rows[0])
    for tried in (*range(width, min(width + 2, stride)), stride):
        job = commands.raster(tried, len(rows), b"".join([row[:tried] for row in rows]))
        if find_command(job) is None:
            return job
    if len(rows) == 1:
        raise GuardError("a row of the picture spells a real-time command")
    half = len(rows) // 2
    return _band(rows[:half], width) + _band(rows[half:], width)
