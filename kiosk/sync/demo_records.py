"""Made-up records for demonstration and tests: any number, from a seed and a day.

So a demonstration works on any day and a test can be run again. No real owner, vehicle or number is
meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from kiosk.domain.identity import random_pin
from kiosk.domain.thai import BANGKOK, be_year
from kiosk.sync.demo_vehicles import DemoVehicle, pick_plate, pick_vehicle, yearly_tax
from kiosk.sync.signing import Signer

OWNERS: Final = 50
"""Owners that random records share: each ID costs a slow digest when the records are signed."""

_JURISTIC_SHARE: Final = 0.1
_PROVINCES: Final = ("กรุงเทพมหานคร", "นนทบุรี", "ปทุมธานี", "สมุทรปราการ", "ชลบุรี", "พระนครศรีอยุธยา")

Unsigned = dict[str, Any]
"""A record in the wire format, with `owner.id_number` in place of the digest, and no grant."""


@dataclass(frozen=True, slots=True)
class Place:
    """The day on which records are made up, and the kiosk and office that they are for."""

    today: date
    kiosk: str
    office: str


def random_records(
    count: int, seed: int, today: date, kiosk: str, office: str
) -> Iterator[Unsigned]:
    """Yield plausible records of `OWNERS` owners, nearly all of them ready to be collected."""
    place = Place(today, kiosk, office)
    rng = Random(seed)  # noqa: S311 - made-up records need no secrecy
    owners = [random_pin(rng, juristic=rng.random() < _JURISTIC_SHARE) for _ in range(OWNERS)]
    for number in range(1, count + 1):
        reference = f"BKK{be_year(today) % 100:02d}{number:08d}"
        vehicle = pick_vehicle(rng)
        record = paid_record(place, rng, reference, vehicle, rng.choice(owners))
        yield {**record, **_rarely(rng)}


def signed_line(signer: Signer, record: Unsigned) -> bytes:
    """Return a made-up record as central sends it, with its line end.

    Raises ValueError if it cannot be signed, which is a bug here.
    """
    line = signer.sign(record)
    if isinstance(line, tuple):
        raise ValueError(f"a made-up record cannot be signed: {', '.join(line)}")  # noqa: TRY004 - its value is wrong
    return line + b"\n"


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


def paid_record(
    place: Place, rng: Random, reference: str, vehicle: DemoVehicle, id_number: str
) -> Unsigned:
    """Make a record that was paid within the last days and may be collected."""
    start = place.today + timedelta(days=rng.randrange(1, 80))
    ends = years_later(start, 1) - timedelta(days=1)
    age = rng.randrange(0, 15)
    registered = years_later(start, -age - 1)
    is_juristic = id_number.startswith("0")
    paid_at = _paid_at(place.today, rng)
    return {
        "reference": reference,
        "version": 1,
        "status": "paid",
        "plate": {
            "text": pick_plate(rng, vehicle.ry_class, registered),
            "province": rng.choices(_PROVINCES, (70, 8, 8, 6, 4, 4))[0],
        },
        "vehicle": _particulars(vehicle, rng, registered, place.office),
        "owner": {
            "kind": "juristic" if is_juristic else "natural",
            "id_kind": "tax" if is_juristic else "thai",
            "id_number": id_number,
        },
        "tax": {
            "year_be": be_year(ends),
            "period_start": start.isoformat(),
            "expires_on": ends.isoformat(),
            "amount_satang": yearly_tax(vehicle, year=age + 2, is_juristic=is_juristic),
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


def _paid_at(today: date, rng: Random) -> datetime:
    paid_on = today - timedelta(days=rng.randrange(0, 10))
    paid_at = datetime.combine(paid_on, time(rng.randrange(6, 20), rng.randrange(60)), BANGKOK)
    return min(paid_at, datetime.combine(today, time(0, 5), BANGKOK))


def _particulars(vehicle: DemoVehicle, rng: Random, registered: date, office: str) -> Unsigned:
    return {
        "ry_class": int(vehicle.ry_class),
        "make": vehicle.make,
        "fuel": vehicle.fuel.value,
        "engine_cc": vehicle.engine_cc,
        "weight_kg": vehicle.weight_kg,
        "seats": vehicle.seats,
        "first_registered_on": registered.isoformat(),
        "chassis_tail": f"{rng.randrange(10**6):06d}",
        "registered_office": office,
    }


def years_later(day: date, years: int) -> date:
    """Return the same day in another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
