from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.job import JobState
from kiosk.printer.process import run_spool

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

PATIENCE_S = 10


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def test_the_sticker_is_finished_and_nothing_new_begins(at: Office) -> None:
    spool, stop = at.spool(), threading.Event()
    at.emulator.inject("real-speed@300")
    running = threading.Thread(target=run_spool, args=(spool, stop), kwargs={"settle_s": 1.0})
    running.start()
    until(lambda: at.desk.machine().reasons == ())
    job = at.tap()
    until(lambda: at.screen(job).state is JobState.SENDING)
    stop.set()
    running.join(PATIENCE_S)
    assert not running.is_alive()
    assert at.screen(job).state is JobState.PRINTED
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_request_that_was_not_taken_up_is_over_at_the_next_start(at: Office) -> None:
    spool, stop = at.spool(), threading.Event()
    stop.set()
    job = at.tap()
    run_spool(spool, stop, settle_s=1.0)
    assert at.screen(job).state is JobState.CANCELLED
    assert at.screen(job).cause == "process-started"
    assert at.valid() == at.paper() == []
