from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.printing import Capabilities, Doubt
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaidRecord
from kiosk.printer.fakes import FakePrinter
from kiosk.store.people import Person
from kiosk.usecases.permitting import NotAllowed
from kiosk.usecases.recovery import gather_evidence
from kiosk.usecases.resolving import ResolveProblem, Statement, resolve
from kiosk.usecases.stocking import load_roll, read_in, reconcile
from kiosk.usecases.views import JobView

if TYPE_CHECKING:
    from tests.conftest import Home

REFERENCE = "REF0000001"
SERIAL = "A0000001"


def person(home: Home, badge: str) -> Person:
    role = "registrar" if badge.startswith("R") else "technician"
    return Person(badge, badge, role, "", 0, None, home.clock.now, None)


def say(
    home: Home,
    outcome: JobState,
    *,
    by: tuple[str, ...] = ("T-1", "T-2"),
    serial: str | None = None,
    why: str = "looked",
) -> None:
    job_id = home.one("SELECT id FROM jobs WHERE state IN ('in_doubt', 'printed')")
    people = [person(home, badge) for badge in by]
    resolve(
        home.engine, home.clock, job_id, Statement(outcome, people, serial, why), people_needed=2
    )


def ended(home: Home) -> tuple[str, str, str | None, str]:
    """Return the job's state, its issue's validity and reason, and its blank's fate."""
    [row] = home.sql(
        "SELECT jobs.state, validity, void_reason, fate FROM jobs JOIN issues"
        " ON job_number = jobs.number JOIN blanks ON blanks.serial = issues.serial"
    )
    return row  # type: ignore[return-value]


def lose_line(home: Home, printer: FakePrinter) -> None:
    """Ask for the sticker, of which 100 bytes leave."""
    spool = home.spool(printer)
    home.desk().request_print(REFERENCE, "visit")
    printer.script(Doubt("line lost", 100))
    spool.do_one()


def gather(home: Home, printer: FakePrinter) -> None:
    gather_evidence(home.engine, printer, home.clock, lambda: None)


@pytest.fixture
def unasked(kiosk_home: Home, record: Callable[..., PaidRecord], fake: FakePrinter) -> Home:
    """A sticker of which 100 bytes left; the printer was not asked yet."""
    record()
    lose_line(kiosk_home, fake)
    return kiosk_home


@pytest.fixture
def in_doubt(unasked: Home, fake: FakePrinter) -> Home:
    """A sticker of which 100 bytes left; the printer is clear and cut nothing."""
    gather(unasked, fake)
    return unasked


def can_ask_again(home: Home) -> bool:
    return isinstance(home.desk().request_print(REFERENCE, "next"), JobView)


def test_two_people_who_hold_the_sticker_call_it_printed(in_doubt: Home) -> None:
    say(in_doubt, JobState.PRINTED, serial="a-0000001")
    assert ended(in_doubt) == ("printed", "valid", None, "issued")
    assert not can_ask_again(in_doubt)
    assert in_doubt.desk().machine().reasons == ()


def test_two_people_spoil_it_and_the_owner_may_ask_again(in_doubt: Home) -> None:
    say(in_doubt, JobState.SPOILED, serial=SERIAL)
    assert ended(in_doubt) == ("spoiled", "void", "spoiled", "spoiled")
    assert can_ask_again(in_doubt)


def test_one_technician_who_sees_no_paper_frees_the_blank(in_doubt: Home) -> None:
    say(in_doubt, JobState.NO_OUTPUT, by=("T-1",))
    assert ended(in_doubt) == ("no_output", "void", "no-output", "left")
    assert can_ask_again(in_doubt)
    assert all(roll.holds for roll in reconcile(in_doubt.engine))


@pytest.mark.parametrize(
    ("outcome", "by", "serial"),
    [
        (JobState.NO_OUTPUT, ("R-1",), None),
        (JobState.PRINTED, ("R-1", "R-2"), SERIAL),
        (JobState.SPOILED, ("R-1", "R-2"), SERIAL),
    ],
)
def test_registrars_by_themselves_end_no_doubt(
    in_doubt: Home, outcome: JobState, by: tuple[str, ...], serial: str | None
) -> None:
    with pytest.raises(NotAllowed, match="technician"):
        say(in_doubt, outcome, by=by, serial=serial)
    assert ended(in_doubt)[0] == "in_doubt"
    assert in_doubt.events()[-1] == "act-refused"


@pytest.mark.parametrize("by", [("T-1", "R-1"), ("R-1", "T-1")])
def test_a_registrar_is_the_second_person(in_doubt: Home, by: tuple[str, ...]) -> None:
    say(in_doubt, JobState.PRINTED, by=by, serial=SERIAL)
    assert ended(in_doubt)[0] == "printed"


def test_who_said_what_stands_in_evidence_log_and_outbox(in_doubt: Home) -> None:
    say(in_doubt, JobState.SPOILED, serial=SERIAL, why="ขาด")
    by = in_doubt.sql("SELECT by FROM job_evidence WHERE kind = 'staff'")
    assert by == [("staff:T-1",), ("staff:T-2",)]
    assert in_doubt.events()[-4:] == [
        "evidence-added",
        "evidence-added",
        "issue-voided",
        "job-spoiled",
    ]
    kinds = [row[0] for row in in_doubt.sql("SELECT kind FROM print_log ORDER BY number")]
    assert kinds == ["job-sending", "job-in-doubt", "issue-voided", "job-spoiled"]
    detail = json.loads(in_doubt.sql("SELECT detail FROM job_evidence ORDER BY id DESC")[0][0])
    assert detail == {"says": "spoiled", "serial_seen": True, "why": "ขาด"}


@pytest.mark.parametrize(
    ("outcome", "by", "serial", "words"),
    [
        (JobState.PRINTED, ("T-1",), SERIAL, "takes 2 different people, here are 1"),
        (JobState.PRINTED, ("T-1", "T-1"), SERIAL, "takes 2 different people, here are 1"),
        (JobState.PRINTED, ("T-1", "T-2"), None, "scan the serial"),
        (JobState.PRINTED, ("T-1", "T-2"), "A0000002", "A0000002 is not the one"),
        (JobState.SPOILED, ("T-1",), SERIAL, "takes 2 different people"),
        (JobState.SPOILED, ("T-1", "T-2"), "A0000002", "A0000002 is not the one"),
        (JobState.NO_OUTPUT, (), None, "nobody says so"),
        (JobState.NO_OUTPUT, ("T-1",), SERIAL, "so there is paper"),
        (JobState.CANCELLED, ("T-1", "T-2"), SERIAL, "cannot be called cancelled"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(
    in_doubt: Home, outcome: JobState, by: tuple[str, ...], serial: str | None, words: str
) -> None:
    before = in_doubt.events()
    with pytest.raises(ResolveProblem, match=words):
        say(in_doubt, outcome, by=by, serial=serial)
    assert ended(in_doubt) == ("in_doubt", "valid", None, "issued")
    assert in_doubt.events() == before


def test_a_wrong_serial_does_not_give_the_right_one_away(in_doubt: Home) -> None:
    with pytest.raises(ResolveProblem) as problem:
        say(in_doubt, JobState.PRINTED, serial="A0000007")
    assert SERIAL not in str(problem.value)


@pytest.mark.parametrize(
    ("outcome", "serial"),
    [(JobState.PRINTED, SERIAL), (JobState.SPOILED, SERIAL), (JobState.NO_OUTPUT, None)],
)
def test_the_doubt_ends_when_people_say_so(
    in_doubt: Home, outcome: JobState, serial: str | None
) -> None:
    in_doubt.clock.pass_(hours=2)
    say(in_doubt, outcome, serial=serial)
    view = in_doubt.desk().job(in_doubt.one("SELECT id FROM jobs"))
    assert view is not None
    assert view.ended_at == in_doubt.clock()


def test_words_are_asked_for(in_doubt: Home) -> None:
    with pytest.raises(ResolveProblem, match="say why"):
        say(in_doubt, JobState.SPOILED, serial=SERIAL, why="  ")


def test_a_job_that_is_unknown_or_ended_cannot_be_resolved(in_doubt: Home) -> None:
    statement = Statement(JobState.SPOILED, [person(in_doubt, "T-1")], None, "x")
    with pytest.raises(ResolveProblem, match="no job J-9"):
        resolve(in_doubt.engine, in_doubt.clock, "J-9", statement, people_needed=1)
    job_id = in_doubt.one("SELECT id FROM jobs")
    say(in_doubt, JobState.SPOILED, serial=SERIAL)
    with pytest.raises(ResolveProblem, match="is spoiled and cannot"):
        resolve(in_doubt.engine, in_doubt.clock, job_id, statement, people_needed=1)


def test_a_printed_sticker_is_spoiled_later_by_two_people(in_doubt: Home) -> None:
    say(in_doubt, JobState.PRINTED, serial=SERIAL)
    with pytest.raises(ResolveProblem, match="cannot be called no_output"):
        say(in_doubt, JobState.NO_OUTPUT, by=("T-1",))
    with pytest.raises(ResolveProblem, match="2 different people"):
        say(in_doubt, JobState.SPOILED, by=("T-1",), serial=SERIAL)
    with pytest.raises(ResolveProblem, match="scan the serial"):
        say(in_doubt, JobState.SPOILED)  # a confirmed sticker exists: it has to be there
    say(in_doubt, JobState.SPOILED, serial=SERIAL)
    assert ended(in_doubt) == ("spoiled", "void", "spoiled", "spoiled")
    assert can_ask_again(in_doubt)


# NO_OUTPUT needs more than words


def test_no_output_is_not_believed_before_the_printer_was_asked(unasked: Home) -> None:
    with pytest.raises(ResolveProblem, match="buffer is clear"):
        say(unasked, JobState.NO_OUTPUT, by=("T-1",))


def test_no_output_is_not_believed_when_the_cutter_moved(unasked: Home, fake: FakePrinter) -> None:
    fake.cuts += 1
    gather(unasked, fake)
    with pytest.raises(ResolveProblem, match="went from 0 to 1") as problem:
        say(unasked, JobState.NO_OUTPUT, by=("T-1",))
    assert problem.value.params == {"before": "0", "after": "1"}


@pytest.mark.parametrize(
    ("can_count", "can_clear", "words"),
    [(False, True, "went from None to None"), (True, False, "buffer is clear")],
)
def test_a_printer_that_tells_too_little_gives_no_evidence_of_nothing(
    kiosk_home: Home,
    record: Callable[..., PaidRecord],
    words: str,
    *,
    can_count: bool,
    can_clear: bool,
) -> None:
    known = Capabilities(process_id=True, counters=can_count, clear_buffer=can_clear)
    clone = FakePrinter("sticker", known)
    record()
    lose_line(kiosk_home, clone)
    gather(kiosk_home, clone)
    with pytest.raises(ResolveProblem, match=words):
        say(kiosk_home, JobState.NO_OUTPUT, by=("T-1",))
    say(kiosk_home, JobState.SPOILED)  # the way out: void, whether or not paper turns up
    assert can_ask_again(kiosk_home)


# A numbered roll may have moved


@pytest.fixture
def numbered(bare_home: Home) -> Home:
    """A payable renewal, and a numbered roll with N1 under the head."""
    load_roll(bare_home.engine, bare_home.clock, first="N1", last="N5", mode="numbered")
    read_in(bare_home.engine, bare_home.clock, "N1")
    bare_home.take_in(bare_home.signed())
    return bare_home


def test_after_a_doubt_the_number_under_the_head_is_read_in_again(
    numbered: Home, fake: FakePrinter
) -> None:
    lose_line(numbered, fake)
    desk = numbered.desk()
    assert desk.machine().reasons == (Reason.PRINTER_IN_DOUBT, Reason.STOCK_NOT_READ_IN)
    gather(numbered, fake)
    # Somebody pulls blank N1 out and reads in before the doubt is resolved.
    read_in(numbered.engine, numbered.clock, "N2")
    say(numbered, JobState.NO_OUTPUT, by=("T-1",))
    assert desk.machine().reasons == (Reason.STOCK_NOT_READ_IN,)
    assert read_in(numbered.engine, numbered.clock, "N2") == ["N1"]
    desk.request_print(REFERENCE, "visit")
    numbered.spool(fake).do_one()
    assert numbered.sql("SELECT serial FROM issues WHERE validity = 'valid'") == [("N2",)]


def test_a_sticker_that_is_spoiled_later_does_not_stop_the_roll(
    numbered: Home, fake: FakePrinter
) -> None:
    spool, desk = numbered.spool(fake), numbered.desk()
    desk.request_print(REFERENCE, "visit")
    spool.do_one()
    say(numbered, JobState.SPOILED, serial="N1")
    assert desk.machine().reasons == ()
