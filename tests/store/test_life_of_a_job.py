"""The queries take a job along every legal way, and the database stops the shortcuts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from kiosk.domain.job import JobState, VoidReason
from kiosk.domain.sticker import StickerFields, sticker_fields
from kiosk.store import issues, jobs, stock
from kiosk.store.engine import writing
from kiosk.store.jobs import Job
from tests.records import PAYABLE

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
S = JobState


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A write transaction on a kiosk with one paid renewal and three blanks."""
    with writing(engine) as opened:
        opened.exec_driver_sql(
            "INSERT INTO renewals VALUES"
            " (1, 'R1', 3, 'paid', 'กก1', 'd', 'BKK-5-1', 2, x'7b7d', '2026')"
        )
        stock.load(opened, ["A1", "A2", "A3"], mode="plain", by="staff:1", at=NOON)
        yield opened


def fields(serial: str) -> StickerFields:
    return sticker_fields(
        PAYABLE, office_name="เขต ๕", is_specimen=True, serial=serial, issued_at=NOON
    )


def now(connection: Connection, job: Job) -> Job:
    found = jobs.by_id(connection, job.id)
    assert found is not None
    return found


def requested(connection: Connection, job_id: str = "J1") -> Job:
    return jobs.add(
        connection, job_id=job_id, reference="R1", version=3, fence=2, visit="v", at=NOON
    )


def claimed(connection: Connection, job_id: str = "J1") -> Job:
    job = requested(connection, job_id)
    serial = stock.next_blank(connection)
    assert jobs.step(connection, job, S.CLAIMED, serial=serial, printer="main", claimed_at=NOON)
    return now(connection, job)


def issue(connection: Connection, job: Job) -> None:
    assert job.serial is not None
    assert stock.set_fate(connection, job.serial, "left", "issued")
    issues.add(connection, job, fields(job.serial), code="c")


def sending(connection: Connection, job_id: str = "J1") -> Job:
    job = claimed(connection, job_id)
    issue(connection, job)
    assert jobs.step(connection, job, S.SENDING, sending_at=NOON, cuts_before=7)
    return now(connection, job)


def know(connection: Connection, job: Job, kind: str) -> None:
    jobs.add_evidence(connection, job, kind, {}, by="system", at=NOON)


def test_sticker_comes_out_and_is_taken(connection: Connection) -> None:
    job = sending(connection)
    know(connection, job, "process-id")
    assert jobs.step(connection, job, S.PRINTED, ended_at=NOON)
    assert jobs.set_taken(connection, now(connection, job), NOON)
    found = issues.valid_for(connection, "R1")
    assert found is not None
    assert found.serial == "A1"
    assert stock.next_blank(connection) == "A2"


def test_serial_of_a_print_without_paper_is_used_by_the_next(connection: Connection) -> None:
    job = sending(connection)
    know(connection, job, "not-sent")
    assert jobs.step(connection, job, S.NO_OUTPUT, ended_at=NOON)
    found = issues.of_job(connection, job)
    assert found is not None
    assert issues.void(connection, found, VoidReason.NO_OUTPUT)
    assert stock.set_fate(connection, "A1", "issued", "left")
    again = sending(connection, "J2")
    assert (again.serial, again.attempt) == ("A1", 2)


def test_doubt_blocks_the_renewal_until_people_end_it(connection: Connection) -> None:
    job = sending(connection)
    assert jobs.step(connection, job, S.IN_DOUBT)
    with pytest.raises(IntegrityError, match="jobs: such a row exists"):
        requested(connection, "J2")
    know(connection, job, "processed")
    with pytest.raises(IntegrityError, match="jobs: only people end a doubt"):
        jobs.step(connection, now(connection, job), S.PRINTED)
    know(connection, job, "staff")
    assert jobs.step(connection, now(connection, job), S.SPOILED)
    assert stock.set_fate(connection, "A1", "issued", "spoiled")


def test_nothing_is_sent_without_an_issue(connection: Connection) -> None:
    job = claimed(connection)
    with pytest.raises(IntegrityError, match="jobs: nothing is sent without a valid issue"):
        jobs.step(connection, job, S.SENDING)


def test_nothing_is_issued_before_the_claim(connection: Connection) -> None:
    job = requested(connection)
    stock.set_fate(connection, "A1", "left", "issued")
    with pytest.raises(IntegrityError, match="issues: an issue belongs to a claimed job"):
        issues.add(connection, job, fields("A1"), code="c")


def test_refund_that_arrives_after_the_claim_stops_the_print(connection: Connection) -> None:
    job = claimed(connection)
    issue(connection, job)
    connection.exec_driver_sql("UPDATE renewals SET version = 4, status = 'refunded'")
    with pytest.raises(IntegrityError, match="jobs: the renewal is not paid"):
        jobs.step(connection, job, S.SENDING)


def test_second_sticker_for_a_printed_renewal_is_impossible(connection: Connection) -> None:
    job = sending(connection)
    know(connection, job, "process-id")
    jobs.step(connection, job, S.PRINTED)
    again = claimed(connection, "J2")
    with pytest.raises(IntegrityError, match="issues: such a row exists"):
        issue(connection, again)


def test_job_with_an_issue_is_never_just_cancelled(connection: Connection) -> None:
    job = claimed(connection)
    issue(connection, job)
    with pytest.raises(IntegrityError, match="jobs: a job that issued a sticker"):
        jobs.step(connection, job, S.CANCELLED)


def test_end_of_a_roll_returns_what_is_left(connection: Connection) -> None:
    sending(connection)
    roll = stock.loaded(connection)
    assert roll is not None
    assert stock.end_roll(connection, roll, NOON) == 2
    (found,) = stock.all_rolls(connection)
    assert (found.issued, found.returned, found.left, found.spoiled) == (1, 2, 0, 0)
