"""What stands on an annual tax sticker: never a name, an address or an ID."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.renewal import PaidRecord
from kiosk.domain.vehicle import RyClass


@dataclass(frozen=True, slots=True)
class StickerFields:
    """The printed fields; `serial` and `issued_at` are None in a preview.

    `tax_satang` is tax and surcharge together, as paid. `is_specimen` marks demonstration output.
    """

    year_be: int
    expires_on: date
    plate: str
    province: str
    ry_class: RyClass
    make: str
    engine_cc: int | None
    weight_kg: int | None
    tax_satang: int
    office_name: str
    is_specimen: bool
    serial: str | None = None
    issued_at: datetime | None = None


def sticker_fields(
    record: PaidRecord,
    *,
    office_name: str,
    is_specimen: bool,
    serial: str | None = None,
    issued_at: datetime | None = None,
) -> StickerFields:
    """Take the printed fields from a paid record."""
    return StickerFields(
        year_be=record.tax.year_be,
        expires_on=record.tax.expires_on,
        plate=record.plate.text,
        province=record.plate.province,
        ry_class=record.vehicle.ry_class,
        make=record.vehicle.make,
        engine_cc=record.vehicle.engine_cc,
        weight_kg=record.vehicle.weight_kg,
        tax_satang=record.tax.amount_satang + record.tax.surcharge_satang,
        office_name=office_name,
        is_specimen=is_specimen,
        serial=serial,
        issued_at=issued_at,
    )
