"""Which kiosk this is and what its office decides: the fixed part of every decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from kiosk.domain.decide import FinesPolicy
from kiosk.domain.offices import Office
from kiosk.sticker.keys import KeyRing, KeyRole


@dataclass(frozen=True, slots=True)
class Site:
    """One kiosk at one office.

    `stale_after`: older records are called old; `stop_after`: nothing is printed on older ones.
    `codes`: the readers of collection codes, in order. `fleet_key` salts ID digests. `printer` is
    the name of the sticker printer. `is_specimen` marks everything that is printed as a specimen.
    """

    kiosk: str
    office: Office
    printer: str
    fines: FinesPolicy
    is_specimen: bool
    ring: KeyRing
    fleet_key: bytes
    codes: tuple[str, ...]
    plain_code: re.Pattern[str]
    stock_low: int
    stale_after: timedelta | None = None
    stop_after: timedelta | None = None

    @property
    def has_keys(self) -> bool:
        """Whether any key of central's is trusted."""
        return any(not key.revoked for key in self.ring.only(KeyRole.CENTRAL))
