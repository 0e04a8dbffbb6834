"""How the printer is: asked, logged where it changed, kept while it is silent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kiosk.domain.printing import (
    Capabilities,
    PrinterState,
)
from kiosk.printer.fakes import FakePrinter
from kiosk.store.errors import DiskFull
from kiosk.usecases import watching
from kiosk.usecases.printing import Spool
from kiosk.usecases.watching import BEAT, Heartbeat

if TYPE_CHECKING:
    from tests.conftest import Home, SetClock


def test_a_change_of_the_printer_is_logged_and_a_poll_is_not(
    kiosk_home: Home, spool: Spool, fake: FakePrinter, clock: SetClock
) -> None:
    for state in (PrinterState.READY, PrinterState.PAPER_OUT, PrinterState.PAPER_OUT):
        clock.pass_(seconds=1)
        fake.state = state
        spool.saw()
    assert kiosk_home.events().count("printer-changed") == 2
    [row] = kiosk_home.sql("SELECT state, changed_at, checked_at FROM printers")
    assert row[0] == "paper-out"
    assert row[1] < row[2]


def test_a_printer_is_probed_once_and_only_when_it_is_there(
    kiosk_home: Home, fake: FakePrinter
) -> None:
    fake.state = PrinterState.UNREACHABLE
    spool = kiosk_home.spool(fake)
    assert kiosk_home.one("SELECT capabilities FROM printers") is None
    fake.state = PrinterState.READY
    for _ in range(2):
        spool.saw()
        spool.probe()
    assert kiosk_home.events().count("printer-probed") == 1
    found = json.loads(kiosk_home.one("SELECT capabilities FROM printers"))
    assert found == {"process_id": True, "counters": True, "clear_buffer": True}


def test_a_silent_printer_leaves_what_is_known_of_it(kiosk_home: Home, fake: FakePrinter) -> None:
    kiosk_home.spool(fake)
    before = kiosk_home.one("SELECT capabilities FROM printers")
    fake.can = None
    kiosk_home.spool(fake)
    assert kiosk_home.one("SELECT capabilities FROM printers") == before
    assert kiosk_home.events().count("printer-probed") == 1
    fake.can = Capabilities(process_id=False, counters=False, clear_buffer=True)
    kiosk_home.spool(fake)
    assert kiosk_home.one("SELECT capabilities FROM printers") != before
    assert kiosk_home.events().count("printer-probed") == 2


def test_a_heartbeat_is_written_when_nothing_else_was_lately(
    kiosk_home: Home, spool: Spool, clock: SetClock
) -> None:
    def heard_at() -> object:
        return kiosk_home.one("SELECT checked_at FROM printers")

    alive = Heartbeat(kiosk_home.engine, "sticker", clock)
    clock.pass_(seconds=BEAT.total_seconds() - 1)
    spool.saw()
    seen_at = heard_at()
    clock.pass_(seconds=1)
    alive()
    assert heard_at() == seen_at
    clock.pass_(seconds=BEAT.total_seconds())
    alive()
    assert heard_at() != seen_at
    assert kiosk_home.events().count("printer-changed") == 1


def test_a_heartbeat_that_cannot_be_written_stops_no_sticker(
    kiosk_home: Home, spool: Spool, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def full(*_: object, **__: object) -> None:
        tries.append(clock())
        raise DiskFull("no room")

    alive = Heartbeat(kiosk_home.engine, "sticker", clock)
    monkeypatch.setattr(watching, "writing", full)
    for _ in range(2):
        clock.pass_(seconds=BEAT.total_seconds())
        alive()
        alive()
    assert len(tries) == 2
    monkeypatch.undo()
    spool.saw()
