from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.printing import Capabilities, Confirmed, Doubt, NothingSent, Picture, PrinterState
from kiosk.printer.adapter import EscposPrinter
from kiosk.printer.emulator.machine import CLONE, FULL
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.printer.lock import PrinterBusyError
from kiosk.printer.opening import open_printer

OpenOn = Callable[..., EscposPrinter]
Start = Callable[..., PrinterEmulator]


def test_nobody_there_is_unreachable_with_a_reason(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    printer = open_printer(f"tcp://127.0.0.1:{port}", name="none", speed_mm_s=150, locks=tmp_path)
    status = printer.status()
    assert status.state is PrinterState.UNREACHABLE
    assert "refused" in status.detail.lower()
    assert printer.clear() is False
    assert printer.cut_count() is None
    assert printer.capabilities() is None
    printer.close()


def test_a_printer_that_hung_up_meanwhile_is_found_again(
    emulator: PrinterEmulator, printer: EscposPrinter
) -> None:
    assert printer.status().is_ready
    emulator.inject("disconnect")
    assert printer.status().is_ready


def test_a_restarted_printer_is_found_within_the_longest_retry(
    start_emulator: Start, open_on: OpenOn
) -> None:
    emulator = start_emulator()
    printer = open_on(emulator)
    assert printer.status().is_ready
    emulator.close()
    assert printer.status().state is PrinterState.UNREACHABLE
    again = start_emulator(port=emulator.port)
    begun = time.monotonic()
    while not printer.status().is_ready:
        assert time.monotonic() - begun < 4
        time.sleep(0.01)
    assert again.port == emulator.port


def test_a_line_lost_in_the_middle_is_doubt_though_bytes_were_taken(
    emulator: PrinterEmulator, printer: EscposPrinter, picture: Picture
) -> None:
    job = printer.encode(picture, 1)
    emulator.inject("disconnect@2000")
    outcome = printer.send(job, process_id=1)
    assert isinstance(outcome, Doubt)
    assert "line lost" in outcome.why


def test_a_line_lost_before_the_first_byte_is_nothing_sent_or_doubt_but_never_confirmed(
    emulator: PrinterEmulator, printer: EscposPrinter, picture: Picture
) -> None:
    job = printer.encode(picture, 1)
    outcome = printer.send(job, process_id=1, on_first_byte=lambda: emulator.inject("disconnect"))
    assert isinstance(outcome, NothingSent | Doubt)
    assert emulator.tray.pieces == ()


def test_a_lost_acknowledgement_is_doubt_after_the_longest_time(
    start_emulator: Start, open_on: OpenOn, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.printer.adapter._CUT_AND_ANSWER_S", 0.3)
    for abilities in (None, CLONE):
        emulator = start_emulator(abilities) if abilities else start_emulator()
        printer = open_on(emulator)
        job = printer.encode(picture, 1)
        emulator.inject("lost-acknowledgement")
        outcome = printer.send(job, process_id=1)
        assert isinstance(outcome, Doubt)
        assert "no confirmation within" in outcome.why
        assert len(emulator.tray.pieces) == 1


def test_a_jammed_cutter_is_doubt_at_once_though_the_picture_was_confirmed(
    emulator: PrinterEmulator, printer: EscposPrinter, picture: Picture
) -> None:
    job = printer.encode(picture, 1)
    emulator.inject("cutter-jam")
    begun = time.monotonic()
    outcome = printer.send(job, process_id=1)
    assert outcome == Doubt("cutter-error", len(job))
    assert time.monotonic() - begun < 2.5


def test_a_confirmation_that_comes_after_the_repair_helps_no_later_job(
    emulator: PrinterEmulator, printer: EscposPrinter, picture: Picture
) -> None:
    job = printer.encode(picture, 1)
    emulator.inject("cutter-jam")
    assert isinstance(printer.send(job, process_id=1), Doubt)
    emulator.mend("cutter-jam")
    emulator.machine.wait_idle(5)
    emulator.inject("cutter-jam")
    assert isinstance(printer.send(printer.encode(picture, 2), process_id=2), Doubt)


def test_a_clone_that_stops_is_noticed_before_the_time_is_over(
    start_emulator: Start, open_on: OpenOn, picture: Picture
) -> None:
    emulator = start_emulator(CLONE, speed_mm_s=100.0)
    printer = open_on(emulator)
    job = printer.encode(picture, 1)
    emulator.inject("cover-open@80")
    begun = time.monotonic()
    outcome = printer.send(job, process_id=1)
    assert isinstance(outcome, Doubt)
    assert time.monotonic() - begun < 2.5


@pytest.mark.parametrize("fault", ["silent", "lost-acknowledgement"])
def test_what_an_earlier_probe_found_holds_while_the_printer_does_not_tell(
    emulator: PrinterEmulator, tmp_path: Path, fault: str
) -> None:
    known = Capabilities(process_id=False, counters=True, clear_buffer=True)
    printer = open_printer(
        emulator.address, name="known", speed_mm_s=150, locks=tmp_path, known=known
    )
    emulator.inject(fault)
    assert printer.capabilities() == known
    assert printer.capabilities(again=True) == known
    emulator.mend(fault)
    assert printer.capabilities(again=True) == FULL
    printer.close()


def test_a_printer_that_was_exchanged_is_known_after_a_start(
    emulator: PrinterEmulator, tmp_path: Path
) -> None:
    printer = open_printer(
        emulator.address, name="known", speed_mm_s=150, locks=tmp_path, known=CLONE
    )
    assert printer.capabilities() == FULL
    printer.close()


def test_a_printer_that_does_not_tell_is_not_asked_at_every_look(
    emulator: PrinterEmulator, printer: EscposPrinter
) -> None:
    emulator.inject("lost-acknowledgement")
    assert printer.capabilities() is None
    begun = time.monotonic()
    assert printer.capabilities() is None
    assert time.monotonic() - begun < 0.2


def test_a_probe_leaves_no_mark_on_paper(
    emulator: PrinterEmulator, printer: EscposPrinter, picture: Picture
) -> None:
    printer.capabilities()
    assert isinstance(printer.send(printer.encode(picture, 1), process_id=1), Confirmed)
    assert emulator.tray.pieces == (picture,)


def test_a_printer_that_was_not_ready_is_probed_when_it_is(
    emulator: PrinterEmulator, printer: EscposPrinter
) -> None:
    emulator.inject("paper-out")
    assert printer.capabilities() is None
    emulator.mend("paper-out")
    assert printer.capabilities() == FULL


def test_a_second_owner_is_told_who_holds_the_printer(
    emulator: PrinterEmulator, printer: EscposPrinter, tmp_path: Path
) -> None:
    with pytest.raises(PrinterBusyError, match=r"held by test \(process \d+\)"):
        open_printer(emulator.address, name="two", speed_mm_s=150, locks=tmp_path / "locks")
    printer.close()
    open_printer(emulator.address, name="two", speed_mm_s=150, locks=tmp_path / "locks").close()
