"""A printer that is told how its next print ends, and remembers what came out of it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.printing import Doubt, NothingSent, PrinterState, PrinterStatus, SendOutcome
from kiosk.printer.fakes import FakePrinter
from kiosk.usecases.attending import FIRST_PROCESS_ID

ENDS = ("whole", "not sent", "lost whole", "lost half", "killed before", "killed after")


class KilledError(Exception):
    """Stands for a kill -9 of the printer process."""


class Press(FakePrinter):
    """A printer whose next print ends as told; `whole` holds the jobs whose sticker came out,
    `pages` what else was asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.whole: list[int] = []
        self.pages: list[int] = []
        self.end = "whole"

    def send(
        self, job: bytes, *, process_id: int, on_first_byte: Callable[[], None] | None = None
    ) -> SendOutcome:
        if self.end == "not sent":
            self.script(NothingSent(PrinterStatus(PrinterState.OFFLINE)))
        elif self.end.startswith("lost"):
            self.script(Doubt("line lost", 100))
        elif self.end == "killed before":
            raise KilledError
        outcome = super().send(job, process_id=process_id, on_first_byte=on_first_byte)
        if self.end in ("whole", "lost whole", "killed after") and not isinstance(
            outcome, NothingSent
        ):
            (self.pages if process_id >= FIRST_PROCESS_ID else self.whole).append(process_id)
            self.cuts += self.end == "lost whole"  # the fake counts the confirmed ones
        if self.end == "killed after":
            raise KilledError
        return outcome
