from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.usecases.collecting import Desk, JobView
from kiosk.usecases.printing import Spool

if TYPE_CHECKING:
    from tests.conftest import Home


def test_a_paid_sticker_comes_out(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    desk: Desk,
    spool: Spool,
    fake: FakePrinter,
) -> None:
    paid = record()
    asked = desk.request_print(paid.reference, "visit")
    assert isinstance(asked, JobView), asked
    assert spool.do_one()
    assert len(fake.paper) == 1
    seen = desk.job(asked.id)
    assert seen is not None
    assert (seen.state, seen.serial, seen.evidence) == ("printed", "A0000001", ("process-id",))
