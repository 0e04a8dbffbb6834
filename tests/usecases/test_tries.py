"""How long people wait after wrong IDs, and when it is forgotten."""

from __future__ import annotations

from datetime import timedelta

from kiosk.store.engine import reading, writing
from kiosk.usecases import tries
from tests.conftest import Home


def wait_after(home: Home, subject: str, wrong: int) -> int:
    with writing(home.engine) as connection:
        for _ in range(wrong):
            tries.count(connection, subject, home.clock())
    return wait(home)


def wait(home: Home) -> int:
    with reading(home.engine) as connection:
        return tries.wait_s(connection, "REF0000001", home.clock())


def test_the_wait_doubles_and_ends(kiosk_home: Home) -> None:
    assert wait_after(kiosk_home, "REF0000001", 3) == 0
    assert [wait_after(kiosk_home, "REF0000001", 1) for _ in range(7)] == [
        *(30, 60, 120, 240, 480),
        *(900, 900),
    ]
    kiosk_home.clock.now += timedelta(minutes=15)
    assert wait(kiosk_home) == 0


def test_a_vandal_makes_the_next_person_wait_a_minute_and_no_longer(kiosk_home: Home) -> None:
    assert wait_after(kiosk_home, tries.MACHINE, 15) == 0
    assert wait_after(kiosk_home, tries.MACHINE, 100) == 60


def test_tries_of_half_an_hour_ago_are_forgotten(kiosk_home: Home) -> None:
    assert wait_after(kiosk_home, "REF0000001", 9) > 0
    kiosk_home.clock.now += timedelta(minutes=31)
    assert wait(kiosk_home) == 0
    assert wait_after(kiosk_home, "REF0000001", 3) == 0
