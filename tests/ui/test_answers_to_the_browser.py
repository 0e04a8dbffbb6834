"""Headers, foreign hosts, forged forms, errors and files."""

from __future__ import annotations

import re
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

import kiosk.ui
from kiosk.domain.reasons import Reason
from kiosk.store.errors import DatabaseBusy, DiskFull
from kiosk.ui.server import listen, serve
from tests.ui.conftest import Visitor
from tests.ui.fake_desk import OWNER_ID, FakeDesk, signed_code

TEMPLATES = Path(kiosk.ui.__file__).parent / "templates"


def test_the_page_that_the_browser_keeps_is_the_same_for_everybody(visitor: Visitor) -> None:
    before = visitor.get("/away")
    visitor.scan(signed_code("TX-00000001"))
    visitor.post("/display", language="en", size="largest", theme="dark", back="/vehicle")
    after = visitor.get("/away")
    assert before.text == after.text
    assert "Set-Cookie" not in after.headers
    assert "csrf" not in after.text


def test_pages_load_nothing_foreign_and_are_not_kept(visitor: Visitor) -> None:
    headers = visitor.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-inline" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.*")), ids=lambda path: path.name)
def test_templates_hold_no_script_style_or_foreign_address(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"https?://", text.replace("http://www.w3.org/2000/svg", ""))


@pytest.mark.parametrize("host", ["kiosk.example.com", "192.168.1.20", "127.0.0.1.nip.example"])
def test_a_foreign_host_name_is_refused(visitor: Visitor, host: str) -> None:
    answer = visitor.client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "csrf" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080"])
def test_loopback_names_are_served(visitor: Visitor, host: str) -> None:
    assert visitor.client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/print", "/scan", "/collect"])
def test_a_form_without_its_token_does_nothing(visitor: Visitor, desk: FakeDesk, path: str) -> None:
    visitor.scan(signed_code("TX-00000001"))
    answer = visitor.client.post(path, data={"text": "x"})
    assert answer.status_code == 400
    assert "K-504" in answer.text
    assert not desk.jobs


def test_a_start_from_before_a_restart_simply_starts_again(visitor: Visitor) -> None:
    answer = visitor.client.post("/start", data={"csrf_token": "old"}, follow_redirects=True)
    assert answer.request.path == "/"


def test_an_unknown_page_is_a_calm_page_of_ours(visitor: Visitor) -> None:
    answer = visitor.get("/nowhere")
    assert answer.status_code == 404
    assert "K-502" in answer.text
    assert 'data-testid="finish"' in answer.text


@pytest.mark.parametrize("path", ["/print", "/scan", "/start", "/finish", "/display"])
def test_a_step_reached_by_address_is_no_dead_end(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 405
    assert "K-502" in answer.text


def test_a_fault_shows_a_code_and_no_traceback(visitor: Visitor, desk: FakeDesk) -> None:
    visitor.scan(signed_code("TX-00000001"))
    desk.is_broken = True
    answer = visitor.get("/vehicle")
    assert answer.status_code == 500
    assert "K-501" in answer.text
    assert "Traceback" not in answer.text
    assert "broken" not in answer.text


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [(DatabaseBusy("locked"), 503, "K-503"), (DiskFull("no room"), 507, "K-315")],
)
def test_a_database_in_trouble_is_told_apart_from_a_fault(
    visitor: Visitor, desk: FakeDesk, raised: Exception, status: int, code: str
) -> None:
    visitor.scan(signed_code("TX-00000001"))
    desk.raised = raised
    answer = visitor.get("/vehicle")
    assert answer.status_code == status
    assert code in answer.text
    assert "K-501" not in answer.text


def test_a_desk_that_answers_nothing_still_leaves_a_page(
    visitor: Visitor, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no machine")

    monkeypatch.setattr(desk, "machine", fail)
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert "K-501" in answer.text
    health = visitor.client.get("/health")
    assert health.status_code == 500
    assert health.json == {"status": "error", "reason": "K-501"}


def test_a_flood_of_a_form_is_refused(visitor: Visitor) -> None:
    answer = visitor.post("/scan", text="x" * 20_000)
    assert answer.status_code == 413


def test_health_tells_readiness_and_the_age_of_the_records(
    visitor: Visitor, desk: FakeDesk
) -> None:
    first = visitor.client.get("/health").json
    desk.reasons = (Reason.PAPER_OUT,)
    second = visitor.client.get("/health").json
    assert first is not None
    assert second is not None
    assert first["kiosk"] == desk.machine().kiosk
    assert first["is_ready"] is True
    assert first["data_as_of"] == "2026-11-21T13:15:00+00:00"
    assert second["reasons"] == ["K-303"]
    assert first["stamp"] != second["stamp"]


def test_files_live_long_under_their_hash_and_not_under_another(visitor: Visitor) -> None:
    found = re.search(r'href="(/static/[0-9a-f]{12}/kiosk\.css)"', visitor.get("/").text)
    assert found is not None
    answer = visitor.client.get(found[1])
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert visitor.client.get("/static/000000000000/kiosk.css").status_code == 404


def test_sarabun_is_served_and_nothing_beside_it(visitor: Visitor) -> None:
    font = visitor.client.get("/fonts/Sarabun-Bold.ttf")
    assert font.mimetype == "font/ttf"
    assert visitor.client.get("/fonts/Sarabun-..%2f__init__.ttf").status_code == 404


def walk(visitor: Visitor) -> Iterator[TestResponse]:
    """Show each kind of page once."""
    yield visitor.get("/")
    yield visitor.post("/start", to="status")
    yield visitor.get("/plate")
    yield visitor.post("/collect", reference="TX-00000030", owner_id=OWNER_ID)
    yield visitor.post("/call", about="")
    yield visitor.scan(signed_code("TX-00000006"))
    yield visitor.scan(signed_code("TX-00000001"))
    yield visitor.post("/vehicles/gather")
    yield visitor.post("/print")
    yield visitor.get("/nowhere")


def test_every_page_is_light(visitor: Visitor) -> None:
    static = Path(kiosk.ui.__file__).parent / "static"
    public = [file for file in static.iterdir() if not file.name.startswith("technician")]
    shared = sum(file.stat().st_size for file in public)
    seen = {page.request.path: len(page.data) for page in walk(visitor)}
    assert len(seen) == 9
    assert {path: size for path, size in seen.items() if size + shared > 100_000} == {}


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_every_refusal_says_what_is_the_matter_and_what_to_do(
    visitor: Visitor, desk: FakeDesk, reason: Reason, language: str
) -> None:
    visitor.post("/display", language=language)
    desk.add(desk.records["TX-00000001"], reason)
    page = visitor.scan(signed_code("TX-00000001"))
    assert page.status_code == 200
    assert reason.value in page.text
    assert f"reason.{reason.value}" not in page.text
    assert 'data-testid="call"' in page.text
    assert 'data-testid="finish"' in page.text


def test_the_server_serves_until_told_to_stop(app: Flask) -> None:
    stop = threading.Event()
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    thread = threading.Thread(target=serve, args=(app, listener, stop))
    thread.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        assert answer.status == 200
        assert "Server" not in answer.headers
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_port_in_use_is_said_at_once() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])
