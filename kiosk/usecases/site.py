"""Which kiosk this is and what its office decides: the fixed part of every decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.decide import FinesPolicy
from kiosk.domain.offices import Office
from kiosk.sticker.keys import KeyRing, KeyRole, PublicKey


@dataclass(frozen=True, slots=True)
class Site:
    """One kiosk at one office.

    `stale_after`: older records are called old; `stop_after`: nothing is printed on older ones.
    `codes`: the readers of collection codes, in order. `fleet_key` salts ID digests. `printer` is
    the name of the sticker printer. `is_specimen` marks everything that is printed as a specimen.
    `signs_with` is the id of the key that stickers are signed with, None in a process without it.
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
    signs_with: bytes | None = None

    def has_keys(self, now: datetime) -> bool:
        """Say whether central is trusted, and a sticker that is signed here now would verify."""
        trusted = [key for key in self.ring if not key.revoked]
        hears_central = any(key.role is KeyRole.CENTRAL for key in trusted)
        return hears_central and any(self._may_sign(key, now) for key in trusted)

    def _may_sign(self, key: PublicKey, now: datetime) -> bool:
        is_own = key.role is KeyRole.KIOSK and key.kiosk in (None, self.kiosk)
        return is_own and self.signs_with in (None, key.kid) and key.may_have_signed_at(now)
