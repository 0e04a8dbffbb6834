"""What a printer is asked to do and what it may be known to have done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PrinterState(StrEnum):
    """What the printer's own replies say about it; silence is `UNKNOWN`, never ready."""

    READY = "ready"
    NEAR_END = "near-end"
    PAPER_OUT = "paper-out"
    COVER_OPEN = "cover-open"
    CUTTER_ERROR = "cutter-error"
    RECOVERABLE_ERROR = "recoverable-error"
    UNRECOVERABLE_ERROR = "unrecoverable-error"
    FEEDING = "feeding"
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """One reading of the printer; `raw` holds the status bytes it was read from."""

    state: PrinterState
    detail: str = ""
    raw: bytes = b""

    @property
    def is_ready(self) -> bool:
        """Whether a sticker may be started now."""
        return self.state in (PrinterState.READY, PrinterState.NEAR_END)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a probe at commissioning found the printer to understand.

    `process_id`: GS ( H answers; `counters`: GS g 2 answers; `clear_buffer`: DLE DC4 8 answers.
    """

    process_id: bool
    counters: bool
    clear_buffer: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A 1-bit picture: rows of `width // 8` bytes, most significant bit left, 1 is black."""

    width: int
    height: int
    bits: bytes

    def __post_init__(self) -> None:
        if self.width % 8 or len(self.bits) != self.stride * self.height:
            raise ValueError(
                f"{len(self.bits)} bytes do not make a picture of {self.width}x{self.height} dots"
            )

    @property
    def stride(self) -> int:
        """Bytes in a row."""
        return self.width // 8


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of dots, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class EvidenceKind(StrEnum):
    """How an outcome became known.

    `PROCESS_ID`: the printer answered GS ( H after the picture and after the cut. `PROCESSED`:
    GS r in stream was answered after the cut and DLE EOT 1-4 were clean. `STAFF`: people resolved.
    """

    PROCESS_ID = "process-id"
    PROCESSED = "processed"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The printer said that everything sent has been printed and cut."""

    kind: EvidenceKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NothingSent:
    """No byte of the job was handed to the device."""

    status: PrinterStatus


@dataclass(frozen=True, slots=True)
class Doubt:
    """At least one byte left and the outcome is not known."""

    why: str
    sent_bytes: int


SendOutcome = Confirmed | NothingSent | Doubt
