"""A kiosk process of one cycle, forked from a warm parent so that it starts in milliseconds.

It runs what `kiosk run` runs: the screens' requests in threads, the spool and what staff ask of
the printer in another, on the real database and the real line to the printer.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.domain.job import JobState
from kiosk.domain.service import ServiceKind, ServiceState, Verdict
from kiosk.printer import adapter, probe
from kiosk.printer.opening import open_printer
from kiosk.printer.process import run_spool
from kiosk.store import jobs, machine, service
from kiosk.store.engine import reading
from kiosk.store.schema import check_ready
from kiosk.usecases import failpoints, servicing
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import CutShortError, learned
from kiosk.usecases.views import JobView
from tests.torture.collector import Collector, code_for
from tests.torture.house import KIOSK, PRINTER, House
from tests.torture.lossy import Recorder
from tests.torture.planted import Bug, plant
from tests.torture.receipts import RECEIPTS, ask, attended, is_over

SHOWN = "shown"
"""The file in which the screen leaves the last state that a person saw, and of which job."""

REFUSED_TO_START = 3
BROKE = 70

SPEED_MM_S = 4000
"""What the kiosk takes the printer for; the emulator moves in no time, or as a fault says."""

_GIVES_UP_S = 3.0
_POLL_S = 0.004


def hasten() -> None:
    """Shorten the waits that are made for real mechanics: this printer answers at once or never."""
    adapter.STATUS_TIMEOUT_S = 0.15
    adapter._CUT_AND_ANSWER_S = 0.4
    probe._PROBE_CLEAR_TIMEOUT_S = 0.05
    probe._DRAIN_TIMEOUT_S = 0.3
    probe.COUNT_TIMEOUT_S = 0.15


def fork(work: Callable[[], None]) -> int:
    """Run `work` in a child and return its process id; the child ends with it."""
    pid = os.fork()
    if pid:
        return pid
    code = 0
    faulthandler.enable()
    try:
        work()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - the parent judges by the code
        traceback.print_exc()
        code = BROKE
    os._exit(code)


def run_kiosk(
    house: House,
    address: str,
    *,
    wish: str | None,
    by_screens: int | None = None,
    errand: ServiceKind | None = None,
    slip: str | None = None,
    failpoint: str = "",
    record: Path | None = None,
    settle_s: float = 0.0,
    bug: Bug | None = None,
) -> None:
    """Start, recover, print what `wish` names and do staff's `errand`, if anything, and end.

    `slip` names the renewal that another visitor wants a slip of, `by_screens` is the port of
    screens in a process of their own.
    """
    if record is not None:
        Recorder(record)
    if bug is not None:
        plant(bug, house)
    threading.excepthook = _break
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    if check_ready(house.engine, KIOSK):
        raise SystemExit(REFUSED_TO_START)
    failpoints.arm(failpoint)
    started = house.clock()
    printer = open_printer(
        address, name=PRINTER, speed_mm_s=SPEED_MM_S, locks=house.folder / "locks"
    )
    spool = Spool(house.engine, house.site, printer, house.key, house.template, house.clock)

    def settle() -> None:
        if stop.wait(settle_s):
            raise CutShortError

    attendant = Attendant(
        house.engine,
        house.site,
        printer,
        house.clock,
        settle,
        house.template.height,
        has_stock=True,
    )
    room = threading.Thread(
        target=_people, args=(house, wish, by_screens, errand, slip, started, settle_s, stop)
    )
    room.start()
    with attended(house, stop):
        run_spool(spool, stop, settle_s=settle_s, attendant=attendant)
    room.join()
    printer.close()


def _break(told: threading.ExceptHookArgs) -> None:
    """End the process when one of its people met an error: the parent judges by the code."""
    traceback.print_exception(told.exc_value)
    os._exit(BROKE)


def _people(
    house: House,
    wish: str | None,
    by_screens: int | None,
    errand: ServiceKind | None,
    slip: str | None,
    started: datetime,
    settle_s: float,
    stop: threading.Event,
) -> None:
    """Wait until the machine is awake; then collector and staff come, and the last one ends it."""
    until = time.monotonic() + _GIVES_UP_S + settle_s
    _until(lambda: _is_awake(house, started), until, stop)
    coming: list[Callable[[], None]] = []
    if wish is not None and by_screens is not None:
        collector = Collector(by_screens, lambda: stop.is_set() or time.monotonic() > until)
        coming.append(lambda: collector.collect(code_for(house, wish)))
    elif wish is not None:
        coming.append(lambda: _visit(house, wish, started, until, stop))
    if errand is not None:
        coming.append(lambda: _run_errand(house, errand, until, stop))
    if slip is not None:
        coming.append(lambda: _take_slip(house, slip, started, until, stop))
    people = [threading.Thread(target=comes) for comes in coming]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if not people:
        enough = min(until, time.monotonic() + 0.4 + settle_s)
        _until(lambda: _knows_enough(house), enough, stop)
    stop.set()


def _visit(house: House, wish: str, started: datetime, until: float, stop: threading.Event) -> None:
    """Ask for a sticker and wait for the end of it."""
    desk = Desk(house.engine, house.site, house.template, house.clock)
    asked = desk.request_print(wish, f"visit {started}")
    if isinstance(asked, JobView):
        shown = house.folder / SHOWN
        _until(lambda: _has_ended(desk, asked.id, shown), until, stop)


def _run_errand(house: House, kind: ServiceKind, until: float, stop: threading.Event) -> None:
    """Ask the printer for something, wait for the end of it, and judge a test page."""
    by = f"staff:{house.people[0].badge}"
    try:
        number = servicing.ask(
            house.engine, house.clock, printer=PRINTER, kind=kind, by=by, why="a round"
        )
    except servicing.ServiceProblem:
        return  # what an earlier process left is not done yet
    _until(lambda: is_over(house, number), until, stop)
    with reading(house.engine) as connection:
        request = service.by_id(connection, number)
    if kind is ServiceKind.TEST_PRINT and request and request.state is ServiceState.DONE:
        servicing.judge_test(house.engine, house.clock, request=number, verdict=Verdict.GOOD, by=by)


def _take_slip(
    house: House, slip: str, started: datetime, until: float, stop: threading.Event
) -> None:
    """Ask for a slip once its printer was seen, and wait for the end of it."""
    _until(lambda: _is_awake(house, started, RECEIPTS), until, stop)
    number = ask(house, slip, f"slip {started}")
    if number is not None:
        _until(lambda: is_over(house, number), until, stop)


def _until(is_done: Callable[[], bool], until: float, stop: threading.Event) -> None:
    while not stop.is_set() and time.monotonic() < until and not is_done():
        stop.wait(_POLL_S)


def _is_awake(house: House, started: datetime, printer: str = PRINTER) -> bool:
    with reading(house.engine) as connection:
        seen = machine.printer(connection, printer)
    return seen is not None and seen.checked_at >= started


def _knows_enough(house: House) -> bool:
    """Whether every doubt has what the printer can say of it, and no request is open."""
    with reading(house.engine) as connection:
        if any(service.open_for(connection, printer) for printer in (PRINTER, RECEIPTS)):
            return False
        doubts = jobs.in_state(connection, JobState.IN_DOUBT, JobState.SENDING)
        return all(learned(jobs.evidence(connection, job)) is not None for job in doubts)


def _has_ended(desk: Desk, job_id: str, shown: Path) -> bool:
    view = desk.job(job_id)
    if view is None:
        return False
    shown.write_text(f"{job_id} {view.state}", encoding="ascii")
    return view.state not in (JobState.REQUESTED, JobState.CLAIMED, JobState.SENDING)
