"""What the parser makes of the stream: the orders that a mechanism can carry out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Initialise:
    """ESC @."""


@dataclass(frozen=True, slots=True)
class MotionUnit:
    """GS P: the units of margins and of feeds are parts of an inch; 0 is the printer's own."""

    across_per_inch: int
    down_per_inch: int


@dataclass(frozen=True, slots=True)
class LeftMargin:
    """GS L, in motion units."""

    units: int


@dataclass(frozen=True, slots=True)
class AutoStatusMask:
    """GS a."""

    mask: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of dots, 1 is black; as many bytes as the picture is wide."""

    bits: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """ESC J, in motion units."""

    units: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A byte that is no command: a printer prints it."""

    code: int


@dataclass(frozen=True, slots=True)
class EndLine:
    """LF."""


@dataclass(frozen=True, slots=True)
class Cut:
    """GS V; with `to_cutter` the paper is fed to the cutter first, and `units` further."""

    to_cutter: bool
    units: int


@dataclass(frozen=True, slots=True)
class TellProcessId:
    """GS ( H function 48."""

    text: bytes


@dataclass(frozen=True, slots=True)
class TellPaper:
    """GS r."""


@dataclass(frozen=True, slots=True)
class TellCounter:
    """GS g 2."""

    which: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A command that is understood only well enough to step over it."""

    raw: bytes


Order = (
    Initialise
    | MotionUnit
    | LeftMargin
    | AutoStatusMask
    | Row
    | Feed
    | Letter
    | EndLine
    | Cut
    | TellProcessId
    | TellPaper
    | TellCounter
    | Skipped
)
