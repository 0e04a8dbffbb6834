"""Who gets to the desk, and when it closes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from kiosk.usecases.staffing import disable_staff

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Last, Technician

PAGES = ("", "printer/sticker", "stock", "jobs", "log", "report", "load")


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_the_inside_without_badge_and_pin(stranger: Technician, page: str) -> None:
    answer = stranger.get(f"/technician/{page}")
    assert answer.request.path == "/technician/sign-in"
    assert stranger.client.get("/technician/state").status_code == 401


def test_nobody_acts_without_badge_and_pin(kiosk_home: Home, stranger: Technician) -> None:
    stranger.post("/technician/service", to="stop", why="maintenance")
    stranger.post("/technician/printer/sticker/ask", kind="feed", why="maintenance")
    assert kiosk_home.sql("SELECT 1 FROM service_stops") == []
    assert kiosk_home.sql("SELECT 1 FROM service_requests") == []


def test_staff_get_in_with_badge_and_pin(stranger: Technician, last: Last) -> None:
    assert stranger.sign_in("t-101 ".strip(), "271828").request.path == "/technician/"
    assert last("staff-signed-in")[0] == "staff:T-101"


@pytest.mark.parametrize(("badge", "pin"), [("T-101", "111112"), ("X-1", "271828"), ("", "")])
def test_wrong_pin_does_not_say_what_is_wrong(stranger: Technician, badge: str, pin: str) -> None:
    answer = stranger.sign_in(badge, pin or "-")
    assert "เลขบัตรหรือรหัส PIN ไม่ถูกต้อง" in answer.text
    assert pin not in answer.text or not pin


def test_ten_wrong_pins_lock_for_longer_each_time(kiosk_home: Home, stranger: Technician) -> None:
    def seconds() -> int:
        found = re.search(r"รออีก (\d+) วินาที", stranger.sign_in("T-101").text)
        return 0 if found is None else int(found[1])

    waits = []
    for _ in range(10):
        stranger.sign_in("T-101", "000001")
        if wait := kiosk_home.one(
            "SELECT locked_until IS NOT NULL FROM staff WHERE badge LIKE 'T%'"
        ):
            wait = seconds()
            kiosk_home.clock.wait(wait)  # type: ignore[attr-defined] # the clock of tests/ui
        waits.append(wait)
    locked = [wait for wait in waits if wait]
    assert locked == sorted(set(locked))
    assert locked[0] >= 30
    assert len(locked) >= 6


def test_desk_closes_after_two_idle_minutes_though_its_page_polls(
    kiosk_home: Home, technician: Technician
) -> None:
    for _ in range(5):
        kiosk_home.clock.wait(25)  # type: ignore[attr-defined] # the clock of tests/ui
        state = technician.client.get("/technician/state").status_code
    assert state == 401
    assert technician.get().request.path == "/technician/sign-in"


def test_disabled_member_of_staff_is_out_at_once(kiosk_home: Home, technician: Technician) -> None:
    disable_staff(kiosk_home.engine, kiosk_home.clock, "T-101")
    assert technician.get().request.path == "/technician/sign-in"


def test_signing_out_closes_the_desk(technician: Technician) -> None:
    assert technician.post("/technician/leave").request.path == "/"
    assert technician.get().request.path == "/technician/sign-in"


def test_public_visit_does_not_open_the_desk(technician: Technician) -> None:
    """The cookie of staff is sent to the desk alone."""
    cookie = technician.client.get_cookie("kiosk_staff", path="/technician")
    assert cookie is not None
    assert cookie.http_only
    assert technician.client.get_cookie("kiosk_staff", path="/") is None


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_in_both_languages(technician: Technician, page: str) -> None:
    for language in ("en", "th"):
        technician.post("/display", language=language, back=f"/technician/{page}")
        answer = technician.get(f"/technician/{page}")
        assert answer.status_code == 200
        assert answer.request.path == f"/technician/{page}"
        assert "tech." not in answer.text.replace("tech-", "")
