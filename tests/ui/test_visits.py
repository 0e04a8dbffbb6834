"""Nothing of one visitor reaches the next, and nothing of anybody reaches the browser."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.ui.visits import COOKIE, MOST_VISITS, Visits
from tests.ui.conftest import HandClock, Visitor
from tests.ui.fake_desk import OWNER_ID, FakeDesk, signed_code

REFERENCE = "TX-00000001"


def test_the_cookie_is_a_random_token_and_nothing_else(visitor: Visitor) -> None:
    answer = visitor.client.get("/")
    header = answer.headers["Set-Cookie"]
    assert header.startswith(f"{COOKIE}=")
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    visitor.post("/collect", reference=REFERENCE, owner_id=OWNER_ID)
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    assert REFERENCE not in cookie.value
    assert len(cookie.value) >= 40


def test_two_visitors_see_nothing_of_each_other(arrive: Callable[[], Visitor]) -> None:
    first, second = arrive(), arrive()
    first.scan(signed_code(REFERENCE))
    first.post("/print")
    assert second.get("/vehicle").request.path == "/"
    assert second.get("/printing").request.path == "/"
    assert second.client.get("/jobs/job-1").status_code == 404
    assert first.client.get("/jobs/job-1").json == {
        "state": "requested",
        "evidence": [],
        "seconds_left": 4,
    }


def test_the_token_changes_at_finish(visitor: Visitor) -> None:
    visitor.get("/")
    before = visitor.client.get_cookie(COOKIE)
    visitor.post("/finish")
    after = visitor.client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_start_forgets_what_the_last_visitor_left_open(visitor: Visitor) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/start")
    assert visitor.get("/vehicle").request.path == "/"


def test_the_first_screen_forgets_a_vehicle_left_open(visitor: Visitor) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.get("/")
    assert visitor.client.get("/preview").status_code == 404


def test_a_visit_nobody_hears_of_is_forgotten_and_its_request_withdrawn(
    visitor: Visitor, desk: FakeDesk, clock: HandClock
) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/print")
    clock.wait(151)
    assert visitor.get("/printing").request.path == "/"
    assert desk.jobs["job-1"].state is JobState.CANCELLED


@pytest.mark.parametrize(("path", "fields"), [("/print", {}), ("/vehicles", {"pick": "0"})])
def test_a_tap_that_comes_after_the_visit_was_forgotten_is_answered(
    path: str, fields: dict[str, str], visitor: Visitor, desk: FakeDesk, clock: HandClock
) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/vehicles/gather")
    clock.wait(151)
    answer = visitor.post(path, **fields)
    assert Reason.SESSION_OVER in answer.text
    assert not desk.jobs


def test_a_page_left_open_overnight_still_starts_at_the_first_touch(
    visitor: Visitor, clock: HandClock
) -> None:
    token = visitor.token()
    clock.wait(12 * 3600)
    answer = visitor.client.post("/start", data={"csrf_token": token}, follow_redirects=True)
    assert answer.request.path == "/collect"


def test_a_heartbeat_keeps_no_visit_alive(visitor: Visitor, clock: HandClock) -> None:
    visitor.scan(signed_code(REFERENCE))
    for _ in range(4):
        clock.wait(50)
        visitor.client.get("/health")
    assert visitor.get("/vehicle").request.path == "/"


def test_polling_a_job_keeps_its_visit_alive(visitor: Visitor, clock: HandClock) -> None:
    visitor.scan(signed_code(REFERENCE))
    visitor.post("/print")
    for _ in range(4):
        clock.wait(50)
        assert visitor.client.get("/jobs/job-1").status_code == 200


def test_language_size_and_theme_end_with_the_visit(visitor: Visitor) -> None:
    visitor.post("/display", language="en", size="largest", theme="yellow")
    page = visitor.get("/").text
    assert '<html lang="en" data-size="largest" data-theme="yellow">' in page
    visitor.post("/finish")
    assert '<html lang="th" data-size="normal" data-theme="light">' in visitor.get("/").text


def test_the_language_chosen_first_stays_after_a_scan(visitor: Visitor) -> None:
    visitor.post("/display", language="en")
    assert "Check before printing" in visitor.scan(signed_code(REFERENCE)).text


@pytest.mark.parametrize(
    "back", ["https://example.com/", "//example.com", "/\\example.com", "/print", "", "/jobs/1"]
)
def test_display_returns_to_our_own_pages_only(visitor: Visitor, back: str) -> None:
    answer = visitor.client.post(
        "/display", data={"csrf_token": visitor.token(), "language": "en", "back": back}
    )
    assert answer.headers["Location"] == "/"


def test_display_returns_to_the_page_it_was_chosen_on(visitor: Visitor) -> None:
    visitor.scan(signed_code(REFERENCE))
    answer = visitor.post("/display", language="en", back="/vehicle")
    assert answer.request.path == "/vehicle"


def test_visits_are_bounded_and_safe_for_threads(clock: HandClock) -> None:
    ended: list[str] = []
    visits = Visits(language="th", lifetime=timedelta(seconds=60), clock=clock, on_end=ended.append)

    def visit(_: int) -> None:
        session = visits.open(None, is_heard=True)
        session.visit.job_id = "job"
        visits.keep(session)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(MOST_VISITS + 100)))
    assert len(ended) == 100
    assert len(set(ended)) == 100


def test_no_address_and_no_log_line_names_the_visitor(
    app: Flask, visitor: Visitor, desk: FakeDesk, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.post("/collect", reference=REFERENCE, owner_id=OWNER_ID)
    desk.is_broken = True
    visitor.get("/vehicle")
    assert "failed" in caplog.text
    assert REFERENCE not in caplog.text
    assert OWNER_ID not in caplog.text
    addresses = [rule.rule for rule in app.url_map.iter_rules()]
    assert not [rule for rule in addresses if "reference" in rule or "owner" in rule]
