from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import Result

from kiosk.domain.printing import Doubt

if TYPE_CHECKING:
    from conftest import Spooled

SERIAL = "A0000001"


@pytest.fixture
def doubt(spooled: Spooled) -> str:
    """The id of a job in doubt, after the printer was cleared and counted."""
    job = spooled.take(Doubt("paper-out", 900))
    spooled.recover()
    return job


def shown(spooled: Spooled, job: str) -> dict[str, object]:
    return json.loads(spooled.kiosk.ok("job", "show", job, "--json"))


def resolve(spooled: Spooled, job: str, outcome: str, *more: str) -> Result:
    words = ("job", "resolve", job, "--as", outcome, "--pins", "-", *more)
    return spooled.kiosk.run(*words, typed=spooled.kiosk.pins)


SAYS = ("--why", "looked into the tray")
TWO = ("--by", "T-101", "--by", "S-201")


def test_a_printed_job_shows_its_serial_times_and_evidence(spooled: Spooled) -> None:
    job = spooled.take()
    found = shown(spooled, job)
    assert (found["state"], found["serial"], found["sticker"]) == ("printed", SERIAL, "valid")
    assert [evidence["kind"] for evidence in found["evidence"]] == ["process-id"]
    page = spooled.kiosk.ok("job", "show", job)
    assert "sending_at" in page
    assert "process-id by system" in page


def test_jobs_are_listed_newest_first_and_by_state(spooled: Spooled) -> None:
    job = spooled.take()
    assert [one["id"] for one in json.loads(spooled.kiosk.ok("job", "list", "--json"))] == [job]
    assert json.loads(spooled.kiosk.ok("job", "list", "--state", "in_doubt", "--json")) == []
    assert spooled.reference in spooled.kiosk.ok("job", "list", "-n", "1")


def test_the_serial_of_a_doubt_is_masked_everywhere(spooled: Spooled, doubt: str) -> None:
    for words in (("list",), ("list", "--json"), ("show", doubt), ("show", doubt, "--json")):
        assert SERIAL not in spooled.kiosk.ok("job", *words)


def test_two_people_and_the_paper_end_a_doubt_as_printed(spooled: Spooled, doubt: str) -> None:
    result = resolve(spooled, doubt, "printed", *TWO, *SAYS, "--serial", SERIAL)
    assert result.stdout == f"Job {doubt} of {spooled.reference} is printed.\n"
    assert shown(spooled, doubt)["sticker"] == "valid"


def test_one_person_is_not_two(spooled: Spooled, doubt: str) -> None:
    by = ("--by", "T-101", "--by", "T-101")
    result = resolve(spooled, doubt, "printed", *by, *SAYS, "--serial", SERIAL)
    assert result.exit_code == 1
    assert "takes 2 different people, here are 1" in result.stderr
    assert shown(spooled, doubt)["state"] == "in_doubt"


def test_a_serial_of_another_paper_ends_nothing(spooled: Spooled, doubt: str) -> None:
    result = resolve(spooled, doubt, "printed", *TWO, *SAYS, "--serial", "A0000002")
    assert result.exit_code == 1
    assert SERIAL not in result.stderr
    assert shown(spooled, doubt)["state"] == "in_doubt"


def test_nothing_came_out_when_the_counter_stood_still(spooled: Spooled, doubt: str) -> None:
    assert resolve(spooled, doubt, "no-output", "--by", "T-101", *SAYS).exit_code == 0
    assert shown(spooled, doubt)["sticker"] == "void (no-output)"


def test_something_came_out_when_the_counter_moved(spooled: Spooled) -> None:
    job = spooled.take(Doubt("paper-out", 900))
    spooled.printer.cuts += 1
    spooled.recover()
    result = resolve(spooled, job, "no-output", "--by", "T-101", *SAYS)
    assert result.exit_code == 1
    assert "went from 0 to 1" in result.stderr


def test_a_spoiled_sticker_is_void(spooled: Spooled, doubt: str) -> None:
    assert resolve(spooled, doubt, "spoiled", *TWO, *SAYS, "--serial", SERIAL).exit_code == 0
    assert shown(spooled, doubt)["sticker"] == "void (spoiled)"


def test_pins_are_asked_for_one_by_one(spooled: Spooled, doubt: str) -> None:
    words = ("job", "resolve", doubt, "--as", "no-output", "--by", "T-101", *SAYS)
    result = spooled.kiosk.run(*words, typed=f"{spooled.kiosk.pin}\n")
    assert "PIN of T-101" in result.stderr
    assert spooled.kiosk.pin not in result.output


def test_an_unknown_job_is_said(spooled: Spooled) -> None:
    said = spooled.kiosk.refuses("job", "show", "none")
    assert said == "there is no job none; `kiosk job list` shows them"
