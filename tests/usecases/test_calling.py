"""A visitor calls staff; staff see it and say that they have heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.reasons import Reason
from kiosk.store import calls
from kiosk.store.engine import reading
from kiosk.usecases.calling import CALLED_FOR, answer, call_staff

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock


def still_open(home: Home) -> list[str | None]:
    with reading(home.engine) as connection:
        return [call.about for call in calls.all_open(connection)]


def test_a_call_is_logged_and_waits_for_staff(kiosk_home: Home) -> None:
    call_staff(kiosk_home.engine, kiosk_home.clock, Reason.FROZEN)
    assert still_open(kiosk_home) == ["K-105"]
    assert kiosk_home.events()[-1] == "staff-called"


def test_a_key_that_is_pressed_again_makes_no_second_call(kiosk_home: Home) -> None:
    for _ in range(5):
        call_staff(kiosk_home.engine, kiosk_home.clock, None)
    assert still_open(kiosk_home) == [None]
    assert kiosk_home.events().count("staff-called") == 1


def test_a_call_that_nobody_heard_does_not_swallow_the_next_persons(
    kiosk_home: Home, clock: SetClock
) -> None:
    call_staff(kiosk_home.engine, clock, None)
    clock.now += CALLED_FOR
    call_staff(kiosk_home.engine, clock, Reason.PRINT_IN_DOUBT)
    assert still_open(kiosk_home) == [None, "K-401"]


def test_staff_answer_all_calls_at_once_and_only_once(kiosk_home: Home, technician: str) -> None:
    call_staff(kiosk_home.engine, kiosk_home.clock, None)
    assert answer(kiosk_home.engine, kiosk_home.clock, by=technician) == 1
    assert still_open(kiosk_home) == []
    assert answer(kiosk_home.engine, kiosk_home.clock, by=technician) == 0
    assert kiosk_home.events()[-1] == "call-answered"
