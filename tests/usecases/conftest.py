from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.renewal import PaidRecord
from kiosk.domain.service import ServiceKind
from kiosk.printer.fakes import FakePrinter
from kiosk.store import people
from kiosk.store.engine import writing
from kiosk.store.service import ServiceRequest
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home


@pytest.fixture
def hire(bare_home: Home) -> Callable[[str, str], str]:
    """Adds a member of staff by badge and role, without a PIN, and returns whom the log names."""

    def add(badge: str, role: str) -> str:
        with writing(bare_home.engine) as connection:
            people.add(
                connection, badge=badge, name="-", role=role, pin_hash="-", at=bare_home.clock()
            )
        return f"staff:{badge}"

    return add


@pytest.fixture
def technician(hire: Callable[[str, str], str]) -> str:
    """A technician, `staff:T-101`."""
    return hire("T-101", "technician")


@pytest.fixture
def asked(record: Callable[..., PaidRecord], desk: Desk, spool: Spool) -> str:
    """The id of a job that a visitor asked for, with the spool not yet at work."""
    view = desk.request_print(record().reference, "visit")
    assert isinstance(view, JobView), view
    return view.id


@pytest.fixture
def attendant(kiosk_home: Home, fake: FakePrinter, spool: Spool) -> Attendant:
    return kiosk_home.attendant(fake)


@pytest.fixture
def served(kiosk_home: Home, attendant: Attendant) -> Callable[[ServiceKind], ServiceRequest]:
    """Asks for something and lets the printer's process do it."""

    def serve(kind: ServiceKind) -> ServiceRequest:
        number = kiosk_home.ask(kind)
        assert attendant.do_one()
        return kiosk_home.asked(number)

    return serve
