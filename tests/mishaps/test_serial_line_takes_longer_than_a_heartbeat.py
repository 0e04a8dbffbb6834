"""A printer on a slow serial cable: sending alone takes longer than a process may be silent."""

from __future__ import annotations

import json
import os
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import pytest

from kiosk.domain.job import JobState
from kiosk.domain.readiness import HEARTBEAT_LIMIT
from kiosk.domain.reasons import Reason
from kiosk.printer.emulator.machine import Machine
from kiosk.printer.links.link import WRITE_WAIT_S
from kiosk.printer.opening import open_printer
from kiosk.ui.technician.vocabulary import DOUBT_CAUSES
from kiosk.usecases.watching import Heartbeat

if TYPE_CHECKING:
    from kiosk.usecases.printing import Spool
    from tests.conftest import SetClock
    from tests.mishaps.conftest import Office

BAUD = 115200
QUICKER = 5  # so many seconds pass here in one of the test's
PIECE_BYTES = 64
MANY = 1_000_000


class SerialCable:
    """A pseudo-terminal on one end, the emulated printer on the other, and bytes in between."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._printer, self._kiosk = os.openpty()
        tty.setraw(self._kiosk)
        self.address = f"serial://{os.ttyname(self._kiosk)}?baud={BAUD}"
        self.carries_bytes = MANY
        self._thread = threading.Thread(target=self._carry)

    def __enter__(self) -> Self:
        self._machine.attach(self._say, lambda: None)
        self._thread.start()
        return self

    def _say(self, reply: bytes) -> None:
        os.write(self._printer, reply)

    def __exit__(self, *_: object) -> None:
        self.carries_bytes = MANY
        self._machine.detach()
        os.close(self._kiosk)
        self._thread.join()
        os.close(self._printer)

    def _carry(self) -> None:
        free_at = 0.0
        with suppress(OSError):  # the kiosk's end was closed
            while piece := os.read(self._printer, PIECE_BYTES):
                free_at = max(free_at, time.monotonic()) + len(piece) * 10 / BAUD
                time.sleep(max(free_at - time.monotonic(), 0))
                self.carries_bytes -= len(piece)
                while self.carries_bytes < 0:
                    time.sleep(0.05)
                self._machine.receive(piece)


@pytest.fixture
def cable(at: Office) -> Iterator[SerialCable]:
    with SerialCable(at.emulator.machine) as cable:
        yield cable


@pytest.fixture
def quick(at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time at the kiosk run, and more quickly than here."""
    begun = time.monotonic()

    def now(clock: SetClock) -> datetime:
        return clock.now + timedelta(seconds=QUICKER * (time.monotonic() - begun))

    monkeypatch.setattr(type(at.home.clock), "__call__", now)


@dataclass
class Alive:
    """What a printer's device calls, and when it did."""

    heartbeat: Heartbeat
    heard_at: list[float] = field(default_factory=list)

    def __call__(self) -> None:
        self.heard_at.append(time.monotonic())
        self.heartbeat()


@pytest.fixture
def alive(at: Office) -> Alive:
    return Alive(Heartbeat(at.home.engine, "sticker", at.home.clock))


@pytest.fixture
def spool(at: Office, cable: SerialCable, alive: Alive) -> Iterator[Spool]:
    home = at.home
    printer = open_printer(
        cable.address,
        name="sticker",
        speed_mm_s=1000,
        locks=home.folder / "locks",
        alive=alive,
    )
    yield home.spool(printer)
    printer.close()


@pytest.mark.usefixtures("quick")
def test_the_printer_process_is_not_taken_for_dead(at: Office, spool: Spool, alive: Alive) -> None:
    job = at.tap()
    printing = threading.Thread(target=spool.do_one)
    shown: set[tuple[Reason, ...]] = set()
    begun_at = at.home.clock()
    printing.start()
    while printing.is_alive():
        shown.add(at.desk.machine().reasons)
        time.sleep(0.05)
    assert at.home.clock() - begun_at > HEARTBEAT_LIMIT
    assert shown == {()}
    assert max(b - a for a, b in pairwise(alive.heard_at)) < WRITE_WAIT_S + 1
    assert at.screen(job).state is JobState.PRINTED
    assert at.paper() == at.valid() == ["A0000001"]


def test_a_printer_that_takes_no_more_is_a_doubt_that_says_so(
    at: Office, cable: SerialCable, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.printer.device.STALL_TIMEOUT_S", 0.3)
    monkeypatch.setattr("kiosk.printer.links.handle.WRITE_WAIT_S", 0.1)
    job = at.tap()
    cable.carries_bytes = 2000
    spool.do_one()
    assert at.screen(job).state is JobState.IN_DOUBT
    cause = at.home.one("SELECT cause FROM jobs")
    assert cause == "the printer took no bytes for 1 s"
    assert [name for begins, name in DOUBT_CAUSES if cause.startswith(begins)] == ["stalled"]
    payload = at.home.one("SELECT payload FROM audit_events WHERE event = 'job-in-doubt'")
    assert 2000 < json.loads(payload)["sent_bytes"] < 20_000
