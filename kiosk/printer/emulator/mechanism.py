"""Paper, head, cutter, cover, sensors and counters. It knows no bytes of any protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

HEAD_BYTES = 72
DOTS_PER_MM = 8
HEAD_TO_CUTTER_MM = 15
CUT_S = 0.15
LETTER_ROWS = 24
_LETTER_BYTES = 2
_LETTER_LEADING = 4
_BLANK = bytes(HEAD_BYTES)


class Trouble(StrEnum):
    """What stops the mechanism and is no matter of paper, cover or switch."""

    NONE = "none"
    TOO_HOT = "too-hot"
    CUTTER = "cutter"
    UNRECOVERABLE = "unrecoverable"


@dataclass(slots=True)
class Sensors:
    """What the printer can feel. Whoever changes one tells the machine, so that it can say so."""

    paper_end: bool = False
    near_end: bool = False
    cover_open: bool = False
    switched_offline: bool = False
    feeding: bool = False
    trouble: Trouble = Trouble.NONE

    @property
    def is_stopped(self) -> bool:
        """Whether nothing moves until somebody does something."""
        trouble = self.trouble is not Trouble.NONE
        return self.paper_end or self.cover_open or self.switched_offline or trouble


@dataclass(frozen=True, slots=True)
class Piece:
    """Paper that left the printer: rows of `HEAD_BYTES` bytes, and whether the cutter let it go."""

    rows: tuple[bytes, ...]
    was_cut: bool


@dataclass(slots=True)
class Mechanism:
    """The moving parts.

    After a cut the paper is drawn back, so that the next piece begins at its own edge: a piece is
    exactly what was printed and fed.
    """

    sensors: Sensors = field(default_factory=Sensors)
    cuts: int = 0
    rows_moved: int = 0
    margin_dots: int = 0
    takes_margins: bool = True
    _rows: list[bytes] = field(default_factory=list)
    _line: list[int] = field(default_factory=list)

    @property
    def rows_out(self) -> int:
        """Rows of paper past the head since the last cut."""
        return len(self._rows)

    def print_row(self, bits: bytes) -> None:
        """Burn one row from the left margin on; what is wider than the head is lost."""
        row = int.from_bytes(bits[:HEAD_BYTES].ljust(HEAD_BYTES, b"\0")) >> self.margin_dots
        self._rows.append(row.to_bytes(HEAD_BYTES))
        self.rows_moved += 1

    def feed(self, dots: int) -> None:
        """Move the paper without burning."""
        self._rows.extend([_BLANK] * dots)
        self.rows_moved += dots

    def set_margin(self, dots: int) -> None:
        """Begin further right. A line of letters already begun keeps its place."""
        if not self._line and self.takes_margins:
            self.margin_dots = min(dots, HEAD_BYTES * 8 - 1)

    def letter(self, code: int) -> None:
        """Take a letter into the unprinted line."""
        self._line.append(code)

    def drop_line(self) -> None:
        """Forget the unprinted line."""
        self._line.clear()

    def end_line(self) -> None:
        """Print the line. Letters come out as bars: enough to see that something was printed."""
        bar = b"".join(b"\x3f\xfc" if code != ord(" ") else b"\0\0" for code in self._line)
        self._line.clear()
        for row in range(LETTER_ROWS):
            inked = _LETTER_LEADING <= row < LETTER_ROWS - _LETTER_LEADING
            self.print_row(bar[: HEAD_BYTES // _LETTER_BYTES * _LETTER_BYTES] if inked else b"")

    def cut(self) -> Piece:
        """Cut what is out and let it fall."""
        self.cuts += 1
        return self._let_go(was_cut=True)

    def tear(self) -> Piece | None:
        """Take out what hangs there uncut, as a person does; None when nothing does."""
        return self._let_go(was_cut=False) if any(map(any, self._rows)) else None

    def _let_go(self, *, was_cut: bool) -> Piece:
        piece = Piece(tuple(self._rows), was_cut)
        self._rows.clear()
        return piece
