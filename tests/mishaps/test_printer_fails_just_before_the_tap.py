"""The tap comes within the second in which the screen does not know of the fault yet."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.sticker.code import collection_code
from kiosk.ui.app import create_app
from kiosk.ui.settings import UiSettings
from kiosk.usecases.printing import Spool

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

REFERENCE = "REF0000001"


class Visitor:
    """Somebody at the screen who scanned central's code."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""
        self._see("/")

    def _see(self, path: str) -> None:
        self.page = self.client.get(path, follow_redirects=True).text

    def post(self, path: str, **fields: str) -> None:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        assert found is not None
        form = {"csrf_token": found[1], **fields}
        self.page = self.client.post(path, data=form, follow_redirects=True).text

    def wait(self) -> None:
        self._see("/printing")

    @property
    def codes(self) -> list[str]:
        """The codes of what the screen says, each once."""
        return sorted(set(re.findall(r"K-\d{3}", self.page)))


@pytest.fixture
def visitor(at: Office) -> Visitor:
    app = create_app(at.desk, UiSettings(), at.home.clock)
    return Visitor(app.test_client())


@pytest.fixture
def tap(at: Office, visitor: Visitor) -> Callable[[], None]:
    def scan_and_tap() -> None:
        code = collection_code(REFERENCE, at.home.clock(), at.home.central)
        visitor.post("/scan", text=code)
        visitor.post("/print")

    return scan_and_tap


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("paper-out", "K-303"),
        ("cover-open", "K-304"),
        ("offline", "K-307"),
        ("unrecoverable", "K-306"),
        ("silent", "K-302"),
        ("power-cut", "K-301"),
    ],
)
def test_the_person_is_told_the_real_reason(
    at: Office, visitor: Visitor, tap: Callable[[], None], fault: str, code: str
) -> None:
    spool = at.spool()
    at.emulator.inject(fault)
    tap()
    spool.do_one()
    visitor.wait()
    assert visitor.codes == [code]
    assert at.job() == "cancelled"
    assert at.valid() == at.paper() == []


def test_the_next_tap_after_the_refill_prints(
    at: Office, visitor: Visitor, tap: Callable[[], None]
) -> None:
    spool = at.spool()
    at.emulator.inject("paper-out")
    tap()
    spool.do_one()
    visitor.wait()
    at.emulator.mend("paper-out")
    spool.saw()
    tap()
    spool.do_one()
    visitor.wait()
    assert visitor.codes == []
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_fault_between_the_last_look_and_the_first_byte_is_told_too(
    at: Office, visitor: Visitor, tap: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = at.spool()
    look_again(spool, at, monkeypatch)
    tap()
    spool.do_one()
    visitor.wait()
    assert visitor.codes == ["K-304"]
    assert at.job() == "no_output"
    assert at.valid() == at.paper() == []


def look_again(spool: Spool, at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the cover be opened just after the spool asked how the printer is."""
    ask = spool.printer.status

    def ask_then_open() -> PrinterStatus:
        status = ask()
        at.emulator.inject("cover-open")
        return status

    assert ask().state is PrinterState.READY
    monkeypatch.setattr(spool.printer, "status", ask_then_open)


def test_a_refund_within_the_second_is_told_as_a_refund(
    at: Office, visitor: Visitor, tap: Callable[[], None]
) -> None:
    spool = at.spool()
    tap()
    at.home.take_in(at.home.signed(version=2, status="refunded"))
    spool.do_one()
    visitor.wait()
    assert visitor.codes == ["K-103"]
    assert at.paper() == []
