from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.reasons import Reason
from kiosk.sticker.grant import make_grant
from kiosk.store.engine import writing

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


@pytest.mark.parametrize(
    "change",
    [
        {"tax__expires_on": date(2030, 1, 1)},
        {"plate__text": "1กข9999"},
        {"vehicle__make": "FERRARI"},
        {"fines_satang": 1},
    ],
)
def test_a_record_changed_after_signing_prints_nothing(
    at: Office, change: dict[str, object]
) -> None:
    at.spool()
    genuine = at.home.signed(version=2)
    at.home.take_in(at.home.signed(version=2, grant=genuine.grant, **change))
    assert at.desk.request_print("REF0000001", "visit") == Refused((Reason.GRANT_INVALID,))
    assert at.home.events()[-1] == "print-refused"
    assert at.home.sql("SELECT * FROM jobs") == at.paper() == []


def test_a_grant_signed_by_a_kiosk_prints_nothing(at: Office) -> None:
    at.spool()
    record = at.home.signed(version=2, grant=None)
    at.home.take_in(replace(record, grant=make_grant(record, at.home.key)))
    assert at.desk.request_print("REF0000001", "visit") == Refused((Reason.GRANT_INVALID,))
    assert at.home.events()[-1] == "print-refused"
    assert at.home.sql("SELECT * FROM jobs") == at.paper() == []


def test_the_grant_of_another_renewal_prints_nothing(at: Office) -> None:
    at.spool()
    other = at.home.signed(reference="REF0000002")
    at.home.take_in(at.home.signed(version=2, grant=other.grant))
    assert at.desk.request_print("REF0000001", "visit") == Refused((Reason.GRANT_INVALID,))
    assert at.home.events()[-1] == "print-refused"
    assert at.home.sql("SELECT * FROM jobs") == at.paper() == []


def test_a_record_without_a_grant_prints_nothing(at: Office) -> None:
    at.spool()
    at.home.take_in(at.home.signed(version=2, grant=None))
    assert at.desk.request_print("REF0000001", "visit") == Refused((Reason.GRANT_MISSING,))
    assert at.home.events()[-1] == "print-refused"
    assert at.home.sql("SELECT * FROM jobs") == at.paper() == []


def test_a_record_changed_in_the_database_after_the_tap_prints_nothing(at: Office) -> None:
    spool = at.spool()
    at.tap()
    with writing(at.home.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE renewals SET record ="
            " cast(replace(cast(record AS text), 'TOYOTA', 'FERRARI') AS blob)"
        )
    spool.do_one()
    assert at.job() == "cancelled"
    assert at.valid() == at.paper() == []
