"""Made-up records for the demonstration and for tests: named cases, and any number of others.

Everything follows from a seed and a date, so that a demonstration works on any day and a test can
be run again. No real owner, vehicle or number is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from kiosk.domain.identity import random_pin
from kiosk.domain.thai import BANGKOK, be_year
from kiosk.domain.vehicle import Fuel, RyClass
from kiosk.sync.demo_vehicles import DemoVehicle, pick_plate, pick_vehicle, yearly_tax
from kiosk.sync.signing import Signer

OWNERS: Final = 50
"""Owners that random records share: each ID costs a slow digest when the records are signed."""

_SEED: Final = 2569
_JURISTIC_SHARE: Final = 0.1
_PROVINCES: Final = ("กรุงเทพมหานคร", "นนทบุรี", "ปทุมธานี", "สมุทรปราการ", "ชลบุรี", "พระนครศรีอยุธยา")

Unsigned = dict[str, Any]
"""A record in the wire format, with `owner.id_number` in place of the digest, and no grant."""


@dataclass(frozen=True, slots=True)
class DemoCase:
    """One story to try at the screen.

    `records` come in this order, after signing; `spoil`, if any, is laid over the last one once
    it has its grant, as a thief of the disk would.
    """

    name: str
    records: tuple[Unsigned, ...]
    id_number: str
    note: str
    spoil: Unsigned | None = None

    @property
    def reference(self) -> str:
        """The reference that a collector types."""
        return str(self.records[0]["reference"])


@dataclass(frozen=True, slots=True)
class _Place:
    today: date
    kiosk: str
    office: str


def named_cases(today: date, kiosk: str, office: str) -> list[DemoCase]:
    """Return the named cases for one kiosk on one day, always the same for the same arguments."""
    place = _Place(today, kiosk, office)
    rng = Random(_SEED)  # noqa: S311 - made-up records need no secrecy
    return [_case(place, rng, number, *story) for number, story in enumerate(_STORIES, start=1)]


def signed_case(case: DemoCase, signer: Signer) -> list[bytes]:
    """Return the signed lines of a case, ready to be written, spoiled where its story says so.

    Raises ValueError if a record cannot be signed, which is a bug here.
    """
    lines = []
    for record in case.records:
        signed = signer.sign(record)
        if isinstance(signed, tuple):
            raise ValueError(f"{case.name}: {': '.join(signed)}")  # noqa: TRY004 - its values are wrong
        lines.append(signed)
    if case.spoil is not None:
        spoiled = _laid_over(json.loads(lines[-1]), case.spoil)
        lines[-1] = json.dumps(spoiled, ensure_ascii=False, separators=(",", ":")).encode()
    return [line + b"\n" for line in lines]


def random_records(
    count: int, seed: int, today: date, kiosk: str, office: str
) -> Iterator[Unsigned]:
    """Yield plausible records of `OWNERS` owners, nearly all of them ready to be collected."""
    place = _Place(today, kiosk, office)
    rng = Random(seed)  # noqa: S311 - made-up records need no secrecy
    owners = [random_pin(rng, juristic=rng.random() < _JURISTIC_SHARE) for _ in range(OWNERS)]
    for number in range(1, count + 1):
        reference = f"BKK{be_year(today) % 100:02d}{number:08d}"
        vehicle = pick_vehicle(rng)
        record = _record(place, rng, reference, vehicle, rng.choice(owners))
        yield {**record, **_rarely(rng)}


def _rarely(rng: Random) -> Unsigned:
    """Give one record in some twenty a fate of its own."""
    fates: tuple[Unsigned, ...] = (
        {"status": "refunded"},
        {"status": "pending", "paid_at": None},
        {"frozen": True},
        {"fines_satang": rng.randrange(1, 8) * 50_000},
        {"pickup": "post"},
    )
    return rng.choice(fates) if rng.random() < 0.05 else {}  # noqa: PLR2004 - one in twenty


def _record(
    place: _Place, rng: Random, reference: str, vehicle: DemoVehicle, id_number: str
) -> Unsigned:
    """Make a record that was paid within the last weeks and may be collected."""
    start = place.today + timedelta(days=rng.randrange(1, 80))
    ends = _years_later(start, 1) - timedelta(days=1)
    age = rng.randrange(0, 15)
    registered = _years_later(start, -age - 1)
    is_juristic = id_number.startswith("0")
    paid_on = place.today - timedelta(days=rng.randrange(0, 10))
    paid_at = datetime.combine(paid_on, time(rng.randrange(6, 20), rng.randrange(60)), BANGKOK)
    paid_at = min(paid_at, datetime.combine(place.today, time(0, 5), BANGKOK))
    amount = yearly_tax(vehicle, year=age + 2, is_juristic=is_juristic)
    return {
        "reference": reference,
        "version": 1,
        "status": "paid",
        "plate": {
            "text": pick_plate(rng, vehicle.ry_class, registered),
            "province": rng.choices(_PROVINCES, (70, 8, 8, 6, 4, 4))[0],
        },
        "vehicle": {
            "ry_class": int(vehicle.ry_class),
            "make": vehicle.make,
            "fuel": vehicle.fuel.value,
            "engine_cc": vehicle.engine_cc,
            "weight_kg": vehicle.weight_kg,
            "seats": vehicle.seats,
            "first_registered_on": registered.isoformat(),
            "chassis_tail": f"{rng.randrange(10**6):06d}",
            "registered_office": place.office,
        },
        "owner": {
            "kind": "juristic" if is_juristic else "natural",
            "id_kind": "tax" if is_juristic else "thai",
            "id_number": id_number,
        },
        "tax": {
            "year_be": be_year(ends),
            "period_start": start.isoformat(),
            "expires_on": ends.isoformat(),
            "amount_satang": amount,
            "surcharge_satang": 0,
        },
        "paid_at": paid_at.isoformat(),
        "channel": rng.choices(("app", "web", "counter"), (80, 15, 5))[0],
        "pickup": "kiosk",
        "office": place.office,
        "kiosk": place.kiosk,
        "fence": 1,
        "frozen": False,
        "fines_satang": 0,
        "inspection_passed_on": (place.today - timedelta(days=rng.randrange(1, 9))).isoformat(),
        "insurance_until": (ends + timedelta(days=rng.randrange(0, 30))).isoformat(),
        "policy_number": f"P{rng.randrange(10**9):09d}",
    }


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


_CAR: Final = DemoVehicle(RyClass.PRIVATE_CAR, "TOYOTA", Fuel.PETROL, 1496, 1120, 5)
_PICKUP: Final = DemoVehicle(RyClass.PRIVATE_TRUCK, "ISUZU", Fuel.DIESEL, 1898, 1750, 3)
_MOTORCYCLE: Final = DemoVehicle(RyClass.MOTORCYCLE, "HONDA", Fuel.PETROL, 125, 104, 2)
_ELECTRIC: Final = DemoVehicle(RyClass.PRIVATE_CAR, "BYD", Fuel.ELECTRIC, None, 1800, 5)


def _expired(place: _Place) -> Unsigned:
    ended = place.today - timedelta(days=3)
    start = _years_later(ended, -1) + timedelta(days=1)
    return {
        "tax": {"period_start": start, "expires_on": ended, "year_be": be_year(ended)},
        "inspection_passed_on": start,
    }


def _sibling(name: str) -> str:
    """Name another office or kiosk: the same text with another last digit."""
    return f"{name[:-1]}{'2' if name.endswith('1') else '1'}"


# Name, vehicle, what differs from a record that may be collected, note.
_Story = tuple[str, DemoVehicle, str, str]
_STORIES: Final[tuple[_Story, ...]] = (
    ("car", _CAR, "", "A private car: prints."),
    ("pickup", _PICKUP, "", "A pickup truck, taxed by weight: prints."),
    ("motorcycle", _MOTORCYCLE, "", "A motorcycle: prints."),
    ("electric", _ELECTRIC, "", "An electric car, without engine size: prints."),
    ("already-printed", _CAR, "", "To be printed when the demonstration starts: refused after."),
    ("printed-elsewhere", _CAR, "elsewhere", "Another machine has issued the sticker: refused."),
    ("refunded", _CAR, "refunded", "The payment was refunded: refused."),
    ("pending", _CAR, "pending", "The payment is not confirmed yet: refused."),
    ("frozen", _PICKUP, "frozen", "The registration is frozen: refused."),
    ("fines", _CAR, "fines", "Unpaid traffic fines: the office's policy decides."),
    ("wrong-office", _CAR, "wrong-office", "To be collected at another office: refused."),
    ("expired", _MOTORCYCLE, "expired", "The tax period has ended: refused."),
    ("by-post", _CAR, "by-post", "The owner chose the post: refused."),
    ("tampered", _CAR, "tampered", "A field was changed after central signed it: refused."),
    ("late-arrival", _CAR, "late", "Refunded in version 2; version 1 comes after it: refused."),
    ("personalised", _ELECTRIC, "personalised", "A plate with a word on it: prints."),
    ("problem", _PICKUP, "problem", "Central wrote what is wrong with it: refused, in its words."),
)


def _changes(story: str, place: _Place) -> Unsigned:
    """Return what a story lays over a record that may be collected."""
    changes: dict[str, Unsigned] = {
        "elsewhere": {"sticker_serial": "Z0000042"},
        "refunded": {"status": "refunded", "version": 2},
        "pending": {"status": "pending", "paid_at": None},
        "frozen": {"frozen": True},
        "fines": {"fines_satang": 150_000},
        "wrong-office": {"office": _sibling(place.office), "kiosk": f"{_sibling(place.office)}-1"},
        "expired": _expired(place),
        "by-post": {
            "pickup": "post",
            "delivery": {"status": "in transit", "ems_number": "EX123456785TH"},
        },
        "personalised": {"plate": {"text": "รักดี9999", "province": "กรุงเทพมหานคร"}},
        "problem": {"problem": "เลขตัวรถไม่ตรงกับทะเบียน โปรดนำรถเข้าตรวจสภาพ"},
    }
    return changes.get(story, {})


def _case(
    place: _Place, rng: Random, number: int, name: str, vehicle: DemoVehicle, story: str, note: str
) -> DemoCase:
    id_number = random_pin(rng)
    reference = f"DLT{be_year(place.today) % 100:02d}{number:06d}"
    plain = _record(place, rng, reference, vehicle, id_number)
    record = _laid_over(plain, _changes(story, place))
    if story == "late":
        refund = {**record, "status": "refunded", "version": 2}
        return DemoCase(name, (refund, record), id_number, note)
    spoil: Unsigned | None = {"tax": {"amount_satang": 100}} if story == "tampered" else None
    return DemoCase(name, (record,), id_number, note, spoil)


def _laid_over(record: Unsigned, changes: Unsigned) -> Unsigned:
    laid = dict(record)
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(laid.get(name), dict):
            laid[name] = _laid_over(laid[name], value)
        else:
            laid[name] = value.isoformat() if isinstance(value, date) else value
    return laid
