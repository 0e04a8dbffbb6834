"""Made-up stories to try at the screen: one named case for each thing that can stand in a way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from kiosk.domain.identity import random_pin
from kiosk.domain.thai import be_year
from kiosk.domain.vehicle import Fuel, RyClass
from kiosk.sync.demo_records import Place, Unsigned, paid_record, signed_line, years_later
from kiosk.sync.demo_vehicles import DemoVehicle
from kiosk.sync.signing import Signer

_SEED: Final = 2569


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


def named_cases(today: date, kiosk: str, office: str) -> list[DemoCase]:
    """Return the named cases for one kiosk on one day, always the same for the same arguments."""
    place = Place(today, kiosk, office)
    rng = Random(_SEED)  # noqa: S311 - made-up records need no secrecy
    return [_case(place, rng, number, *story) for number, story in enumerate(_STORIES, start=1)]


def signed_case(case: DemoCase, signer: Signer) -> list[bytes]:
    """Return the signed lines of a case, ready to be written, spoiled where its story says so.

    Raises ValueError if a record cannot be signed, which is a bug here.
    """
    lines = [signed_line(signer, record) for record in case.records]
    if case.spoil is not None:
        spoiled = _laid_over(json.loads(lines[-1]), case.spoil)
        lines[-1] = json.dumps(spoiled, ensure_ascii=False).encode() + b"\n"
    return lines


_CAR: Final = DemoVehicle(RyClass.PRIVATE_CAR, "TOYOTA", Fuel.PETROL, 1496, 1120, 5)
_PICKUP: Final = DemoVehicle(RyClass.PRIVATE_TRUCK, "ISUZU", Fuel.DIESEL, 1898, 1750, 3)
_MOTORCYCLE: Final = DemoVehicle(RyClass.MOTORCYCLE, "HONDA", Fuel.PETROL, 125, 104, 2)
_ELECTRIC: Final = DemoVehicle(RyClass.PRIVATE_CAR, "BYD", Fuel.ELECTRIC, None, 1800, 5)


def _expired(place: Place) -> Unsigned:
    ended = place.today - timedelta(days=3)
    start = years_later(ended, -1) + timedelta(days=1)
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


def _changes(story: str, place: Place) -> Unsigned:
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
    place: Place, rng: Random, number: int, name: str, vehicle: DemoVehicle, story: str, note: str
) -> DemoCase:
    id_number = random_pin(rng)
    reference = f"DLT{be_year(place.today) % 100:02d}{number:06d}"
    plain = paid_record(place, rng, reference, vehicle, id_number)
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
