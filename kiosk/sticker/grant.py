"""Central's grant: the signed right of one kiosk to print one renewal's sticker."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kiosk.domain import provinces
from kiosk.domain.decide import GrantState
from kiosk.domain.record_digest import record_digest
from kiosk.domain.renewal import PaidRecord
from kiosk.sticker import cbor
from kiosk.sticker.cose import CoseProblem, open1, sign1
from kiosk.sticker.keys import KeyRing, KeyRole, SigningKey

GRANT_SCHEME: Final = 1
"""First claim; names the claims and their order."""

EPOCH: Final = date(1970, 1, 1)

_STATE_OF_PROBLEM: Final = {
    CoseProblem.MALFORMED: GrantState.FORGED,
    CoseProblem.BAD_SIGNATURE: GrantState.FORGED,
    CoseProblem.UNKNOWN_KEY: GrantState.UNKNOWN_KEY,
}


@dataclass(frozen=True, slots=True)
class GrantClaims:
    """What central granted; `province` is the number of ISO 3166-2:TH, 99 for Betong."""

    reference: str
    version: int
    plate: str
    province: int
    ry_class: int
    expires_on: date
    kiosk: str
    fence: int
    digest: bytes


def make_grant(record: PaidRecord, central: SigningKey) -> str:
    """Sign the right to print this record at its kiosk; base64url without padding.

    Raises ValueError on a province that no plate can name.
    """
    if provinces.by_name(record.plate.province) is None:
        raise ValueError(f"{record.reference}: there is no province {record.plate.province!r}")
    return to_base64url(sign1(cbor.write(_claims(record)), central))


def check_grant(record: PaidRecord, ring: KeyRing) -> GrantState:
    """Compare a record with what central signed for it. Never raises.

    A genuine grant for anything but exactly this record is OTHER_RECORD; only central's keys
    count.
    """
    if not record.grant:
        return GrantState.MISSING
    message = from_base64url(record.grant)
    if message is None:
        return GrantState.FORGED
    opened = open1(message, ring.only(KeyRole.CENTRAL))
    if isinstance(opened, CoseProblem):
        return _STATE_OF_PROBLEM[opened]
    if opened.payload != cbor.write(_claims(record)):
        return GrantState.OTHER_RECORD
    return GrantState.GENUINE


def to_base64url(raw: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes | None:
    """Read base64url without padding; None unless it is the one spelling of its bytes."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if to_base64url(raw) == text else None


def read_claims(payload: bytes) -> GrantClaims | None:
    """Return the claims of a grant whose signature was checked; None if it is another message."""
    match cbor.read(payload):
        case [
            int() as scheme,
            str() as reference,
            int() as version,
            str() as plate,
            int() as province,
            int() as ry_class,
            int() as expiry,
            str() as kiosk,
            int() as fence,
            bytes() as digest,
        ] if scheme == GRANT_SCHEME:
            try:
                expires_on = EPOCH + timedelta(days=expiry)
            except OverflowError:
                return None
            return GrantClaims(
                reference, version, plate, province, ry_class, expires_on, kiosk, fence, digest
            )
    return None


def _claims(record: PaidRecord) -> list[object]:
    province = provinces.by_name(record.plate.province)
    return [
        GRANT_SCHEME,
        record.reference,
        record.version,
        record.plate.text,
        0 if province is None else province.iso,
        int(record.vehicle.ry_class),
        (record.tax.expires_on - EPOCH).days,
        record.kiosk,
        record.fence,
        record_digest(record),
    ]
