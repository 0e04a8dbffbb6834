from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import JobState
from kiosk.store import log
from kiosk.store.engine import writing
from kiosk.store.errors import DiskFull, StoreError
from kiosk.usecases import recording

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

FillDisk = Callable[[], None]
FreeDisk = Callable[[], None]


@pytest.fixture
def disk(at: Office) -> Iterator[tuple[FillDisk, FreeDisk]]:
    """Fill the disk to the last page, and free it again: SQLite's own limit plays the disk."""
    limit = [10**6]

    def keep_to_limit(connection: Any, *_: object) -> None:  # noqa: ANN401 - the driver is untyped
        connection.execute(f"PRAGMA max_page_count={limit[0]}")

    event.listen(at.home.engine, "checkout", keep_to_limit)

    def write_row(process: str) -> None:
        with writing(at.home.engine) as connection:
            started = AuditEvent.PROCESS_STARTED
            payload = {"process": process}
            log.append(connection, at.home.clock(), started, Actor.SYSTEM, payload)

    def fill() -> None:
        limit[0] = 1  # SQLite takes the present size instead
        for size in (3000, 300, 30):
            with suppress(DiskFull):
                for _ in range(100):
                    write_row("x" * size)

    def free() -> None:
        limit[0] = 10**6

    yield fill, free
    event.remove(at.home.engine, "checkout", keep_to_limit)


def fill_while_it_prints(
    at: Office, fill: FillDisk, printer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_send = printer.send  # type: ignore[attr-defined]

    def send(encoded: bytes, *, process_id: int) -> object:
        outcome = really_send(encoded, process_id=process_id)
        fill()
        return outcome

    monkeypatch.setattr(printer, "send", send)


def test_the_sticker_is_in_doubt_once_there_is_room_to_say_so(
    at: Office, disk: tuple[FillDisk, FreeDisk], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill, free = disk
    spool = at.spool()
    job = at.tap()
    fill_while_it_prints(at, fill, spool.printer, monkeypatch)
    monkeypatch.setattr(recording, "RECORD_PAUSES_S", (0, 0))
    with pytest.raises(StoreError, match="free disk space"):
        spool.do_one()
    assert at.screen(job).state is JobState.SENDING
    with pytest.raises(DiskFull):
        spool.do_one()
    free()
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    assert at.paper() == at.valid() == ["A0000001"]
    at.resolve(job, JobState.PRINTED, ["T-1", "T-2"], serial="A0000001")
    assert at.screen(job).state is JobState.PRINTED


def test_room_within_seconds_saves_the_outcome(
    at: Office, disk: tuple[FillDisk, FreeDisk], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill, free = disk
    spool = at.spool()
    job = at.tap()
    fill_while_it_prints(at, fill, spool.printer, monkeypatch)
    monkeypatch.setattr(recording.time, "sleep", lambda _: free())
    spool.do_one()
    view = at.screen(job)
    assert (view.state, view.evidence) == (JobState.PRINTED, ("process-id",))
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_disk_that_is_full_before_the_print_costs_no_paper(
    at: Office, disk: tuple[FillDisk, FreeDisk]
) -> None:
    fill, free = disk
    spool = at.spool()
    at.tap()
    fill()
    with pytest.raises(DiskFull):
        spool.do_one()
    assert at.valid() == at.paper() == []
    free()
    spool.do_one()
    assert at.paper() == at.valid() == ["A0000001"]
