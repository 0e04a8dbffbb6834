"""Bugs planted on purpose, to show that the torture finds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from kiosk.domain.audit import Actor
from kiosk.domain.job import JobState
from kiosk.domain.service import ServiceOutcome
from kiosk.printer import process
from kiosk.sticker.picture import draw
from kiosk.store import engine as store_engine
from kiosk.store import issues, jobs
from kiosk.store.engine import reading, writing
from kiosk.usecases import printing, request_steps
from kiosk.usecases.outcomes import call_printed, nothing_came_out
from tests.torture.house import House


class Bug(StrEnum):
    """A mistake that somebody could make."""

    RETRY_IN_RECOVERY = "retry-in-recovery"
    SENDING_AFTER_FIRST_BYTE = "sending-after-first-byte"
    MISSING_INDEX = "missing-index"
    SYNC_NORMAL = "sync-normal"
    COUNTER_ALONE = "counter-alone"
    BLANK_BACK = "blank-back"


def plant(bug: Bug, house: House) -> None:
    """Make the mistake in this process."""
    _PLANTS[bug](house)


def _retry_in_recovery(house: House) -> None:
    """After a restart the sticker that was being sent is sent once more."""

    def resend(engine: Any, printer: Any, clock: Any, wait: Any) -> None:  # noqa: ANN401 - a stand-in
        with reading(engine) as connection:
            doubts = jobs.in_state(connection, JobState.IN_DOUBT, printer=printer.name)
            sent = [(job, issues.of_job(connection, job)) for job in doubts]
        for job, issue in sent:
            if issue is None:
                continue
            picture = draw(issue.fields, house.template, issue.code).picture
            printer.send(printer.encode(picture, job.number), process_id=job.number)
            with writing(engine) as connection:
                _end(connection, job, call_printed)

    process.gather_evidence = resend


def _sending_after_first_byte(_house: House) -> None:
    """The bytes leave first, and then it is written down that they do."""

    def print_first(spool: Any, job: Any) -> None:  # noqa: ANN401 - a stand-in
        prepared = spool._prepare(job)
        if not spool.printer.status().is_ready:
            spool._cancel(job, printing.CancelCause.PRINTER_NOT_READY)
            return
        outcome = spool.printer.send(prepared.job_bytes, process_id=job.number)
        sending = spool._start_sending(job, prepared, None)
        if sending is not None:
            printing.record_outcome(spool.engine, sending, outcome, spool.clock, print_ms=0)

    printing.Spool._print = print_first


def _missing_index(house: House) -> None:
    """Somebody's migration forgot an index."""
    with writing(house.engine) as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'issues'"
            " AND sql LIKE '%UNIQUE%'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f"DROP INDEX {name}")


def _sync_normal(_house: House) -> None:
    """Commits are handed to the kernel and not to the disk."""
    as_it_should = store_engine._set_pragmas

    def in_haste(connection: Any) -> None:  # noqa: ANN401 - the driver is untyped
        as_it_should(connection)
        connection.execute("PRAGMA synchronous=NORMAL")

    store_engine._set_pragmas = in_haste


def _counter_alone(_house: House) -> None:
    """The counter did not move, so nothing came out, did it?"""

    def trust(engine: Any, printer: Any, clock: Any, wait: Any) -> None:  # noqa: ANN401 - a stand-in
        with writing(engine) as connection:
            for job in jobs.in_state(connection, JobState.IN_DOUBT, printer=printer.name):
                if printer.cut_count() in (None, job.cuts_before):
                    _end(connection, job, nothing_came_out)

    process.gather_evidence = trust


def _blank_back(_house: House) -> None:
    """A test print that was interrupted surely did not use its blank?"""
    as_it_should = request_steps.account

    def forget(
        connection: Any,  # noqa: ANN401 - a stand-in
        request: Any,  # noqa: ANN401 - as above
        serial: str,
        outcome: ServiceOutcome,
        *,
        at: datetime,
    ) -> None:
        if outcome is ServiceOutcome.STOPPED:
            outcome = ServiceOutcome.NOT_READY
        as_it_should(connection, request, serial, outcome, at=at)

    request_steps.account = forget


def _end(connection: Any, job: Any, how: Callable[..., None]) -> None:  # noqa: ANN401 - a stand-in
    # The database wants people's word, so the bug makes one up.
    jobs.add_evidence(connection, job, "staff", {}, by="planted", at=job.sending_at)
    how(connection, job, at=job.sending_at, actor=Actor.SYSTEM, evidence="planted")


_PLANTS: dict[Bug, Callable[[House], None]] = {
    Bug.RETRY_IN_RECOVERY: _retry_in_recovery,
    Bug.SENDING_AFTER_FIRST_BYTE: _sending_after_first_byte,
    Bug.MISSING_INDEX: _missing_index,
    Bug.SYNC_NORMAL: _sync_normal,
    Bug.COUNTER_ALONE: _counter_alone,
    Bug.BLANK_BACK: _blank_back,
}
