"""A printer in memory, for tests of what stands behind the port."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from kiosk.domain.printing import (
    Capabilities,
    Confirmed,
    NothingSent,
    Picture,
    PrinterState,
    PrinterStatus,
    SendOutcome,
)
from kiosk.domain.service import FACTORY, Tuning
from kiosk.printer import jobs
from kiosk.printer.probe import NOTHING

_FULL = Capabilities(process_id=True, counters=True, clear_buffer=True)


class FakePrinter:
    """Prints at once and confirms, unless told otherwise.

    Set `state` to what the sensors should say, `can` to what a probe finds. `script` outcomes for
    the next sends, in order. `sent` and `paper` hold what was handed over and the pictures of it.
    """

    def __init__(self, name: str = "fake", capabilities: Capabilities = _FULL) -> None:
        self.name = name
        self.state = PrinterState.READY
        self.sent: list[bytes] = []
        self.paper: list[Picture] = []
        self.cuts = 0
        self.cleared = 0
        self.probes = 0
        self.is_closed = False
        self.can: Capabilities | None = capabilities
        self._script: deque[SendOutcome | BaseException] = deque()
        self._encoded: dict[bytes, Picture] = {}

    def script(self, *outcomes: SendOutcome | BaseException) -> None:
        """Queue what the next sends end in; an exception is raised, as a bug or a kill would."""
        self._script.extend(outcomes)

    def status(self) -> PrinterStatus:
        """Say `state`."""
        return PrinterStatus(self.state)

    def capabilities(self, *, again: bool = False) -> Capabilities | None:
        """Say `can`."""
        self.probes += again
        return self.can

    def encode(self, picture: Picture, process_id: int, tuning: Tuning = FACTORY) -> bytes:
        """Encode as the real one does, and remember the picture."""
        by_process_id = (self.can or NOTHING).process_id
        encoded = jobs.compose(picture, process_id, by_process_id=by_process_id, tuning=tuning)
        self._encoded[encoded] = picture
        return encoded

    def send(
        self, job: bytes, *, process_id: int, on_first_byte: Callable[[], None] | None = None
    ) -> SendOutcome:
        """End as scripted, or print. A scripted `NothingSent` comes before the first byte."""
        awaited = jobs.awaited_evidence(job, process_id)
        planned = self._script.popleft() if self._script else None
        if isinstance(planned, NothingSent):
            return planned
        if not self.status().is_ready:
            return NothingSent(self.status())
        if on_first_byte is not None:
            on_first_byte()
        self.sent.append(job)
        if isinstance(planned, BaseException):
            raise planned
        if planned is None or isinstance(planned, Confirmed):
            self.cuts += 1
            if job in self._encoded:
                self.paper.append(self._encoded[job])
        return planned or Confirmed(awaited, "")

    def clear(self) -> bool:
        """Acknowledge, where the capability is there and the printer can be reached."""
        can = (self.can or NOTHING).clear_buffer and self.state not in _DEAF
        self.cleared += can
        return can

    def cut_count(self) -> int | None:
        """Count the stickers confirmed so far."""
        can = (self.can or NOTHING).counters and self.status().is_ready
        return self.cuts if can else None

    def close(self) -> None:
        """Remember that it was closed."""
        self.is_closed = True


_DEAF = (PrinterState.UNREACHABLE, PrinterState.UNKNOWN)
