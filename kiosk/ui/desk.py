"""The one object through which the screens reach the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kiosk.domain.decide import Refused
from kiosk.domain.printing import Picture
from kiosk.domain.reasons import Reason
from kiosk.sticker.receipt import Row
from kiosk.usecases.views import (
    Denied,
    Found,
    JobView,
    MachineView,
    NeedsId,
    Opened,
    SlipView,
)

__all__ = ["Denied", "Desk", "Found", "JobView", "MachineView", "NeedsId", "Opened", "SlipView"]


class Desk(Protocol):
    """What a visitor can do here. Every call is a transaction of its own."""

    def open_by_code(self, text: str) -> Opened | NeedsId | Denied:
        """Read a scanned text: a signed code opens its vehicle, a plain one asks for the ID."""

    def open_by_reference(self, reference: str, owner_id: str) -> Opened | Denied:
        """Check the owner's ID, both texts as typed."""

    def open_by_plate(self, plate: str, province: str, owner_id: str) -> Opened | Denied:
        """Check the owner's ID against a vehicle's plate, all texts as typed."""

    def count_others(self, reference: str) -> int:
        """Count what `of_same_owner` lists besides this one."""

    def of_same_owner(self, reference: str) -> tuple[str, ...]:
        """List the renewals of the same owner, not judged; only after the ID was checked."""

    def call_staff(self, about: Reason | None) -> None:
        """Call staff to the machine; `about` is what the screen says."""

    def look(self, reference: str) -> Found | Denied:
        """Judge the current version of a renewal."""

    def request_print(self, reference: str, visit: str) -> JobView | Refused | Denied:
        """Ask for the sticker; asking twice gives the job that exists."""

    def request_slip(self, reference: str, visit: str, rows: Sequence[Row]) -> int | Denied:
        """Ask for a slip of how a renewal stands; asking twice gives the request that exists."""

    def slip(self, number: int) -> SlipView | None:
        """Tell how far a slip is."""

    def job(self, job_id: str) -> JobView | None:
        """Tell how far a job is."""

    def cancel_waiting(self, visit: str) -> None:
        """Withdraw what the visit asked for and nothing was sent of."""

    def taken(self, job_id: str) -> None:
        """Record that the visitor says to have the sticker."""

    def machine(self) -> MachineView:
        """Tell how the machine is."""

    def preview(self, reference: str) -> Picture | Denied:
        """Draw the sticker with placeholders for serial, time and code."""
