"""The paid record of one yearly tax renewal, and whether its sticker may be printed here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kiosk.domain.identity import IdKind
from kiosk.domain.job import JobState
from kiosk.domain.plate import Plate
from kiosk.domain.reasons import Reason
from kiosk.domain.vehicle import Fuel, RyClass, inspection_required

INSPECTION_AGE = timedelta(days=90)
"""An inspection counts when done at most this long before the tax is due (facts: manual, news)."""


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


DIGEST_SCHEME = 1
"""Names the fields and their order in `record_digest`; a new order is a new scheme."""


def record_digest(record: PaidRecord) -> bytes:
    """Return 16 bytes that change with any field `decide` or the sticker reads.

    It is the part of central's grant that ties the whole record to the signature.
    """
    vehicle, owner, tax = record.vehicle, record.owner, record.tax
    fields = [
        DIGEST_SCHEME,
        record.reference,
        record.version,
        record.status,
        [record.plate.text, record.plate.province],
        [vehicle.ry_class, vehicle.make, vehicle.fuel, vehicle.engine_cc, vehicle.weight_kg],
        [_iso(vehicle.first_registered_on), vehicle.seats],
        [owner.kind, owner.id_kind, owner.id_digest],
        [tax.year_be, _iso(tax.period_start), _iso(tax.expires_on)],
        [tax.amount_satang, tax.surcharge_satang],
        [record.pickup, record.office, record.kiosk, record.fence],
        [record.frozen, record.fines_satang],
        [_iso(record.inspection_passed_on), _iso(record.insurance_until)],
        [record.sticker_serial, record.problem],
    ]
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()[:16]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


class FinesPolicy(StrEnum):
    """What unpaid traffic fines do to a sticker: law and practice disagree, so the office says."""

    IGNORE = "ignore"
    ADVISE = "advise"
    BLOCK = "block"


class GrantState(StrEnum):
    """What checking central's grant against the record and our trusted keys gave."""

    GENUINE = "genuine"
    MISSING = "missing"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown-key"
    OTHER_RECORD = "other-record"


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision needs besides the record.

    `has_valid_issue`: a sticker of this renewal exists or may exist. `open_job`: the state of
    another job for it, None if there is none. `today` is Bangkok's date.
    """

    kiosk: str
    office: str
    today: date
    fines: FinesPolicy
    grant: GrantState
    is_on_hold: bool = False
    has_valid_issue: bool = False
    open_job: JobState | None = None


@dataclass(frozen=True, slots=True)
class Eligible:
    """The sticker may be printed here and now; `advice` is said but does not stop it."""

    advice: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The sticker may not be printed, with all reasons, the most telling first."""

    reasons: tuple[Reason, ...]


Decision = Eligible | Refused

_BY_STATUS = {
    PaymentStatus.PENDING: Reason.PENDING,
    PaymentStatus.REFUNDED: Reason.REFUNDED,
    PaymentStatus.CANCELLED: Reason.CANCELLED,
}


def decide(record: PaidRecord, context: Context) -> Decision:
    """Judge one renewal at one moment and return every reason against it, not the first."""
    reasons = [
        *_sticker_exists(record, context),
        *_payment(record),
        *_place(record, context),
        *_vehicle(record, context),
        *_trust(record, context),
    ]
    if reasons:
        return Refused(tuple(reasons))
    has_fines = record.fines_satang > 0 and context.fines is FinesPolicy.ADVISE
    return Eligible((Reason.FINES,) if has_fines else ())


def _sticker_exists(record: PaidRecord, context: Context) -> list[Reason]:
    # A sticker that exists, or may exist, comes before everything else.
    reasons = []
    if context.open_job is JobState.IN_DOUBT:
        reasons.append(Reason.IN_DOUBT)
    elif context.open_job is not None:
        reasons.append(Reason.PRINTING_NOW)
    elif context.has_valid_issue:
        reasons.append(Reason.ALREADY_PRINTED)
    if record.sticker_serial is not None:
        reasons.append(Reason.ISSUED_ELSEWHERE)
    return reasons


def _payment(record: PaidRecord) -> list[Reason]:
    reason = _BY_STATUS.get(record.status)
    return [] if reason is None else [reason]


def _place(record: PaidRecord, context: Context) -> list[Reason]:
    # One reason says where to go: the post, another office, or another machine of this one.
    if record.pickup is Pickup.POST:
        return [Reason.BY_POST]
    if record.office != context.office:
        return [Reason.OTHER_OFFICE]
    if record.kiosk != context.kiosk:
        return [Reason.OTHER_KIOSK]
    return []


def _vehicle(record: PaidRecord, context: Context) -> list[Reason]:
    reasons = []
    if record.frozen:
        reasons.append(Reason.FROZEN)
    if record.fines_satang > 0 and context.fines is FinesPolicy.BLOCK:
        reasons.append(Reason.FINES)
    if record.tax.expires_on < context.today:
        reasons.append(Reason.EXPIRED)
    if _lacks_inspection(record):
        reasons.append(Reason.INSPECTION_MISSING)
    if record.insurance_until is not None and record.insurance_until < context.today:
        reasons.append(Reason.INSURANCE_ENDED)
    if record.problem is not None:
        reasons.append(Reason.PROBLEM_REPORTED)
    return reasons


def _lacks_inspection(record: PaidRecord) -> bool:
    # An inspection made after the due date counts too: a late owner inspects late.
    due_on = record.tax.period_start
    vehicle = record.vehicle
    if not inspection_required(vehicle.ry_class, vehicle.first_registered_on, due_on):
        return False
    passed_on = record.inspection_passed_on
    return passed_on is None or passed_on < due_on - INSPECTION_AGE


def _trust(record: PaidRecord, context: Context) -> list[Reason]:
    # A grant is asked of payments only: nothing else could be printed anyway.
    reasons = []
    if context.is_on_hold:
        reasons.append(Reason.ON_HOLD)
    if record.status is PaymentStatus.PAID and context.grant is GrantState.MISSING:
        reasons.append(Reason.GRANT_MISSING)
    elif record.status is PaymentStatus.PAID and context.grant is not GrantState.GENUINE:
        reasons.append(Reason.GRANT_INVALID)
    return reasons
