from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime

from kiosk.domain.sticker import sticker_fields
from tests.records import PAYABLE

LATE = replace(PAYABLE, tax=replace(PAYABLE.tax, surcharge_satang=1650))


def test_a_late_owner_reads_what_was_paid_surcharge_included() -> None:
    fields = sticker_fields(LATE, office_name="เขต ๕", is_specimen=False)
    assert fields.tax_satang == 166650


def test_nothing_personal_gets_onto_the_sticker() -> None:
    fields = sticker_fields(LATE, office_name="เขต ๕", is_specimen=False)
    shown = str(asdict(fields))
    for private in (LATE.owner.id_digest, LATE.reference, LATE.vehicle.chassis_tail, "natural"):
        assert private not in shown


def test_a_preview_has_neither_serial_nor_time() -> None:
    at = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    preview = sticker_fields(LATE, office_name="เขต ๕", is_specimen=True)
    printed = sticker_fields(LATE, office_name="เขต ๕", is_specimen=True, serial="A1", issued_at=at)
    assert (preview.serial, preview.issued_at) == (None, None)
    rest = asdict(preview) | {"serial": "A1", "issued_at": at}
    assert asdict(printed) == rest
