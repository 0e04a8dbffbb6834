"""Plate, province and the owner's ID open a vehicle for the person who has no reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.identity_digest import owner_digest
from kiosk.domain.plate import Plate
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.usecases.collecting import Desk
from kiosk.usecases.views import Denied, Opened

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

Record = Callable[..., PaidRecord]
OWNER_ID = "1101700230708"
OTHER_ID = "1101700230716"
BANGKOK = "กรุงเทพมหานคร"


@pytest.mark.parametrize(
    ("plate", "province"),
    [("1กข1234", BANGKOK), ("1กข 1234", "กทม."), ("๑กข-๑๒๓๔", "Bangkok")],
)
def test_plate_and_id_open_however_they_are_typed(
    kiosk_home: Home, record: Record, desk: Desk, plate: str, province: str
) -> None:
    record()
    assert desk.open_by_plate(plate, province, OWNER_ID) == Opened("REF0000001")
    assert kiosk_home.events()[-1] == "owner-verified"


@pytest.mark.parametrize(
    ("plate", "province", "owner_id", "reason"),
    [
        ("", BANGKOK, OWNER_ID, Reason.PLATE_MALFORMED),
        ("?", BANGKOK, OWNER_ID, Reason.PLATE_MALFORMED),
        ("1กข1234", "", OWNER_ID, Reason.PLATE_MALFORMED),
        ("1กข1234", "Atlantis", OWNER_ID, Reason.PLATE_MALFORMED),
        ("1กข1234", BANGKOK, "123", Reason.ID_MALFORMED),
        ("1กข1234", "ชลบุรี", OWNER_ID, Reason.NOT_FOUND),
        ("9กข1234", BANGKOK, OWNER_ID, Reason.NOT_FOUND),
        ("1กข1234", BANGKOK, OTHER_ID, Reason.ID_MISMATCH),
    ],
)
def test_what_was_typed_wrong_is_named(
    record: Record, desk: Desk, plate: str, province: str, owner_id: str, reason: Reason
) -> None:
    record()
    denied = desk.open_by_plate(plate, province, owner_id)
    assert isinstance(denied, Denied)
    assert denied.reason is reason


def test_the_newest_year_of_the_owners_own_vehicle_opens(record: Record, desk: Desk) -> None:
    record(tax__expires_on=date(2026, 11, 30))
    record(reference="REF0000002")
    other = replace(desk.site, fleet_key=b"o" * 32).fleet_key
    record(
        reference="REF0000003",
        owner__id_digest=owner_digest(OTHER_ID, other),
        tax__expires_on=date(2029, 1, 1),
    )
    assert desk.open_by_plate("1กข1234", BANGKOK, OWNER_ID) == Opened("REF0000002")


def test_wrong_ids_are_counted_for_the_plate_and_slowed(
    record: Record, desk: Desk, clock: SetClock
) -> None:
    record()
    for _ in range(4):
        denied = desk.open_by_plate("1กข1234", BANGKOK, OTHER_ID)
        assert isinstance(denied, Denied)
        assert denied.reason is Reason.ID_MISMATCH
    denied = desk.open_by_plate("1กข 1234", "กทม", OWNER_ID)
    assert denied == Denied(Reason.TOO_MANY_TRIES, 30, {"seconds": "30"})
    clock.pass_(seconds=30)
    assert desk.open_by_plate("1กข1234", BANGKOK, OWNER_ID) == Opened("REF0000001")


# Several vehicles of one owner


def test_the_owners_other_vehicles_follow_the_one_asked_for_by_plate(
    record: Record, desk: Desk
) -> None:
    record()
    record(reference="REF0000002", plate=Plate("2กข2", BANGKOK), frozen=True)
    record(reference="REF0000003", plate=Plate("3กข3", BANGKOK))
    assert desk.of_same_owner("REF0000003") == ("REF0000003", "REF0000001", "REF0000002")
    assert desk.count_others("REF0000001") == 2


def test_nobody_elses_vehicle_and_none_of_another_kiosk_is_listed(
    record: Record, desk: Desk
) -> None:
    record()
    record(reference="REF0000002", owner__id_digest="ab" * 32)
    record(reference="REF0000003", kiosk="BKK-5-2")
    assert len(desk.of_same_owner("REF0000001")) == 1
    assert desk.count_others("REF0000001") == 0
    assert desk.count_others("REF0000009") == 0
    assert desk.of_same_owner("REF0000009") == ()
