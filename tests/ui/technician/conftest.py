"""The technician's desk over a whole kiosk with a fake printer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.domain.printing import Doubt
from kiosk.domain.renewal import PaidRecord, PaymentStatus
from kiosk.printer.fakes import FakePrinter
from kiosk.ui.app import create_app
from kiosk.ui.settings import UiSettings
from kiosk.usecases import staffing
from kiosk.usecases.attending import Attendant
from kiosk.usecases.printing import Spool
from kiosk.usecases.staffing import add_staff
from kiosk.usecases.views import JobView
from kiosk.usecases.workshop import Workshop

if TYPE_CHECKING:
    from tests.conftest import Home

Last = Callable[[str], tuple[str, dict[str, object]]]

PINS = {"T-101": "271828", "S-201": "314159", "R-301": "161803"}
ROLES = {"T-101": "technician", "S-201": "supervisor", "R-301": "registrar"}


class Technician:
    """A browser at the technician's desk.

    `told` is what the last page says of an act: `yes` when it is done, `no`, or nothing.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.told = ""

    def get(self, path: str = "/technician/") -> TestResponse:
        return self._seen(self.client.get(path, follow_redirects=True))

    def post(self, path: str, **fields: str) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get().text)
        assert token is not None
        form = {"csrf_token": token[1], **fields}
        return self._seen(self.client.post(path, data=form, follow_redirects=True))

    def _seen(self, page: TestResponse) -> TestResponse:
        found = re.search(rb'data-good="(yes|no)"', page.data)
        self.told = "" if found is None else found[1].decode()
        return page

    def sign_in(self, badge: str = "T-101", pin: str | None = None) -> TestResponse:
        return self.post("/technician/sign-in", badge=badge, pin=pin or PINS[badge])


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN takes argon2 tens of milliseconds and tens of megabytes; tests ask for many."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staffing, "_hasher", lambda: cheap)


@pytest.fixture
def workshop(kiosk_home: Home) -> Workshop:
    home = kiosk_home
    for badge, role in ROLES.items():
        add_staff(home.engine, home.clock, badge=badge, name="สมชาย", role=role, pin=PINS[badge])
    return Workshop(home.engine, home.site, home.template, home.clock, 2, "plain", None)


@pytest.fixture
def staff_app(kiosk_home: Home, workshop: Workshop) -> Flask:
    return create_app(kiosk_home.desk(), UiSettings(), kiosk_home.clock, workshop)


@pytest.fixture
def stranger(staff_app: Flask) -> Technician:
    """Somebody who found the desk and did not sign in."""
    return Technician(staff_app.test_client())


@pytest.fixture
def technician(stranger: Technician) -> Technician:
    stranger.sign_in()
    return stranger


@pytest.fixture
def technician_too(staff_app: Flask) -> Technician:
    """A technician at a browser of their own, while somebody else is at work."""
    browser = Technician(staff_app.test_client())
    browser.sign_in()
    return browser


@pytest.fixture
def last(kiosk_home: Home) -> Last:
    """Returns who caused the last event of a name, and its payload."""

    def find(event: str) -> tuple[str, dict[str, object]]:
        actor, payload = kiosk_home.sql(
            "SELECT actor, payload FROM audit_events WHERE event = ? ORDER BY number DESC", event
        )[0]
        return actor, json.loads(payload)

    return find


@pytest.fixture
def attendant(kiosk_home: Home, fake: FakePrinter, spool: Spool) -> Attendant:
    return kiosk_home.attendant(fake)


@pytest.fixture
def printed(kiosk_home: Home, record: Callable[..., PaidRecord], spool: Spool) -> str:
    """The sticker of REF0000001, A0000001, that has just come out."""
    job = kiosk_home.desk().request_print(record().reference, "visit")
    assert isinstance(job, JobView), job
    spool.do_one()
    return job.id


@pytest.fixture
def conflict(kiosk_home: Home, printed: str, record: Callable[..., PaidRecord]) -> str:
    """The number of what people must see to: central refunded what was printed."""
    record(version=2, status=PaymentStatus.REFUNDED)
    return str(kiosk_home.one("SELECT id FROM conflicts"))


@pytest.fixture
def doubt(
    kiosk_home: Home, record: Callable[..., PaidRecord], spool: Spool, fake: FakePrinter
) -> str:
    """A print in doubt, whose printer was cleared and whose counter did not move."""
    job = kiosk_home.desk().request_print(record().reference, "visit")
    assert isinstance(job, JobView), job
    fake.script(Doubt("paper-out", 100))
    spool.do_one()
    return job.id


@pytest.fixture
def receipt_app(kiosk_home: Home, workshop: Workshop) -> Technician:
    """The desk of a kiosk with a printer on plain paper."""
    with_receipt = replace(workshop, receipt="receipt")
    app = create_app(kiosk_home.desk(), UiSettings(), kiosk_home.clock, with_receipt)
    browser = Technician(app.test_client())
    browser.sign_in()
    return browser
