"""Moving a picture sideways on its paper, without moving any of its dots against another."""

from __future__ import annotations

from typing import Final

from kiosk.domain.printing import Picture

DOTS_PER_MM: Final = 8
"""203 dpi. One millimetre is one byte of a row, so a shift makes no new pair of bytes that could
spell a real-time command: only white is put in, and white is no half of one."""

_EDGES: Final = (b"\x00", b"\xff")


def shifted(picture: Picture, right_mm: int) -> Picture:
    """Return the picture moved to the right by so many millimetres, negative to the left.

    What would leave the paper must be white, or the end of a bar across the whole width. Raises
    ValueError otherwise: a sticker is never cut off without a word.
    """
    if not right_mm:
        return picture
    rows = [
        _moved(picture.bits[at : at + picture.stride], right_mm)
        for at in range(0, len(picture.bits), picture.stride)
    ]
    return Picture(picture.width, picture.height, b"".join(rows))


def _moved(row: bytes, right_mm: int) -> bytes:
    kept, lost = (
        (row[:-right_mm], row[-right_mm:]) if right_mm > 0 else (row[-right_mm:], row[:-right_mm])
    )
    if not any(lost == edge * len(lost) for edge in _EDGES):
        raise ValueError(f"moved by {right_mm} mm the picture would leave the paper")
    white = bytes(len(lost))
    return white + kept if right_mm > 0 else kept + white
