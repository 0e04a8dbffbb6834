"""Whether the sticker of a renewal may be printed here and now, with every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord, PaymentStatus, Pickup
from kiosk.domain.vehicle import inspection_required

INSPECTION_AGE = timedelta(days=90)
"""An inspection counts when done at most this long before the tax is due (facts: manual, news)."""


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
