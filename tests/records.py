"""The paid record that tests start from; whoever needs another one replaces what differs."""

from __future__ import annotations

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
from kiosk.domain.vehicle import Fuel, RyClass

PAYABLE = PaidRecord(
    reference="REF0000001",
    version=1,
    status=PaymentStatus.PAID,
    plate=Plate("1กข1234", "กรุงเทพมหานคร"),
    vehicle=Vehicle(
        ry_class=RyClass.PRIVATE_CAR,
        make="TOYOTA",
        fuel=Fuel.PETROL,
        engine_cc=1500,
        weight_kg=1100,
        seats=5,
        first_registered_on=date(2022, 12, 1),
        chassis_tail="7788",
        registered_office="BKK-5",
    ),
    owner=Owner(OwnerKind.NATURAL, IdKind.THAI, "ab" * 32),
    tax=Tax(2569, date(2026, 12, 1), date(2027, 11, 30), 165000, 0),
    paid_at=datetime(2026, 11, 20, 3, 0, tzinfo=UTC),
    channel=Channel.APP,
    pickup=Pickup.KIOSK,
    office="BKK-5",
    kiosk="BKK-5-1",
    fence=1,
    frozen=False,
    fines_satang=0,
)
"""May be printed at BKK-5-1 around 21 November 2026, once it has its grant."""
