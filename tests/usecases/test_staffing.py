from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.usecases.staffing import StaffProblem, add_staff, disable_staff, sign_in

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock

PIN = "246810"


@pytest.fixture
def staffed(bare_home: Home) -> Home:
    add_staff(
        bare_home.engine, bare_home.clock, badge="T-1", name="ช่าง", role="technician", pin=PIN
    )
    return bare_home


def enter(home: Home, badge: str, pin: str) -> str:
    return sign_in(home.engine, home.clock, badge, pin).badge


def test_badge_and_pin_sign_in(staffed: Home) -> None:
    assert enter(staffed, "T-1", PIN) == "T-1"
    assert staffed.events() == ["staff-added", "staff-signed-in"]


@pytest.mark.parametrize(
    ("badge", "role", "pin", "words"),
    [
        ("t 1", "technician", PIN, "badge"),
        ("T-2", "boss", PIN, "technician, registrar, supervisor"),
        ("T-2", "technician", "12345", "6 to 12 digits"),
        ("T-2", "technician", "111111", "not all the same"),
        ("T-2", "technician", "๒๔๖๘๑๐", "6 to 12 digits"),
        ("T-1", "technician", PIN, "never given twice"),
    ],
)
def test_who_cannot_be_added_is_told_why(
    staffed: Home, badge: str, role: str, pin: str, words: str
) -> None:
    with pytest.raises(StaffProblem, match=words):
        add_staff(staffed.engine, staffed.clock, badge=badge, name="x", role=role, pin=pin)
    assert staffed.events() == ["staff-added"]


def test_the_pin_is_kept_as_argon2_only(staffed: Home) -> None:
    assert str(staffed.one("SELECT pin_hash FROM staff")).startswith("$argon2id$")
    assert PIN not in str(staffed.sql("SELECT payload FROM audit_events"))


def test_wrong_badge_and_wrong_pin_sound_alike(staffed: Home) -> None:
    for badge, pin in (("T-9", PIN), ("T-1", "000001")):
        with pytest.raises(StaffProblem, match=r"^badge or PIN is wrong$"):
            enter(staffed, badge, pin)
    assert staffed.events()[1:] == ["staff-refused"] * 2


def test_a_disabled_badge_opens_nothing(staffed: Home) -> None:
    disable_staff(staffed.engine, staffed.clock, "T-1")
    with pytest.raises(StaffProblem, match="badge or PIN is wrong"):
        enter(staffed, "T-1", PIN)
    with pytest.raises(StaffProblem, match="disabled before"):
        disable_staff(staffed.engine, staffed.clock, "T-1")


def test_from_the_fourth_wrong_pin_on_the_badge_is_locked_for_longer_each_time(
    staffed: Home, clock: SetClock
) -> None:
    for _ in range(3):
        with pytest.raises(StaffProblem, match="badge or PIN is wrong"):
            enter(staffed, "T-1", "000001")
    for seconds in (30, 60, 120):
        with pytest.raises(StaffProblem, match="badge or PIN is wrong"):
            enter(staffed, "T-1", "000001")
        clock.pass_(seconds=seconds - 1)
        with pytest.raises(StaffProblem, match="locked until"):
            enter(staffed, "T-1", PIN)
        clock.pass_(seconds=1)
    assert enter(staffed, "T-1", PIN) == "T-1"
    assert staffed.one("SELECT wrong_pins FROM staff") == 0


def test_the_longest_lock_is_an_hour(staffed: Home, clock: SetClock) -> None:
    for _ in range(12):
        with pytest.raises(StaffProblem):
            enter(staffed, "T-1", "000001")
        clock.pass_(hours=1)
    assert enter(staffed, "T-1", PIN) == "T-1"


def test_a_wrong_pin_is_counted_before_it_is_judged(
    staffed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plug_is_pulled() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kiosk.usecases.staffing._hasher", plug_is_pulled)
    with pytest.raises(KeyboardInterrupt):
        enter(staffed, "T-1", "000001")
    assert staffed.one("SELECT wrong_pins FROM staff") == 1
