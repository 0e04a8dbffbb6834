from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.decide import (
    Context,
    Decision,
    Eligible,
    FinesPolicy,
    GrantState,
    Refused,
    decide,
)
from kiosk.domain.job import OPEN, JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord, PaymentStatus, Pickup
from kiosk.domain.thai import bangkok_date
from kiosk.domain.vehicle import RyClass
from tests.records import PAYABLE

TODAY = date(2026, 11, 21)

NEW_CAR = PAYABLE.vehicle
OLD_CAR = replace(NEW_CAR, first_registered_on=date(2016, 12, 1))
DUE_ON = PAYABLE.tax.period_start
HERE = Context("BKK-5-1", "BKK-5", TODAY, FinesPolicy.ADVISE, GrantState.GENUINE)


def refusals(decision: Decision) -> tuple[Reason, ...]:
    return decision.reasons if isinstance(decision, Refused) else ()


def with_tax(**changes: date) -> PaidRecord:
    return replace(PAYABLE, tax=replace(PAYABLE.tax, **changes))


def test_a_paid_renewal_with_its_grant_prints_here() -> None:
    assert decide(PAYABLE, HERE) == Eligible()


# Each reason alone: what is changed in the record, and in what the kiosk knows.
ALONE: dict[Reason, tuple[PaidRecord, Context]] = {
    Reason.PENDING: (replace(PAYABLE, status=PaymentStatus.PENDING), HERE),
    Reason.REFUNDED: (replace(PAYABLE, status=PaymentStatus.REFUNDED), HERE),
    Reason.CANCELLED: (replace(PAYABLE, status=PaymentStatus.CANCELLED), HERE),
    Reason.FROZEN: (replace(PAYABLE, frozen=True), HERE),
    Reason.FINES: (replace(PAYABLE, fines_satang=50_000), replace(HERE, fines=FinesPolicy.BLOCK)),
    Reason.OTHER_OFFICE: (replace(PAYABLE, office="BKK-1"), HERE),
    Reason.OTHER_KIOSK: (replace(PAYABLE, kiosk="BKK-5-2"), HERE),
    Reason.EXPIRED: (with_tax(expires_on=date(2026, 11, 20)), HERE),
    Reason.BY_POST: (replace(PAYABLE, pickup=Pickup.POST), HERE),
    Reason.GRANT_INVALID: (PAYABLE, replace(HERE, grant=GrantState.FORGED)),
    Reason.GRANT_MISSING: (PAYABLE, replace(HERE, grant=GrantState.MISSING)),
    Reason.ALREADY_PRINTED: (PAYABLE, replace(HERE, has_valid_issue=True)),
    Reason.PRINTING_NOW: (PAYABLE, replace(HERE, open_job=JobState.SENDING)),
    Reason.IN_DOUBT: (PAYABLE, replace(HERE, open_job=JobState.IN_DOUBT)),
    Reason.ON_HOLD: (PAYABLE, replace(HERE, is_on_hold=True)),
    Reason.ISSUED_ELSEWHERE: (replace(PAYABLE, sticker_serial="B0000001"), HERE),
    Reason.PROBLEM_REPORTED: (replace(PAYABLE, problem="chassis differs"), HERE),
    Reason.INSPECTION_MISSING: (replace(PAYABLE, vehicle=OLD_CAR), HERE),
    Reason.INSURANCE_ENDED: (replace(PAYABLE, insurance_until=date(2026, 11, 20)), HERE),
}


@pytest.mark.parametrize("reason", ALONE)
def test_each_reason_alone_refuses_and_is_the_only_one_named(reason: Reason) -> None:
    record, context = ALONE[reason]
    assert decide(record, context) == Refused((reason,))


def test_every_reason_about_a_renewal_has_a_case_here() -> None:
    about_renewals = {reason for reason in Reason if reason.startswith("K-1")}
    assert about_renewals - {Reason.NOT_FOUND} == set(ALONE)


STATUS_REASONS = {
    PaymentStatus.PAID: None,
    PaymentStatus.PENDING: Reason.PENDING,
    PaymentStatus.REFUNDED: Reason.REFUNDED,
    PaymentStatus.CANCELLED: Reason.CANCELLED,
}
GRANT_REASONS = {
    GrantState.GENUINE: None,
    GrantState.MISSING: Reason.GRANT_MISSING,
    GrantState.FORGED: Reason.GRANT_INVALID,
    GrantState.UNKNOWN_KEY: Reason.GRANT_INVALID,
    GrantState.OTHER_RECORD: Reason.GRANT_INVALID,
}


@given(
    status=st.sampled_from(PaymentStatus),
    grant=st.sampled_from(GrantState),
    fines=st.sampled_from(FinesPolicy),
    fined=st.booleans(),
    frozen=st.booleans(),
    expired=st.booleans(),
    uninspected=st.booleans(),
    uninsured=st.booleans(),
    problem=st.booleans(),
    elsewhere=st.booleans(),
    held=st.booleans(),
    issued=st.booleans(),
    open_job=st.sampled_from((None, *OPEN)),
    place=st.sampled_from((None, Reason.BY_POST, Reason.OTHER_OFFICE, Reason.OTHER_KIOSK)),
)
def test_all_reasons_are_named_together_and_none_else(
    *,
    status: PaymentStatus,
    grant: GrantState,
    fines: FinesPolicy,
    fined: bool,
    frozen: bool,
    expired: bool,
    uninspected: bool,
    uninsured: bool,
    problem: bool,
    elsewhere: bool,
    held: bool,
    issued: bool,
    open_job: JobState | None,
    place: Reason | None,
) -> None:
    record = replace(
        PAYABLE,
        status=status,
        fines_satang=100 if fined else 0,
        frozen=frozen,
        vehicle=OLD_CAR if uninspected else NEW_CAR,
        tax=replace(PAYABLE.tax, expires_on=TODAY - timedelta(days=expired)),
        insurance_until=TODAY - timedelta(days=uninsured),
        problem="x" if problem else None,
        sticker_serial="B1" if elsewhere else None,
        pickup=Pickup.POST if place is Reason.BY_POST else Pickup.KIOSK,
        office="BKK-1" if place is Reason.OTHER_OFFICE else "BKK-5",
        kiosk="BKK-5-2" if place is Reason.OTHER_KIOSK else "BKK-5-1",
    )
    context = replace(
        HERE, fines=fines, grant=grant, is_on_hold=held, has_valid_issue=issued, open_job=open_job
    )
    paper = Reason.ALREADY_PRINTED if issued else None
    if open_job is not None:
        paper = Reason.IN_DOUBT if open_job is JobState.IN_DOUBT else Reason.PRINTING_NOW
    expected = [
        paper,
        Reason.ISSUED_ELSEWHERE if elsewhere else None,
        STATUS_REASONS[status],
        place,
        Reason.FROZEN if frozen else None,
        Reason.FINES if fined and fines is FinesPolicy.BLOCK else None,
        Reason.EXPIRED if expired else None,
        Reason.INSPECTION_MISSING if uninspected else None,
        Reason.INSURANCE_ENDED if uninsured else None,
        Reason.PROBLEM_REPORTED if problem else None,
        Reason.ON_HOLD if held else None,
        GRANT_REASONS[grant] if status is PaymentStatus.PAID else None,
    ]
    decision = decide(record, context)
    assert refusals(decision) == tuple(reason for reason in expected if reason is not None)
    assert isinstance(decision, Eligible) == (not any(expected))


@pytest.mark.parametrize(
    ("policy", "decision"),
    [
        (FinesPolicy.IGNORE, Eligible()),
        (FinesPolicy.ADVISE, Eligible((Reason.FINES,))),
        (FinesPolicy.BLOCK, Refused((Reason.FINES,))),
    ],
)
def test_unpaid_fines_do_what_the_office_decided(policy: FinesPolicy, decision: Decision) -> None:
    fined = replace(PAYABLE, fines_satang=1)
    assert decide(fined, replace(HERE, fines=policy)) == decision
    assert decide(PAYABLE, replace(HERE, fines=policy)) == Eligible()


@pytest.mark.parametrize(
    ("passed_on", "is_enough"),
    [
        (None, False),
        (DUE_ON - timedelta(days=91), False),
        (DUE_ON - timedelta(days=90), True),
        (DUE_ON, True),
        (DUE_ON + timedelta(days=5), True),  # a late owner inspects late
    ],
)
def test_an_inspection_counts_from_90_days_before_the_due_date(
    passed_on: date | None, *, is_enough: bool
) -> None:
    record = replace(PAYABLE, vehicle=OLD_CAR, inspection_passed_on=passed_on)
    assert (decide(record, HERE) == Eligible()) is is_enough


@pytest.mark.parametrize(
    ("ry_class", "registered_on", "is_asked"),
    [
        (RyClass.PRIVATE_CAR, date(2019, 12, 2), False),
        (RyClass.PRIVATE_CAR, date(2019, 12, 1), True),
        (RyClass.PRIVATE_TRUCK, date(2019, 12, 1), True),
        (RyClass.MOTORCYCLE, date(2021, 12, 2), False),
        (RyClass.MOTORCYCLE, date(2021, 12, 1), True),
        (RyClass.TRAILER, date(1999, 12, 1), False),
    ],
)
def test_age_on_the_due_date_decides_whether_an_inspection_is_asked(
    ry_class: RyClass, registered_on: date, *, is_asked: bool
) -> None:
    vehicle = replace(NEW_CAR, ry_class=ry_class, first_registered_on=registered_on)
    reasons = refusals(decide(replace(PAYABLE, vehicle=vehicle), HERE))
    assert reasons == ((Reason.INSPECTION_MISSING,) if is_asked else ())


@pytest.mark.parametrize(
    ("until", "reasons"),
    [
        (None, ()),  # central did not say; it took the payment
        (TODAY, ()),
        (TODAY - timedelta(days=1), (Reason.INSURANCE_ENDED,)),
    ],
)
def test_insurance_holds_through_its_last_day(
    until: date | None, reasons: tuple[Reason, ...]
) -> None:
    assert refusals(decide(replace(PAYABLE, insurance_until=until), HERE)) == reasons


def test_a_period_ends_at_midnight_in_bangkok_and_not_in_greenwich() -> None:
    record = with_tax(expires_on=date(2026, 11, 21))
    last_second = datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC)
    assert decide(record, replace(HERE, today=bangkok_date(last_second))) == Eligible()
    midnight = last_second + timedelta(seconds=1)
    refused = decide(record, replace(HERE, today=bangkok_date(midnight)))
    assert refused == Refused((Reason.EXPIRED,))


def test_one_reason_says_where_to_go() -> None:
    # Post, office and machine all differ: sending somebody to three places helps nobody.
    away = replace(PAYABLE, pickup=Pickup.POST, office="BKK-1", kiosk="BKK-1-1")
    assert refusals(decide(away, HERE)) == (Reason.BY_POST,)
    away = replace(away, pickup=Pickup.KIOSK)
    assert refusals(decide(away, HERE)) == (Reason.OTHER_OFFICE,)


@pytest.mark.parametrize(("status", "grant"), list(itertools.product(PaymentStatus, GrantState)))
def test_only_a_genuine_grant_of_a_paid_renewal_prints(
    status: PaymentStatus, grant: GrantState
) -> None:
    decision = decide(replace(PAYABLE, status=status), replace(HERE, grant=grant))
    is_right = status is PaymentStatus.PAID and grant is GrantState.GENUINE
    assert isinstance(decision, Eligible) is is_right
