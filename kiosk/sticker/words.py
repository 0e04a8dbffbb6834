"""The words that a sticker's fields become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain import plate, vehicle
from kiosk.domain.thai import BANGKOK, baht, short_date

if TYPE_CHECKING:
    from datetime import datetime

    from kiosk.domain.sticker import StickerFields


def words(fields: StickerFields) -> dict[str, str | None]:
    """Return the text of each field a template may name; None where it is not known yet."""
    issued = None if fields.issued_at is None else _bangkok(fields.issued_at)
    label, engine = _engine(fields)
    return {
        "year_be": str(fields.year_be),
        "expires_on": short_date(fields.expires_on, "th"),
        "plate": plate.display(fields.plate),
        "province": fields.province,
        "ry_code": vehicle.code(fields.ry_class, "th"),
        "ry_name": vehicle.name(fields.ry_class, "th"),
        "make": fields.make,
        "engine_label": label,
        "engine": engine,
        "tax": f"{baht(fields.tax_satang)} บาท",
        "office": fields.office_name,
        "serial": fields.serial,
        "issued_on": None if issued is None else short_date(issued.date(), "th"),
        "issued_at": None if issued is None else f"{issued:%H:%M} น.",
    }


def _bangkok(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("a time without an offset names no moment; give an aware datetime")
    return at.astimezone(BANGKOK)


def _engine(fields: StickerFields) -> tuple[str, str]:
    """Engine size where the vehicle has one; weight is what the others are taxed by."""
    if fields.engine_cc is not None:
        return "เครื่องยนต์", f"{fields.engine_cc:,} ซีซี"
    if fields.weight_kg is not None:
        return "น้ำหนักรถ", f"{fields.weight_kg:,} กก."
    return "น้ำหนักรถ", "–"
