from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.decide import GrantState
from kiosk.domain.plate import Plate
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.domain.vehicle import RyClass
from kiosk.sticker.grant import check_grant, make_grant

if TYPE_CHECKING:
    from kiosk.sticker.keys import KeyRing, SigningKey


def test_central_grants_what_it_signed(record: PaidRecord, ring: KeyRing) -> None:
    assert check_grant(record, ring) is GrantState.GENUINE


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "DLT-2569-0012346"},
        {"version": 4},
        {"status": PaymentStatus.REFUNDED},
        {"plate": Plate("1กข1235", "กรุงเทพมหานคร")},
        {"plate": Plate("1กข1234", "นนทบุรี")},
        {"plate": Plate("1กข1234", "ไม่มีจังหวัดนี้")},
        {"kiosk": "BKK-5-2"},
        {"fence": 2},
        {"frozen": True},
        {"fines_satang": 1},
        {"office": "BKK-1"},
    ],
)
def test_a_changed_record_is_another_record(
    change: dict[str, object], record: PaidRecord, ring: KeyRing
) -> None:
    changed = replace(record, **change)  # type: ignore[arg-type]  # fields of any type
    assert check_grant(changed, ring) is GrantState.OTHER_RECORD


def test_the_inner_fields_count_too(record: PaidRecord, ring: KeyRing) -> None:
    longer = replace(record, tax=replace(record.tax, expires_on=date(2028, 11, 30)))
    lorry = replace(record, vehicle=replace(record.vehicle, ry_class=RyClass.PRIVATE_TRUCK))
    thief = replace(record, owner=replace(record.owner, id_digest="cd" * 32))
    states = [check_grant(changed, ring) for changed in (longer, lorry, thief)]
    assert states == [GrantState.OTHER_RECORD] * 3


@given(at=st.integers(min_value=0), to=st.sampled_from("AZaz09-_=+/ é"))
def test_a_tampered_grant_never_passes(at: int, to: str, record: PaidRecord, ring: KeyRing) -> None:
    grant = record.grant or ""
    at %= len(grant)
    tampered = grant[:at] + to + grant[at + 1 :]
    state = check_grant(replace(record, grant=tampered), ring)
    assert (state is GrantState.GENUINE) == (tampered == grant)


@given(text=st.text())
def test_any_text_gets_an_answer(text: str, record: PaidRecord, ring: KeyRing) -> None:
    expected = GrantState.FORGED if text else GrantState.MISSING
    assert check_grant(replace(record, grant=text), ring) is expected


def test_a_record_without_grant_says_so(ungranted: PaidRecord, ring: KeyRing) -> None:
    assert check_grant(ungranted, ring) is GrantState.MISSING


def test_a_kiosk_cannot_grant_itself(
    ungranted: PaidRecord, kiosk_key: SigningKey, ring: KeyRing
) -> None:
    self_made = replace(ungranted, grant=make_grant(ungranted, kiosk_key))
    assert check_grant(self_made, ring) is GrantState.UNKNOWN_KEY


def test_an_unknown_province_is_not_granted(ungranted: PaidRecord, central: SigningKey) -> None:
    nowhere = replace(ungranted, plate=Plate("1กข1234", "ไม่มีจังหวัดนี้"))
    with pytest.raises(ValueError, match="there is no province"):
        make_grant(nowhere, central)
