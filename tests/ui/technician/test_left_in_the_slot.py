"""A sticker that lies in the slot when the next person comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.renewal import PaidRecord
from kiosk.usecases.printing import Spool

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Technician


def test_sticker_left_in_the_slot_is_named_to_the_next_person(
    kiosk_home: Home,
    technician: Technician,
    record: Callable[..., PaidRecord],
    spool: Spool,
) -> None:
    visit = "visit"
    job = kiosk_home.desk().request_print(record().reference, visit)
    assert 'data-testid="left-in-slot"' not in technician.get("/").text
    spool.do_one()
    assert 'data-testid="left-in-slot"' in technician.get("/").text
    kiosk_home.desk().taken(job.id)  # type: ignore[union-attr] # it was eligible
    assert 'data-testid="left-in-slot"' not in technician.get("/").text


def test_sticker_is_not_named_for_ever(
    kiosk_home: Home,
    technician: Technician,
    record: Callable[..., PaidRecord],
    spool: Spool,
) -> None:
    kiosk_home.desk().request_print(record().reference, "visit")
    spool.do_one()
    kiosk_home.clock.wait(601)  # type: ignore[attr-defined] # the clock of tests/ui
    spool.saw()
    assert 'data-testid="left-in-slot"' not in technician.get("/").text
