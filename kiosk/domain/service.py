"""What may be asked of a printer besides stickers, and how staff set one up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ServiceKind(StrEnum):
    """What a printer can be asked for besides stickers. Nothing here ever prints a sticker again.

    `TEST_PRINT` and `FEED` put out paper and use up a blank where the paper is stock. `CLEAR` drops
    what the printer holds; `PROBE` asks anew what it understands; `REPORT` prints the shift report.
    `STATUS` is a visitor's: a slip that says how their renewal stands.
    """

    TEST_PRINT = "test-print"
    FEED = "feed"
    CLEAR = "clear"
    PROBE = "probe"
    REPORT = "report"
    STATUS = "status"


FOR_STAFF: Final = tuple(kind for kind in ServiceKind if kind is not ServiceKind.STATUS)
"""What staff ask for; the rest is asked by visitors, and goes when they go."""

MOVES_PAPER: Final = (
    ServiceKind.TEST_PRINT,
    ServiceKind.FEED,
    ServiceKind.REPORT,
    ServiceKind.STATUS,
)
"""Requests that need a ready printer."""


class ServiceState(StrEnum):
    """Where a request stands. `STARTED` is written before the first byte leaves."""

    REQUESTED = "requested"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"


OPEN_SERVICE: Final = (ServiceState.REQUESTED, ServiceState.STARTED)
"""States in which a request blocks another for the same printer."""


class Verdict(StrEnum):
    """What a person says of a test print."""

    GOOD = "good"
    BAD = "bad"


MAX_RIGHT_MM: Final = 3
MAX_DOWN_MM: Final = 10
LIGHTEST: Final = -6
DARKEST: Final = 8
"""The range of GS ( K density; beyond it printers ignore the command."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How one printer's paper lies and how dark its head prints.

    `right_mm` moves everything to the right (negative: left) and `down_mm` feeds before the
    picture, both in whole millimetres. `density` is the step of GS ( K, 0 as the factory set it.
    Raises ValueError for what no printer here can do.
    """

    right_mm: int = 0
    down_mm: int = 0
    density: int = 0

    def __post_init__(self) -> None:
        if not -MAX_RIGHT_MM <= self.right_mm <= MAX_RIGHT_MM:
            raise ValueError(f"{self.right_mm} mm sideways; {MAX_RIGHT_MM} mm are the most")
        if not 0 <= self.down_mm <= MAX_DOWN_MM:
            raise ValueError(f"{self.down_mm} mm down; 0 to {MAX_DOWN_MM} mm are possible")
        if not LIGHTEST <= self.density <= DARKEST:
            raise ValueError(f"density {self.density}; {LIGHTEST} to {DARKEST} are possible")


FACTORY: Final = Tuning()


class ServiceOutcome(StrEnum):
    """How a request ended; the words for it stand in the message catalogues."""

    PRINTED = "printed"
    CLEARED = "cleared"
    PROBED = "probed"
    NOT_CLEARED = "not-cleared"
    NOT_READY = "not-ready"
    NO_STOCK = "no-stock"
    NOT_READ_IN = "not-read-in"
    IN_DOUBT = "in-doubt"
    NOT_KNOWN = "not-known"
    NOT_DRAWN = "not-drawn"
    STOPPED = "stopped"
    TOO_LATE = "too-late"
    CANCELLED = "cancelled"


GOOD_ENDS: Final = (ServiceOutcome.PRINTED, ServiceOutcome.CLEARED, ServiceOutcome.PROBED)
"""Outcomes of a request that was done; every other one is of one that failed."""
