"""A printer of 20 mm/s is left alone for 14 s after a doubt, and the process works all the time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.domain.reasons import Reason
from kiosk.printer.process import run_spool

if TYPE_CHECKING:
    from tests.mishaps.conftest import Office

SETTLE_S = 14.0


class QuickTime(threading.Event):
    """Waits that take no time, while the kiosk's clock goes on by as much."""

    def __init__(self, at: Office, during: Callable[[float], None]) -> None:
        super().__init__()
        self._at = at
        self._during = during
        self.waited_s = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        self._at.home.clock.pass_(seconds=timeout or 0)
        if timeout and timeout >= 0.5:  # the loop's own polls are far shorter
            self.waited_s += timeout
            self._during(self.waited_s)
        if self._at.home.sql("SELECT * FROM job_evidence WHERE kind = 'counter'"):
            self.set()
        return self.is_set()


def test_the_screen_shows_the_printer_meanwhile(at: Office) -> None:
    spool = at.spool()
    at.tap()
    at.emulator.inject("cover-open@100")
    spool.do_one()
    assert at.job() == "in_doubt"
    at.emulator.mend("cover-open")
    shown: list[tuple[Reason, ...]] = []

    def look(waited_s: float) -> None:
        shown.append(at.desk.machine().reasons)
        if waited_s == 4:
            at.emulator.inject("cover-open")
        if waited_s == 8:
            at.emulator.mend("cover-open")

    stop = QuickTime(at, look)
    run_spool(spool, stop, settle_s=SETTLE_S)
    assert stop.waited_s == SETTLE_S
    assert not any(Reason.PRINTER_PROCESS_DOWN in reasons for reasons in shown)
    assert Reason.COVER_OPEN in shown[5]
    assert Reason.COVER_OPEN not in shown[9]
    assert all(Reason.PRINTER_IN_DOUBT in reasons for reasons in shown)


def test_a_stop_meanwhile_leaves_no_evidence(at: Office) -> None:
    spool = at.spool()
    at.tap()
    at.emulator.inject("cover-open@100")
    spool.do_one()
    at.emulator.mend("cover-open")

    def stop_it(waited_s: float) -> None:
        if waited_s == 3:
            stop.set()

    stop = QuickTime(at, stop_it)
    run_spool(spool, stop, settle_s=SETTLE_S)
    assert stop.waited_s == 3
    assert at.home.sql("SELECT * FROM job_evidence") == []
