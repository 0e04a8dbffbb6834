"""What central's grant ties to its signature: a digest of the record that was decided on."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from kiosk.domain.renewal import PaidRecord

DIGEST_SCHEME = 1
"""Names the fields and their order in `record_digest`; a new order is a new scheme."""


def record_digest(record: PaidRecord) -> bytes:
    """Return 16 bytes that change with any field `decide` or the sticker reads.

    It is the part of central's grant that ties the whole record to the signature.
    """
    vehicle, owner, tax = record.vehicle, record.owner, record.tax
    fields = [
        DIGEST_SCHEME,
        record.reference,
        record.version,
        record.status,
        [record.plate.text, record.plate.province],
        [vehicle.ry_class, vehicle.make, vehicle.fuel, vehicle.engine_cc, vehicle.weight_kg],
        [_iso(vehicle.first_registered_on), vehicle.seats],
        [owner.kind, owner.id_kind, owner.id_digest],
        [tax.year_be, _iso(tax.period_start), _iso(tax.expires_on)],
        [tax.amount_satang, tax.surcharge_satang],
        [record.pickup, record.office, record.kiosk, record.fence],
        [record.frozen, record.fines_satang],
        [_iso(record.inspection_passed_on), _iso(record.insurance_until)],
        [record.sticker_serial, record.problem],
    ]
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()[:16]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
