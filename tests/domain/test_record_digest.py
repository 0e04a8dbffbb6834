from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity import IdKind
from kiosk.domain.plate import Plate
from kiosk.domain.record_digest import record_digest
from kiosk.domain.renewal import Channel, Delivery, OwnerKind, PaidRecord, PaymentStatus, Pickup
from kiosk.domain.vehicle import Fuel, RyClass
from tests.records import PAYABLE

# Neither the decision nor the sticker reads these, so central may correct them without a new grant.
FREE = {"paid_at", "channel", "delivery", "policy_number", "grant"}
FREE |= {"vehicle.chassis_tail", "vehicle.registered_office"}

OTHER_VALUES: dict[str, object] = {
    "reference": "R2",
    "version": 2,
    "status": PaymentStatus.REFUNDED,
    "plate.text": "1กข1235",
    "plate.province": "นนทบุรี",
    "vehicle.ry_class": RyClass.PRIVATE_VAN,
    "vehicle.make": "AUDI",
    "vehicle.fuel": Fuel.DIESEL,
    "vehicle.engine_cc": None,
    "vehicle.weight_kg": None,
    "vehicle.seats": 7,
    "vehicle.first_registered_on": date(2022, 12, 2),
    "vehicle.chassis_tail": "9999",
    "vehicle.registered_office": "BKK-1",
    "owner.kind": OwnerKind.JURISTIC,
    "owner.id_kind": IdKind.TAX,
    "owner.id_digest": "cd" * 32,
    "tax.year_be": 2570,
    "tax.period_start": date(2026, 12, 2),
    "tax.expires_on": date(2027, 12, 1),
    "tax.amount_satang": 165001,
    "tax.surcharge_satang": 1,
    "paid_at": None,
    "channel": Channel.WEB,
    "pickup": Pickup.POST,
    "office": "BKK-4",
    "kiosk": "BKK-5-2",
    "fence": 2,
    "frozen": True,
    "fines_satang": 1,
    "inspection_passed_on": date(2026, 11, 1),
    "insurance_until": date(2027, 11, 1),
    "sticker_serial": "B1",
    "delivery": Delivery("sent"),
    "policy_number": "P1",
    "problem": "x",
    "grant": "g",
}


def paths(value: object, before: str = "") -> list[str]:
    found = []
    for each in fields(value):  # type: ignore[arg-type] # a dataclass
        inner = getattr(value, each.name)
        name = before + each.name
        found += paths(inner, f"{name}.") if is_dataclass(inner) else [name]
    return found


def changed(record: PaidRecord, path: str, value: object) -> PaidRecord:
    outer, _, inner = path.partition(".")
    if not inner:
        return replace(record, **{outer: value})
    return replace(record, **{outer: replace(getattr(record, outer), **{inner: value})})


@pytest.mark.parametrize("path", paths(PAYABLE))
def test_a_changed_field_breaks_the_grant_if_a_rule_or_the_sticker_reads_it(path: str) -> None:
    other = changed(PAYABLE, path, OTHER_VALUES[path])
    assert other != PAYABLE
    assert (record_digest(other) == record_digest(PAYABLE)) is (path in FREE)


text = st.text(max_size=5)


@given(st.lists(text, min_size=6, max_size=6), st.lists(text, min_size=6, max_size=6))
def test_text_cannot_be_moved_from_one_field_to_another(one: list[str], other: list[str]) -> None:
    def made(words: list[str]) -> PaidRecord:
        plate, province, make, office, kiosk, problem = words
        return replace(
            PAYABLE,
            plate=Plate(plate, province),
            vehicle=replace(PAYABLE.vehicle, make=make),
            office=office,
            kiosk=kiosk,
            problem=problem,
        )

    assert (record_digest(made(one)) == record_digest(made(other))) is (one == other)
