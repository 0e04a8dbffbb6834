"""The doors that have two implementations or more; everything else is a plain function."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from kiosk.domain.printing import Capabilities, Picture, PrinterStatus, SendOutcome
from kiosk.domain.service import FACTORY, Tuning

Clock = Callable[[], datetime]
"""Returns the current time, aware, in UTC."""


class Printer(Protocol):
    """One physical printer, exclusively ours while it is open."""

    name: str

    def status(self) -> PrinterStatus:
        """Ask DLE EOT 1-4. Never raises for trouble with the device."""

    def capabilities(self, *, again: bool = False) -> Capabilities | None:
        """Probe once, then answer from memory; `again` probes anew. None is not known yet."""

    def encode(self, picture: Picture, process_id: int, tuning: Tuning = FACTORY) -> bytes:
        """Return the whole job: picture, confirmations and cut, set up as `tuning` says.

        Pure. Raises ValueError if the bytes would fire a real-time command.
        """

    def send(
        self, job: bytes, *, process_id: int, on_first_byte: Callable[[], None] | None = None
    ) -> SendOutcome:
        """Hand the job over in one write and wait until its outcome is known or in doubt."""

    def clear(self) -> bool:
        """Drop what the printer has buffered; True when it acknowledged."""

    def cut_count(self) -> int | None:
        """Cuts since the printer was made, or None when it does not tell."""

    def close(self) -> None:
        """Give the device back."""
