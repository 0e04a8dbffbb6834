"""What every wire can do."""

from __future__ import annotations

from typing import Protocol

CONNECT_TIMEOUT_S = 2.0
"""A printer on the office's own network answers in milliseconds, or it is off."""

STALL_TIMEOUT_S = 5.0
"""How long a printer may take no byte: a full buffer empties while paper moves."""

WRITE_WAIT_S = 1.0
"""How long a write waits for room before it says that there was none."""


class LinkLostError(Exception):
    """The wire is not there, or broke.

    `sent` says how many bytes of the write were handed over by then; None is not known.
    """

    def __init__(self, why: str, sent: int | None = 0) -> None:
        super().__init__(why)
        self.sent = sent


class StalledError(LinkLostError):
    """The wire is there, and the printer took no byte for so long; `sent` as above."""

    def __init__(self, for_s: float, sent: int | None) -> None:
        super().__init__(f"the printer took no bytes for {for_s:.0f} s", sent)


class WriteOnlyDeviceError(Exception):
    """The device cannot answer, so no sticker may be sent to it."""


class Link(Protocol):
    """A wire to one printer. Every method but `close` raises `LinkLostError`."""

    bytes_per_s: float

    def open(self) -> None:
        """Reach the printer, within a bounded time."""

    def close(self) -> None:
        """Let go of it."""

    def write(self, raw: bytes | memoryview) -> int:
        """Hand over what there is room for and return how much, 0 after a second without room."""

    def read(self, timeout_s: float) -> bytes:
        """Return what arrived, waiting for the first byte; empty when time ran out."""

    def check(self) -> None:
        """Raise when the other end is known to be gone. Moves no byte."""
