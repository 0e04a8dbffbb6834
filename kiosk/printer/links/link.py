"""What every wire can do."""

from __future__ import annotations

from typing import Protocol

CONNECT_TIMEOUT_S = 2.0
"""A printer on the office's own network answers in milliseconds, or it is off."""

STALL_TIMEOUT_S = 5.0
"""How long a write may make no progress: a full buffer empties while paper moves."""


class LinkLostError(Exception):
    """The wire is not there, or broke.

    `sent` says how many bytes of the write were handed over by then; None is not known.
    """

    def __init__(self, why: str, sent: int | None = 0) -> None:
        super().__init__(why)
        self.sent = sent


class WriteOnlyDeviceError(Exception):
    """The device cannot answer, so no sticker may be sent to it."""


class Link(Protocol):
    """A wire to one printer. Every method but `close` raises `LinkLostError`."""

    bytes_per_s: float

    def open(self) -> None:
        """Reach the printer, within a bounded time."""

    def close(self) -> None:
        """Let go of it."""

    def write(self, raw: bytes) -> None:
        """Hand all of the bytes over."""

    def read(self, timeout_s: float) -> bytes:
        """Return what arrived, waiting for the first byte; empty when time ran out."""

    def check(self) -> None:
        """Raise when the other end is known to be gone. Moves no byte."""
