"""A sticker that lies in the slot when the next person comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.usecases.printing import Spool

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Technician


def test_an_empty_slot_is_not_mentioned(technician: Technician) -> None:
    assert 'data-testid="left-in-slot"' not in technician.get("/").text


def test_sticker_left_in_the_slot_is_named_to_the_next_person(
    kiosk_home: Home, technician: Technician, printed: str
) -> None:
    assert 'data-testid="left-in-slot"' in technician.get("/").text
    kiosk_home.desk().taken(printed)
    assert 'data-testid="left-in-slot"' not in technician.get("/").text


def test_sticker_is_not_named_for_ever(
    kiosk_home: Home, technician: Technician, printed: str, spool: Spool
) -> None:
    kiosk_home.clock.wait(601)  # type: ignore[attr-defined] # the clock of tests/ui
    spool.saw()
    assert 'data-testid="left-in-slot"' not in technician.get("/").text
