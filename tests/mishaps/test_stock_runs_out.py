from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.usecases.stocking import load_roll, reconcile, return_roll

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


def test_the_last_blank_goes_to_one_and_the_next_is_told(
    at: Office, record: Callable[..., PaidRecord]
) -> None:
    spool = at.spool()
    return_roll(at.home.engine, at.home.clock)
    load_roll(at.home.engine, at.home.clock, first="B1", last="B1", mode="plain")
    record(reference="REF0000002")
    first = at.tap()
    second = at.tap("REF0000002", "next")
    spool.do_one()
    spool.do_one()
    assert at.screen(first).state is JobState.PRINTED
    assert at.screen(second).cause == "out-of-stock"
    assert at.desk.request_print("REF0000002", "next") == Refused((Reason.NO_STOCK,))
    assert at.paper() == at.valid() == ["B1"]

    return_roll(at.home.engine, at.home.clock)
    load_roll(at.home.engine, at.home.clock, first="B2", last="B3", mode="plain")
    at.tap("REF0000002", "next")
    spool.do_one()
    assert at.paper() == at.valid() == ["B1", "B2"]
    assert all(roll.holds for roll in reconcile(at.home.engine))
