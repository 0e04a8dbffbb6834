from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.store.engine import reading
from kiosk.store.proof import verify
from kiosk.usecases.resolving import ResolveProblem
from kiosk.usecases.stocking import reconcile

if TYPE_CHECKING:
    from kiosk.usecases.printing import Spool
    from tests.mishaps.conftest import Office

SETTINGS = """
[kiosk]
id = "BKK-5-1"
office = "BKK-5"
is_demo = true

[printer.sticker]
device = "{device}"

[keys]
ring = "ring"
kiosk = "kiosk.pem"
"""


def kill(at: Office, point: str) -> str:
    """Tap, let a printer process of its own print, and kill it there; return the job."""
    settings = at.home.folder / "kiosk.toml"
    settings.write_text(SETTINGS.format(device=at.emulator.address), encoding="utf-8")
    at.spool().printer.close()  # seen once, so that the screen takes a tap
    job = at.tap()
    program = Path(__file__).with_name("victim.py")
    now = at.home.clock.now.isoformat()
    ended = subprocess.run(
        [sys.executable, str(program), str(settings), point, now],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == -9, ended.stderr
    return job


def start_again(at: Office, job: str, state: JobState) -> Spool:
    """Run the printer process as it really starts, until it has recovered."""
    spool = at.spool()

    def is_settled() -> bool:
        kinds = [row[0] for row in at.home.sql("SELECT kind FROM job_evidence")]
        is_asked = state is not JobState.IN_DOUBT or "counter" in kinds
        return at.screen(job).state is state and is_asked

    at.run_until(is_settled, spool)
    return spool


def check_books(at: Office) -> None:
    assert all(roll.holds for roll in reconcile(at.home.engine))
    with reading(at.home.engine) as connection:
        assert type(verify(connection)).__name__ == "Verified"


@pytest.mark.parametrize("point", ["after_claim", "inside_the_sending_transaction"])
def test_before_anything_was_issued_the_request_is_simply_over(at: Office, point: str) -> None:
    job = kill(at, point)
    assert at.job() == "claimed"
    spool = start_again(at, job, JobState.CANCELLED)
    assert at.screen(job).cause == "process-started"
    assert at.valid() == at.paper() == []
    at.tap(visit="next")
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]
    check_books(at)


@pytest.mark.parametrize("point", ["before_the_first_byte", "in_the_middle"])
def test_before_the_cut_it_is_in_doubt_and_a_technician_who_saw_nothing_frees_it(
    at: Office, point: str
) -> None:
    job = kill(at, point)
    assert at.job() == "sending"
    spool = start_again(at, job, JobState.IN_DOUBT)
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.IN_DOUBT,))
    assert at.paper() == []
    at.emulator.machine.tear_off()
    at.resolve(job, JobState.NO_OUTPUT, ["T-1"])
    at.tap(visit="next")
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]
    check_books(at)


@pytest.mark.parametrize("point", ["after_the_cut", "inside_the_printed_transaction"])
def test_after_the_cut_it_is_in_doubt_and_never_comes_out_again(at: Office, point: str) -> None:
    job = kill(at, point)
    assert at.job() == "sending"
    spool = start_again(at, job, JobState.IN_DOUBT)
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.IN_DOUBT,))
    assert not spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]
    with pytest.raises(ResolveProblem, match="went from 0 to 1"):
        at.resolve(job, JobState.NO_OUTPUT, ["T-1"])
    at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial=at.paper()[0])
    assert at.desk.request_print("REF0000001", "next") == Refused((Reason.ALREADY_PRINTED,))
    assert at.paper() == ["A0000001"]
    check_books(at)


def test_after_printed_was_written_down_everything_is_known(at: Office) -> None:
    job = kill(at, "after_printed")
    assert at.screen(job).state is JobState.PRINTED
    spool = start_again(at, job, JobState.PRINTED)
    assert not spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]
    check_books(at)


def test_killed_again_while_it_recovers_it_is_still_in_doubt(at: Office) -> None:
    job = kill(at, "after_the_cut")
    spool = start_again(at, job, JobState.IN_DOUBT)
    spool.printer.close()
    start_again(at, job, JobState.IN_DOUBT)
    assert at.paper() == at.valid() == ["A0000001"]
    assert at.home.events().count("job-in-doubt") == 1
