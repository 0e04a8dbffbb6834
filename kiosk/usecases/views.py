"""What the public screens get to see: plain values, nothing personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.domain.decide import Decision
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord


@dataclass(frozen=True, slots=True)
class Opened:
    """The person may see and collect this renewal."""

    reference: str


@dataclass(frozen=True, slots=True)
class NeedsId:
    """The code names a renewal, and the owner's ID is still asked."""

    reference: str


@dataclass(frozen=True, slots=True)
class Denied:
    """The person may not go on; `params` fill the message's places."""

    reason: Reason
    retry_after_s: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobView:
    """What the screen may know of a print job; `reasons` are why nothing of it was sent."""

    id: str
    reference: str
    state: JobState
    evidence: tuple[str, ...]
    seconds_left: int
    serial: str | None
    cause: str | None
    ended_at: datetime | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A renewal as shown on the screen, with the decision on it."""

    record: PaidRecord
    decision: Decision
    issued_at: datetime | None
    serial: str | None
    job: JobView | None


@dataclass(frozen=True, slots=True)
class SlipView:
    """How far a visitor's slip is. `may_ask_again`: no paper was used for it."""

    is_open: bool
    is_printed: bool
    may_ask_again: bool


@dataclass(frozen=True, slots=True)
class MachineView:
    """The kiosk itself: why it may not print, and how fresh its records are.

    `is_stale`: they are older than the office calls fresh.
    `has_left_sticker`: the last one came out a short while ago and nobody said to have taken it.
    `prints_slips`: there is a printer on plain paper, and it is ready.
    """

    reasons: tuple[Reason, ...]
    data_as_of: datetime | None
    office_th: str
    office_en: str
    kiosk: str
    has_left_sticker: bool = False
    is_stale: bool = False
    prints_slips: bool = False
