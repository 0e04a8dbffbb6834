"""A print in doubt: what is shown, who has to say what, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.printer.fakes import FakePrinter
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import gather_evidence

if TYPE_CHECKING:
    from tests.conftest import Home
    from tests.ui.technician.conftest import Technician

WHOLE = {"seen": "whole", "serial": "a-0000001", "why": "seen-whole"}
SECOND = {"badge_2": "S-201", "pin_2": "314159"}


def test_doubt_is_on_the_first_page_and_shows_neither_serial_nor_code(
    technician: Technician, doubt: str
) -> None:
    assert f"/technician/doubts/{doubt}" in technician.get().text
    page = technician.get(f"/technician/doubts/{doubt}")
    assert "A0000001" not in page.text
    picture = technician.get(f"/technician/doubts/{doubt}/picture")
    assert picture.mimetype == "image/png"


def test_two_people_call_a_sticker_printed(
    kiosk_home: Home, technician: Technician, doubt: str
) -> None:
    technician.post(f"/technician/doubts/{doubt}", **WHOLE, **SECOND)
    assert technician.told == "yes"
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.PRINTED
    people = [row[0] for row in kiosk_home.sql("SELECT by FROM job_evidence WHERE kind = 'staff'")]
    assert people == ["staff:T-101", "staff:S-201"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pin_2": "000000"},
        {"badge_2": "T-101", "pin_2": "271828"},
        {"badge_2": "", "pin_2": ""},
        {"serial": "A0000002"},
        {"serial": ""},
        {"why": ""},
        {"seen": ""},
        {"seen": "none"},
    ],
)
def test_doubt_stays_while_anything_is_missing(
    kiosk_home: Home, technician: Technician, doubt: str, wrong: dict[str, str]
) -> None:
    form = WHOLE | SECOND | wrong | {"back": f"doubt:{doubt}"}
    technician.post(f"/technician/doubts/{doubt}", **form)
    assert technician.told == "no"
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.IN_DOUBT


def test_what_was_typed_is_not_typed_again_but_pins_are(technician: Technician, doubt: str) -> None:
    form = WHOLE | SECOND | {"pin_2": "909090", "note": "by the slot", "back": f"doubt:{doubt}"}
    page = technician.post(f"/technician/doubts/{doubt}", **form).text
    for kept in ("a-0000001", "S-201", "by the slot"):
        assert f'value="{kept}"' in page
    assert "909090" not in page
    assert "by the slot" not in technician.get(f"/technician/doubts/{doubt}").text


def test_half_a_sticker_is_spoiled_and_its_right_is_free(
    kiosk_home: Home, technician: Technician, doubt: str
) -> None:
    form = {"seen": "half", "serial": "A0000001", "why": "jam"} | SECOND
    technician.post(f"/technician/doubts/{doubt}", **form)
    assert kiosk_home.one("SELECT validity FROM issues") == "void"
    assert kiosk_home.one("SELECT fate FROM blanks WHERE serial = 'A0000001'") == "spoiled"


def test_nothing_came_out_takes_the_printers_word_and_one_person(
    kiosk_home: Home,
    technician: Technician,
    doubt: str,
    spool: Spool,
    fake: FakePrinter,
) -> None:
    form = {"seen": "none", "why": "paper-end", "back": f"doubt:{doubt}"}
    technician.post(f"/technician/doubts/{doubt}", **form)
    assert technician.told == "no"
    gather_evidence(kiosk_home.engine, fake, kiosk_home.clock, lambda: None)
    technician.post(f"/technician/doubts/{doubt}", **form)
    assert kiosk_home.one("SELECT state FROM jobs") == JobState.NO_OUTPUT


def test_doubt_resolved_elsewhere_meanwhile_leads_home(technician: Technician, doubt: str) -> None:
    technician.post(f"/technician/doubts/{doubt}", **WHOLE, **SECOND)
    assert technician.get(f"/technician/doubts/{doubt}").request.path == "/technician/"
