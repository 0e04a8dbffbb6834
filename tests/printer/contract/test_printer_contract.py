"""What every printer behind the port does, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from kiosk.domain.printing import (
    Capabilities,
    Confirmed,
    Doubt,
    EvidenceKind,
    NothingSent,
    Picture,
    PrinterState,
)
from kiosk.printer.adapter import EscposPrinter
from kiosk.printer.emulator.machine import CLONE, FULL
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.printer.fakes import FakePrinter
from kiosk.usecases.ports import Printer

FAULTS = {
    PrinterState.PAPER_OUT: "paper-out",
    PrinterState.COVER_OPEN: "cover-open",
    PrinterState.OFFLINE: "offline",
    PrinterState.RECOVERABLE_ERROR: "too-hot",
    PrinterState.UNRECOVERABLE_ERROR: "unrecoverable",
    PrinterState.NEAR_END: "near-end",
    PrinterState.UNKNOWN: "silent",
}


@dataclass
class Stand:
    """One printer and the ways to disturb it."""

    printer: Printer
    put: Callable[[PrinterState], None]
    fail_while_printing: Callable[[], None]
    paper: Callable[[], tuple[Picture, ...]]
    can: Capabilities


def fake_stand() -> Stand:
    fake = FakePrinter()

    def put(state: PrinterState) -> None:
        fake.state = state

    def fail() -> None:
        fake.script(Doubt("paper-out", 1))

    return Stand(fake, put, fail, lambda: tuple(fake.paper), FULL)


def emulator_stand(emulator: PrinterEmulator, printer: EscposPrinter, can: Capabilities) -> Stand:
    def put(state: PrinterState) -> None:
        for fault in FAULTS.values():
            emulator.mend(fault)
        if state in FAULTS:
            emulator.inject(FAULTS[state])

    def fail() -> None:
        emulator.inject("paper-out@30")

    return Stand(printer, put, fail, lambda: emulator.tray.pieces, can)


@pytest.fixture(params=["fake", "emulator", "clone"])
def stand(
    request: pytest.FixtureRequest,
    start_emulator: Callable[..., PrinterEmulator],
    open_on: Callable[[PrinterEmulator], EscposPrinter],
) -> Stand:
    if request.param == "fake":
        return fake_stand()
    can = FULL if request.param == "emulator" else CLONE
    emulator = start_emulator(can)
    return emulator_stand(emulator, open_on(emulator), can)


def send(stand: Stand, picture: Picture, process_id: int = 7) -> object:
    job = stand.printer.encode(picture, process_id)
    return stand.printer.send(job, process_id=process_id)


def test_it_starts_ready(stand: Stand) -> None:
    assert stand.printer.status().state is PrinterState.READY


@pytest.mark.parametrize("state", FAULTS)
def test_its_status_names_what_is_wrong(stand: Stand, state: PrinterState) -> None:
    stand.put(state)
    assert stand.printer.status().state is state
    stand.put(PrinterState.READY)
    assert stand.printer.status().state is PrinterState.READY


def test_it_knows_what_it_can(stand: Stand) -> None:
    assert stand.printer.capabilities() == stand.can


def test_encoding_twice_gives_equal_bytes(stand: Stand, picture: Picture) -> None:
    assert stand.printer.encode(picture, 3) == stand.printer.encode(picture, 3)
    assert stand.printer.encode(picture, 3) != b""


def test_encoding_what_spells_a_command_is_refused(stand: Stand) -> None:
    with pytest.raises(ValueError, match="command"):
        stand.printer.encode(Picture(32, 1, b"\x00\x10\x14\xff"), 1)


def test_a_sticker_is_confirmed_and_lies_there_dot_by_dot(stand: Stand, picture: Picture) -> None:
    best = EvidenceKind.PROCESS_ID if stand.can.process_id else EvidenceKind.PROCESSED
    outcome = send(stand, picture)
    assert isinstance(outcome, Confirmed)
    assert outcome.kind is best
    assert stand.paper() == (picture,)


def test_two_stickers_in_a_row_are_confirmed_each(stand: Stand, picture: Picture) -> None:
    for process_id in (1, 2):
        assert isinstance(send(stand, picture, process_id), Confirmed)
    assert len(stand.paper()) == 2


def test_the_first_byte_is_announced_once_before_it_leaves(stand: Stand, picture: Picture) -> None:
    seen: list[int] = []
    job = stand.printer.encode(picture, 7)
    stand.printer.send(job, process_id=7, on_first_byte=lambda: seen.append(len(stand.paper())))
    assert seen == [0]


def test_what_the_announcement_raises_stops_the_print(stand: Stand, picture: Picture) -> None:
    def fail() -> None:
        raise RuntimeError("disk full")

    job = stand.printer.encode(picture, 7)
    with pytest.raises(RuntimeError, match="disk full"):
        stand.printer.send(job, process_id=7, on_first_byte=fail)
    assert stand.paper() == ()
    assert isinstance(send(stand, picture), Confirmed)


@pytest.mark.parametrize("state", [s for s in FAULTS if s is not PrinterState.NEAR_END])
def test_a_printer_that_is_not_ready_gets_nothing(
    stand: Stand, picture: Picture, state: PrinterState
) -> None:
    job = stand.printer.encode(picture, 7)
    stand.put(state)
    announced: list[bool] = []
    outcome = stand.printer.send(job, process_id=7, on_first_byte=lambda: announced.append(True))
    assert isinstance(outcome, NothingSent)
    assert outcome.status.state is state
    assert announced == []
    assert stand.paper() == ()


def test_a_nearly_empty_roll_still_prints(stand: Stand, picture: Picture) -> None:
    stand.put(PrinterState.NEAR_END)
    assert isinstance(send(stand, picture), Confirmed)


def test_a_fault_while_printing_is_doubt(stand: Stand, picture: Picture) -> None:
    job = stand.printer.encode(picture, 7)
    stand.fail_while_printing()
    outcome = stand.printer.send(job, process_id=7)
    assert isinstance(outcome, Doubt)
    assert outcome.sent_bytes > 0
    assert stand.paper() == ()


def test_a_job_of_another_id_is_a_bug_and_not_sent(stand: Stand, picture: Picture) -> None:
    job = stand.printer.encode(picture, 7)
    if not stand.can.process_id:  # such a job carries no id, so every number fits it
        assert isinstance(stand.printer.send(job, process_id=8), Confirmed)
        return
    with pytest.raises(ValueError, match="confirmation"):
        stand.printer.send(job, process_id=8)
    assert stand.paper() == ()


def test_clearing_is_acknowledged_where_it_can_be(stand: Stand) -> None:
    assert stand.printer.clear() is stand.can.clear_buffer


def test_cuts_are_counted_where_they_can_be(stand: Stand, picture: Picture) -> None:
    before = stand.printer.cut_count()
    send(stand, picture)
    after = stand.printer.cut_count()
    if stand.can.counters:
        assert (before, after) == (0, 1)
    else:
        assert (before, after) == (None, None)


def test_closing_twice_is_harmless(stand: Stand) -> None:
    stand.printer.close()
    stand.printer.close()
    assert stand.paper() == ()
