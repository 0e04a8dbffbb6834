"""Made-up vehicles: makes seen on Thai roads, plates of their age, and the tax they would pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from kiosk.domain.vehicle import Fuel, RyClass


@dataclass(frozen=True, slots=True)
class DemoVehicle:
    """What a made-up vehicle is; `engine_cc` is None when it has no engine."""

    ry_class: RyClass
    make: str
    fuel: Fuel
    engine_cc: int | None
    weight_kg: int
    seats: int


_CAR, _VAN, _TRUCK = RyClass.PRIVATE_CAR, RyClass.PRIVATE_VAN, RyClass.PRIVATE_TRUCK
_BIKE, _TAXI = RyClass.MOTORCYCLE, RyClass.TAXI

# Vehicle and how often it is picked, in parts of a hundred.
_VEHICLES: Final = (
    (DemoVehicle(_CAR, "TOYOTA", Fuel.PETROL, 1496, 1120, 5), 14),
    (DemoVehicle(_CAR, "TOYOTA", Fuel.HYBRID, 1798, 1410, 5), 6),
    (DemoVehicle(_CAR, "HONDA", Fuel.PETROL, 1498, 1170, 5), 10),
    (DemoVehicle(_CAR, "HONDA", Fuel.PETROL, 988, 1050, 5), 5),
    (DemoVehicle(_CAR, "MAZDA", Fuel.PETROL, 1298, 1060, 5), 5),
    (DemoVehicle(_CAR, "NISSAN", Fuel.PETROL, 999, 1040, 5), 3),
    (DemoVehicle(_CAR, "MITSUBISHI", Fuel.PETROL_LPG, 1193, 870, 5), 2),
    (DemoVehicle(_CAR, "MERCEDES-BENZ", Fuel.PETROL, 1991, 1600, 5), 2),
    (DemoVehicle(_CAR, "BMW", Fuel.DIESEL, 1995, 1575, 5), 2),
    (DemoVehicle(_CAR, "BYD", Fuel.ELECTRIC, None, 1750, 5), 4),
    (DemoVehicle(_CAR, "MG", Fuel.ELECTRIC, None, 1540, 5), 2),
    (DemoVehicle(_VAN, "TOYOTA", Fuel.DIESEL, 2755, 2100, 12), 3),
    (DemoVehicle(_VAN, "HYUNDAI", Fuel.DIESEL, 2497, 2280, 11), 2),
    (DemoVehicle(_TRUCK, "ISUZU", Fuel.DIESEL, 1898, 1750, 3), 9),
    (DemoVehicle(_TRUCK, "TOYOTA", Fuel.DIESEL, 2393, 1880, 5), 8),
    (DemoVehicle(_TRUCK, "FORD", Fuel.DIESEL, 1996, 2090, 5), 4),
    (DemoVehicle(_BIKE, "HONDA", Fuel.PETROL, 125, 104, 2), 10),
    (DemoVehicle(_BIKE, "YAMAHA", Fuel.PETROL, 155, 130, 2), 6),
    (DemoVehicle(_TAXI, "TOYOTA", Fuel.PETROL_NGV, 1598, 1290, 5), 3),
)

_LETTERS: Final = "กขคฆงจฉชฌญฎฐณตถทธนบปผพภมยรลวศษสหฬอฮ"


def pick_vehicle(rng: Random) -> DemoVehicle:
    """Pick a vehicle, common ones more often."""
    vehicles, weights = zip(*_VEHICLES, strict=True)
    found: DemoVehicle = rng.choices(vehicles, weights)[0]
    return found


def pick_plate(rng: Random, ry_class: RyClass, registered_on: date) -> str:
    """Make up a plate of the vehicle's kind and age; older ones have no leading digit."""
    letters = "".join(rng.choice(_LETTERS) for _ in range(2))
    number = rng.randrange(1, 10_000)
    if ry_class is RyClass.MOTORCYCLE and registered_on.year < _TWO_LETTERS_SINCE:
        return f"{letters}{rng.choice(_LETTERS)}{rng.randrange(1, 1000)}"
    if registered_on.year < _LEADING_DIGIT_SINCE:
        return f"{letters}{number}"
    return f"{rng.randrange(1, 10)}{letters}{number}"


_LEADING_DIGIT_SINCE: Final = 2012
_TWO_LETTERS_SINCE: Final = 2013

_CC_TIERS: Final = ((600, 50), (1800, 150))  # upper end in cc, satang a cc
_LAST_TIER: Final = 400
_AGE_RELIEF_PERCENT: Final = {6: 10, 7: 20, 8: 30, 9: 40}
_FULL_RELIEF: Final = (10, 50)  # from year, percent
_MOTORCYCLE_TAX: Final = 10_000
_WEIGHT_RATES: Final[dict[RyClass, tuple[tuple[int, int], ...]]] = {
    # Upper end in kg, baht: the rows that the vehicles above fall into.
    _CAR: ((500, 150), (750, 300), (1000, 450), (1250, 800), (1500, 1000), (1750, 1300),
           (2000, 1600), (2500, 1900)),
    _TRUCK: ((500, 300), (750, 450), (1000, 600), (1250, 750), (1500, 900), (1750, 1050),
             (2000, 1350), (2500, 1650)),
    _TAXI: ((500, 185), (750, 310), (1000, 450), (1250, 560), (1500, 685), (1750, 875),
            (2000, 1060), (2500, 1250)),
}  # fmt: skip


def yearly_tax(vehicle: DemoVehicle, *, year: int, is_juristic: bool) -> int:
    """Return a plausible tax in satang for a vehicle in the given year of its registration.

    Good enough to look right on a sticker; gas and the electric decree are left out.
    """
    if vehicle.ry_class is _BIKE:
        return _MOTORCYCLE_TAX
    if vehicle.ry_class is not _CAR or vehicle.engine_cc is None:
        column = _CAR if vehicle.ry_class is _VAN else vehicle.ry_class
        return next(baht for end, baht in _WEIGHT_RATES[column] if vehicle.weight_kg <= end) * 100
    tax, start = 0, 0
    for end, rate in _CC_TIERS:
        tax += max(min(vehicle.engine_cc, end) - start, 0) * rate
        start = end
    tax += max(vehicle.engine_cc - start, 0) * _LAST_TIER
    from_year, most = _FULL_RELIEF
    relief = most if year >= from_year else _AGE_RELIEF_PERCENT.get(year, 0)
    return tax * (2 if is_juristic else 1) * (100 - relief) // 100
