from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime

from kiosk.domain.identity import IdKind
from kiosk.domain.plate import Plate
from kiosk.domain.renewal import (
    Channel,
    Owner,
    OwnerKind,
    PaidRecord,
    PaymentStatus,
    Pickup,
    Tax,
    Vehicle,
)
from kiosk.domain.sticker import sticker_fields
from kiosk.domain.vehicle import Fuel, RyClass

DIGEST = "ab" * 32
LATE = PaidRecord(
    reference="REF-0001",
    version=1,
    status=PaymentStatus.PAID,
    plate=Plate("1กข1234", "กรุงเทพมหานคร"),
    vehicle=Vehicle(
        RyClass.PRIVATE_CAR, "BMW", Fuel.PETROL, 1500, 1100, 5, date(2022, 12, 1), "7788", "BKK-5"
    ),
    owner=Owner(OwnerKind.NATURAL, IdKind.THAI, DIGEST),
    tax=Tax(2569, date(2026, 12, 1), date(2027, 11, 30), 165000, 1650),
    paid_at=datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
    channel=Channel.APP,
    pickup=Pickup.KIOSK,
    office="BKK-5",
    kiosk="BKK-5-1",
    fence=1,
    frozen=False,
    fines_satang=0,
)


def test_a_late_owner_reads_what_was_paid_surcharge_included() -> None:
    fields = sticker_fields(LATE, office_name="เขต ๕", is_specimen=False)
    assert fields.tax_satang == 166650


def test_nothing_personal_gets_onto_the_sticker() -> None:
    fields = sticker_fields(LATE, office_name="เขต ๕", is_specimen=False)
    shown = str(asdict(fields))
    for private in (DIGEST, "REF-0001", "7788", "natural"):
        assert private not in shown


def test_a_preview_has_neither_serial_nor_time() -> None:
    at = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    preview = sticker_fields(LATE, office_name="เขต ๕", is_specimen=True)
    printed = sticker_fields(LATE, office_name="เขต ๕", is_specimen=True, serial="A1", issued_at=at)
    assert (preview.serial, preview.issued_at) == (None, None)
    rest = asdict(preview) | {"serial": "A1", "issued_at": at}
    assert asdict(printed) == rest
