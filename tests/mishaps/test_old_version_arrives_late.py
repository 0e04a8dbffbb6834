from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.decide import Refused
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_a_payment_that_comes_after_its_own_refund_prints_nothing(
    at: Office, record: Callable[..., PaidRecord]
) -> None:
    at.spool()
    record(version=3, status="refunded")
    record(version=2)
    asked = at.desk.request_print("REF0000001", "visit")
    assert asked == Refused((Reason.REFUNDED,))
    assert at.home.one("SELECT version FROM renewals") == 3
    assert at.paper() == []


def test_the_first_version_sent_again_does_not_print_again(
    at: Office, record: Callable[..., PaidRecord]
) -> None:
    spool = at.spool()
    at.tap()
    spool.do_one()
    record(version=2, policy_number="P-1")
    for version in (1, 2):
        record(version=version, policy_number=None if version == 1 else "P-1")
        asked = at.desk.request_print("REF0000001", f"visit {version}")
        assert asked == Refused((Reason.ALREADY_PRINTED,))
    assert at.paper() == at.valid() == ["A0000001"]


def test_two_contents_of_one_version_stop_the_sticker(
    at: Office, record: Callable[..., PaidRecord]
) -> None:
    at.spool()
    record(fines_satang=7)
    asked = at.desk.request_print("REF0000001", "visit")
    assert asked == Refused((Reason.ON_HOLD,))
    assert "conflict-raised" in at.home.events()
    record(version=2)
    at.tap()
