"""A visitor's call reaches the technician's desk and stays there until somebody has heard it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Flask

from kiosk.store.engine import reading
from kiosk.upkeep.metrics import exposition
from tests.ui.technician.conftest import Technician

if TYPE_CHECKING:
    from tests.conftest import Home


def call_from_the_screen(app: Flask, about: str) -> None:
    visitor = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/nowhere").text)
    assert token is not None
    visitor.post("/call", data={"csrf_token": token[1], "about": about})


def calls_open(home: Home) -> str:
    with reading(home.engine) as connection:
        figures = exposition(connection, home.site.kiosk, (), home.clock()).decode()
    found = re.search(r"^kiosk_calls_open{.*} (.*)$", figures, re.MULTILINE)
    assert found is not None
    return found[1]


def test_a_call_is_shown_counted_and_answered(
    technician: Technician, staff_app: Flask, kiosk_home: Home
) -> None:
    assert 'data-testid="call"' not in technician.get().text
    before = technician.client.get("/technician/state").json
    call_from_the_screen(staff_app, "K-401")
    assert technician.client.get("/technician/state").json != before
    page = technician.get().text
    assert "มีผู้เรียกเจ้าหน้าที่ที่ตู้" in page
    assert "K-401" in page
    assert calls_open(kiosk_home) == "1.0"
    page = technician.post("/technician/calls").text
    assert "รับทราบการเรียกแล้ว" in page
    assert 'data-testid="call"' not in page
    assert calls_open(kiosk_home) == "0.0"
    assert kiosk_home.events()[-1] == "call-answered"


def test_a_stranger_answers_no_call(stranger: Technician, kiosk_home: Home) -> None:
    stranger.post("/technician/calls")
    assert "call-answered" not in kiosk_home.events()
