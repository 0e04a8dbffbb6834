"""Where the paper falls: one PNG a piece, numbered in the order of falling."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from PIL import Image

from kiosk.domain.printing import Picture
from kiosk.printer.emulator.mechanism import HEAD_BYTES, Piece

_DIGITS = 5


class Tray:
    """A folder of pieces; None keeps them in memory only.

    A name appears only when its picture is whole. Numbers go on where an earlier run stopped.
    Torn pieces, which no cutter let go, are named `00001-torn.png`.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._fallen: list[Picture] = []
        self._arrival = threading.Condition()
        self._next = 1
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._next = 1 + max(map(_number, folder.glob("*.png")), default=0)

    @property
    def pieces(self) -> tuple[Picture, ...]:
        """What fell since the start, in order, torn pieces too."""
        with self._arrival:
            return tuple(self._fallen)

    def wait_for(self, count: int, timeout_s: float) -> tuple[Picture, ...]:
        """Wait until so many pieces fell; return what fell by then, perhaps fewer."""
        with self._arrival:
            self._arrival.wait_for(lambda: len(self._fallen) >= count, timeout_s)
            return tuple(self._fallen)

    def drop(self, piece: Piece) -> None:
        """Let a piece fall in. Paper without any row is nothing and leaves no trace."""
        if not piece.rows:
            return
        picture = Picture(HEAD_BYTES * 8, len(piece.rows), b"".join(piece.rows))
        if self.folder is not None:
            self._save(self.folder, picture, "" if piece.was_cut else "-torn")
        with self._arrival:
            self._fallen.append(picture)
            self._arrival.notify_all()

    def _save(self, folder: Path, picture: Picture, suffix: str) -> None:
        path = folder / f"{self._next:0{_DIGITS}d}{suffix}.png"
        self._next += 1
        partial = path.with_suffix(".partial")
        image = Image.frombytes("1", (picture.width, picture.height), picture.bits, "raw", "1;I")
        image.save(partial, format="PNG", dpi=(203, 203), compress_level=1)
        partial.replace(path)


def _number(path: Path) -> int:
    with contextlib.suppress(ValueError):
        return int(path.stem[:_DIGITS])
    return 0
