"""The life of a print job: its states and the only steps between them."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a print job stands; *sent* is not *printed*, and doubt is a state of its own."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    SENDING = "sending"
    PRINTED = "printed"
    CANCELLED = "cancelled"
    IN_DOUBT = "in_doubt"
    NO_OUTPUT = "no_output"
    SPOILED = "spoiled"


S = JobState

EDGES: frozenset[tuple[JobState, JobState]] = frozenset(
    {
        (S.REQUESTED, S.CLAIMED),
        (S.REQUESTED, S.CANCELLED),
        (S.CLAIMED, S.CANCELLED),
        (S.CLAIMED, S.SENDING),
        (S.SENDING, S.PRINTED),
        (S.SENDING, S.IN_DOUBT),
        (S.SENDING, S.NO_OUTPUT),
        (S.IN_DOUBT, S.PRINTED),
        (S.IN_DOUBT, S.NO_OUTPUT),
        (S.IN_DOUBT, S.SPOILED),
        (S.PRINTED, S.SPOILED),
    }
)
"""The legal steps. The database holds the same table and refuses any other."""

OPEN = (S.REQUESTED, S.CLAIMED, S.SENDING, S.IN_DOUBT)
"""States in which a renewal's job blocks another for the same renewal."""

ON_PRINTER = (S.SENDING, S.IN_DOUBT)
"""States in which a job blocks its printer."""

WAITING = (S.REQUESTED, S.CLAIMED)
"""States that belong to the visitor in front of the machine and can still be cancelled."""


class IllegalStepError(Exception):
    """A job was asked to take a step that is not in `EDGES`: a bug, never a person's fault."""


def check_step(before: JobState, after: JobState) -> None:
    """Raise IllegalStepError unless the step is one of `EDGES`."""
    if (before, after) not in EDGES:
        raise IllegalStepError(f"a job cannot go from {before} to {after}")


class CancelCause(StrEnum):
    """Why a job ended before anything was sent."""

    PROCESS_STARTED = "process-started"
    SESSION_ENDED = "session-ended"
    PRINTER_NOT_READY = "printer-not-ready"
    WAITED_TOO_LONG = "waited-too-long"
    NO_LONGER_ELIGIBLE = "no-longer-eligible"
    OUT_OF_STOCK = "out-of-stock"
    RENDER_FAILED = "render-failed"


class Validity(StrEnum):
    """Whether an issue counts as the renewal's one sticker."""

    VALID = "valid"
    VOID = "void"


class VoidReason(StrEnum):
    """Why an issue does not count any more."""

    NO_OUTPUT = "no-output"
    SPOILED = "spoiled"
    REFUNDED = "refunded"
    REPLACED = "replaced"
