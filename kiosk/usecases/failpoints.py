"""Named points at which a test lets the kiosk die, as a power cut or a kill would let it.

Armed by `KIOSK_FAILPOINT=name[:count]` in the environment, or by `arm`: at the `count`-th time the
point is reached the process ends at once by SIGKILL; nothing is flushed, closed or rolled back.
For `Point.JOB_BYTES` the count is how many bytes of a job are handed to the device before that.
Unarmed, a point costs one comparison.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum

VARIABLE = "KIOSK_FAILPOINT"


class Point(StrEnum):
    """Every place where dying makes a difference: around each commit, and around the bytes.

    `…-written` lies inside the transaction, just before its commit, `…-committed` just after it.
    """

    REQUEST_WRITTEN = "request-written"
    REQUEST_COMMITTED = "request-committed"
    CLAIM_WRITTEN = "claim-written"
    CLAIM_COMMITTED = "claim-committed"
    PREPARED = "prepared"
    SENDING_WRITTEN = "sending-written"
    SENDING_COMMITTED = "sending-committed"
    JOB_BYTES = "job-bytes"
    JOB_SENT = "job-sent"
    OUTCOME_KNOWN = "outcome-known"
    OUTCOME_WRITTEN = "outcome-written"
    OUTCOME_COMMITTED = "outcome-committed"
    CANCEL_WRITTEN = "cancel-written"
    CANCEL_COMMITTED = "cancel-committed"
    DOUBT_WRITTEN = "doubt-written"
    DOUBT_COMMITTED = "doubt-committed"
    CLEARED = "cleared"
    COUNTED = "counted"
    EVIDENCE_WRITTEN = "evidence-written"
    EVIDENCE_COMMITTED = "evidence-committed"
    RESOLVE_WRITTEN = "resolve-written"
    RESOLVE_COMMITTED = "resolve-committed"
    SEEN_WRITTEN = "seen-written"
    SEEN_COMMITTED = "seen-committed"
    SERVICE_ASKED_WRITTEN = "service-asked-written"
    SERVICE_ASKED_COMMITTED = "service-asked-committed"
    SERVICE_START_WRITTEN = "service-start-written"
    SERVICE_START_COMMITTED = "service-start-committed"
    SERVICE_OVER = "service-over"
    SERVICE_END_WRITTEN = "service-end-written"
    SERVICE_END_COMMITTED = "service-end-committed"
    STOCK_WRITTEN = "stock-written"
    STOCK_COMMITTED = "stock-committed"
    SLICE_WRITTEN = "slice-written"
    SLICE_COMMITTED = "slice-committed"
    BATCH_STORED = "batch-stored"
    BATCH_ACCEPTED = "batch-accepted"
    BATCH_END_WRITTEN = "batch-end-written"
    BATCH_END_COMMITTED = "batch-end-committed"
    HEAD_WRITTEN = "head-written"
    HEAD_COMMITTED = "head-committed"


class UnknownPointError(ValueError):
    """The text names no point, or no count from 1 on."""


_armed: Point | None = None
_left = 0


def arm(text: str) -> None:
    """Arm one point by `name[:count]`; an empty text disarms. Raises UnknownPointError."""
    global _armed, _left  # noqa: PLW0603 - a process dies once: there is nothing to pass around
    name, _, count = text.partition(":")
    if not name:
        _armed = None
        return
    try:
        point, left = Point(name), int(count or 1)
    except ValueError:
        left = 0
    if left < 1:
        known = ", ".join(Point)
        raise UnknownPointError(f"{text!r} is no failpoint; name[:count] with one of: {known}")
    _armed, _left = point, left


def reach(point: Point) -> None:
    """Die here if this point is armed and its count is used up."""
    if _armed is not None:
        _count_down(point)


def bytes_before_death() -> int | None:
    """Return how many bytes of a job may leave before the end, None to go on living."""
    return _left if _armed is Point.JOB_BYTES else None


def _count_down(point: Point) -> None:
    global _left  # noqa: PLW0603 - see `arm`
    if point is not _armed:
        return
    _left -= 1
    if _left == 0 or point is Point.JOB_BYTES:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
