"""What each role finds at the desk: what it may do, or whom to ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Technician

ASK_THE_TECHNICIAN = "ส่วนนี้เป็นหน้าที่ของช่างเทคนิคหรือหัวหน้างาน"
ASK_THE_REGISTRAR = "ส่วนนี้เป็นหน้าที่ของนายทะเบียนหรือหัวหน้างาน"


@pytest.fixture
def registrar(stranger: Technician) -> Technician:
    stranger.sign_in("R-301")
    return stranger


def refusals(home: Home) -> list[tuple[str, str]]:
    rows = home.sql("SELECT actor, payload FROM audit_events WHERE event = 'act-refused'")
    return [(actor, json.loads(payload)["act"]) for actor, payload in rows]


@pytest.mark.parametrize("page", ["", "printer/sticker", "stock", "jobs", "log", "report"])
def test_a_registrar_sees_every_page(registrar: Technician, page: str) -> None:
    assert registrar.get(f"/technician/{page}").request.path == f"/technician/{page}"


@pytest.mark.parametrize("page", ["printer/sticker", "stock", "load"])
def test_a_registrar_is_told_whom_to_ask(
    registrar: Technician, technician_too: Technician, page: str
) -> None:
    assert ASK_THE_TECHNICIAN in registrar.get(f"/technician/{page}").text
    assert ASK_THE_TECHNICIAN not in technician_too.get(f"/technician/{page}").text


def test_the_name_of_the_role_stands_beside_the_badge(registrar: Technician) -> None:
    assert "R-301 · นายทะเบียน" in registrar.get().text


@pytest.mark.parametrize(
    ("path", "form", "act"),
    [
        ("printer/sticker/ask", {"kind": "feed", "why": "maintenance"}, "serve-printer"),
        ("stock/return", {"why": "maintenance"}, "change-stock"),
        ("stock/spoil", {"first": "A0000001", "why": "maintenance"}, "change-stock"),
    ],
)
def test_a_form_sent_all_the_same_is_refused_and_logged(
    kiosk_home: Home, registrar: Technician, path: str, form: dict[str, str], act: str
) -> None:
    page = registrar.post(f"/technician/{path}", **form)
    assert ASK_THE_TECHNICIAN in page.text
    assert refusals(kiosk_home) == [("staff:R-301", act)]
    assert kiosk_home.sql("SELECT 1 FROM service_requests") == []
    assert kiosk_home.one("SELECT count(*) FROM blanks WHERE fate = 'left'") == 20


def test_a_registrar_stops_the_service_and_a_technician_resumes_it(
    kiosk_home: Home, registrar: Technician, technician_too: Technician
) -> None:
    registrar.post("/technician/service", to="stop", why="maintenance")
    assert ASK_THE_TECHNICIAN in registrar.get().text
    registrar.post("/technician/service", to="resume", why="maintenance")
    assert refusals(kiosk_home) == [("staff:R-301", "resume-service")]
    technician_too.post("/technician/service", to="resume", why="maintenance")
    assert kiosk_home.one("SELECT resumed_by FROM service_stops") == "staff:T-101"


def test_what_central_stopped_is_for_the_registrar(
    kiosk_home: Home, registrar: Technician, technician_too: Technician, conflict: str
) -> None:
    assert ASK_THE_REGISTRAR in technician_too.get().text
    technician_too.post("/technician/conflicts", conflict=conflict, why="taken-back")
    assert refusals(kiosk_home) == [("staff:T-101", "settle-conflict")]
    registrar.post("/technician/conflicts", conflict=conflict, why="taken-back")
    assert kiosk_home.one("SELECT settled_by FROM conflicts") == "staff:R-301"
