"""The sticker is out, and then central says that the payment was refunded or the plate frozen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool

if TYPE_CHECKING:
    from tests.conftest import Home


@pytest.mark.parametrize("change", [{"status": PaymentStatus.REFUNDED}, {"frozen": True}])
def test_the_conflict_is_raised_with_the_sticker_it_is_about(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    change: dict[str, object],
) -> None:
    paid = record()
    desk.request_print(paid.reference, "visit")
    assert spool.do_one()
    record(version=2, **change)
    events = kiosk_home.sql("SELECT event, payload FROM audit_events ORDER BY number")
    [payload] = [text for event, text in events if event == "conflict-raised"]
    assert "A0000001" in payload
    [(reference, serial)] = kiosk_home.sql("SELECT reference, serial FROM conflicts")
    assert (reference, serial) == (paid.reference, "A0000001")


def test_no_conflict_is_raised_for_a_sticker_that_was_never_printed(
    kiosk_home: Home, record: Callable[..., PaidRecord]
) -> None:
    record()
    record(version=2, status=PaymentStatus.REFUNDED)
    assert "conflict-raised" not in kiosk_home.events()
