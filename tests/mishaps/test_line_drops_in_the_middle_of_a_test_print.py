from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.job import JobState
from kiosk.domain.service import ServiceKind, ServiceOutcome
from kiosk.sticker.picture import draw
from kiosk.store import issues, jobs, people
from kiosk.store.engine import reading, writing

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

SPENT, NEXT = "A0000001", "A0000002"


def test_its_blank_is_spent_and_the_next_sticker_is_whole(at: Office) -> None:
    home, spool = at.home, at.spool()
    with writing(home.engine) as connection:
        now = home.clock()
        people.add(connection, badge="T-101", name="A", role="technician", pin_hash="-", at=now)
    number = home.ask(ServiceKind.TEST_PRINT)
    at.emulator.inject("disconnect@9000")
    home.attendant(spool.printer).do_one()
    request = home.asked(number)
    assert (request.outcome, request.serial) == (ServiceOutcome.NOT_KNOWN, SPENT)
    assert home.fate(SPENT) == "spoiled"
    assert at.paper() == []

    job = at.tap()
    spool.do_one()
    assert at.screen(job).state is JobState.PRINTED
    with reading(home.engine) as connection:
        printed = jobs.by_id(connection, job)
        assert printed is not None
        issue = issues.of_job(connection, printed)
    assert issue is not None
    assert at.valid() == [NEXT]
    drawn = draw(issue.fields, home.template, issue.code).picture
    assert drawn.bits in at.emulator.tray.pieces[-1].bits
