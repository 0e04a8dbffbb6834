from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.sync.wire import read_row
from kiosk.usecases.importing import import_lines

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office


@pytest.mark.parametrize("status", ["refunded", "cancelled", "pending"])
def test_no_sticker_comes_out(at: Office, record: Callable[..., PaidRecord], status: str) -> None:
    spool = at.spool()
    job = at.tap()
    record(version=2, status=status)
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.cause) == (JobState.CANCELLED, "no-longer-eligible")
    assert at.valid() == at.paper() == []
    asked = at.desk.request_print("REF0000001", "visit")
    assert isinstance(asked, Refused)


def test_a_refund_in_a_broken_line_stops_the_sticker_too(at: Office) -> None:
    spool = at.spool()
    job = at.tap()
    line = b'{"reference": "REF0000001", "version": 2, "status": "refunded", "plate"'
    import_lines(at.home.engine, "f", [line], read_row, at.home.clock, sha256="f")
    spool.do_one()
    assert at.screen(job).state is JobState.CANCELLED
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.ON_HOLD,))
    assert at.paper() == []
