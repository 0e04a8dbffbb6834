"""The paid record of one yearly tax renewal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.identity import IdKind
from kiosk.domain.plate import Plate
from kiosk.domain.vehicle import Fuel, RyClass


class PaymentStatus(StrEnum):
    """What central says of the payment."""

    PAID = "paid"
    PENDING = "pending"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """Where the tax was paid."""

    APP = "app"
    WEB = "web"
    COUNTER = "counter"


class Pickup(StrEnum):
    """How the owner chose to get the sticker."""

    KIOSK = "kiosk"
    POST = "post"


class OwnerKind(StrEnum):
    """Who owns the vehicle in law: บุคคลธรรมดา or นิติบุคคล."""

    NATURAL = "natural"
    JURISTIC = "juristic"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The vehicle as registered; `engine_cc` is absent for electric ones and trailers."""

    ry_class: RyClass
    make: str
    fuel: Fuel
    engine_cc: int | None
    weight_kg: int | None
    seats: int | None
    first_registered_on: date
    chassis_tail: str
    registered_office: str


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner without a name; `id_digest` is scrypt of the ID number under the fleet key, hex."""

    kind: OwnerKind
    id_kind: IdKind
    id_digest: str


@dataclass(frozen=True, slots=True)
class Tax:
    """What was paid, and the period it covers; the period ends with `expires_on`."""

    year_be: int
    period_start: date
    expires_on: date
    amount_satang: int
    surcharge_satang: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a posted sticker has come."""

    status: str
    ems_number: str | None = None


@dataclass(frozen=True, slots=True)
class PaidRecord:
    """One renewal as central knows it at one version; fields as in the wire format.

    `kiosk` and `fence` name the holder of the right to print; `grant` is central's signature over
    it, base64url.
    """

    reference: str
    version: int
    status: PaymentStatus
    plate: Plate
    vehicle: Vehicle
    owner: Owner
    tax: Tax
    paid_at: datetime | None
    channel: Channel
    pickup: Pickup
    office: str
    kiosk: str
    fence: int
    frozen: bool
    fines_satang: int
    inspection_passed_on: date | None = None
    insurance_until: date | None = None
    sticker_serial: str | None = None
    delivery: Delivery | None = None
    policy_number: str | None = None
    problem: str | None = None
    grant: str | None = None
