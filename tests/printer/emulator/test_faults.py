"""Each fault of the catalogue, felt through a bare socket and looked at on paper."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from kiosk.domain.printing import Picture
from kiosk.printer import commands, raster
from kiosk.printer.emulator.fault import UnknownFaultError, catalogue, parse_fault
from kiosk.printer.emulator.server import PrinterEmulator

READY = b"\x12\x12\x12\x12"


class Host:
    """A host without any cleverness."""

    def __init__(self, emulator: PrinterEmulator) -> None:
        self.line = socket.create_connection((emulator.host, emulator.port), timeout=5)

    def ask(self, question: bytes, answer_bytes: int) -> bytes:
        self.line.sendall(question)
        answer = b""
        while len(answer) < answer_bytes:
            more = self.line.recv(100)
            if not more:
                break
            answer += more
        return answer

    def status(self) -> bytes:
        return self.ask(b"".join(map(commands.status_request, (1, 2, 3, 4))), 4)

    def hears_nothing(self, question: bytes) -> bool:
        self.line.sendall(question)
        self.line.settimeout(0.1)
        try:
            return not self.line.recv(100)
        except TimeoutError:
            return True
        finally:
            self.line.settimeout(5)


@pytest.fixture
def host(emulator: PrinterEmulator) -> Iterator[Host]:
    host = Host(emulator)
    yield host
    host.line.close()


@pytest.fixture
def sticker(picture: Picture) -> bytes:
    start = commands.INITIALISE + commands.MOTION_UNIT_DOT
    return start + raster.whole(picture) + commands.FEED_AND_CUT


def reporting(sticker: bytes) -> bytes:
    """Ask for automatic status after the start, which would cancel it."""
    start = commands.INITIALISE + commands.auto_status(0xFF)
    return start + sticker.removeprefix(commands.INITIALISE)


def test_the_catalogue_is_what_lies_in_the_folder() -> None:
    assert set(catalogue()) >= {
        "paper-out", "near-end", "cover-open", "cutter-jam", "unrecoverable", "offline",
        "disconnect", "silent", "lost-acknowledgement", "no-process-id",
    }  # fmt: skip
    assert all(kind.summary for kind in catalogue().values())


@pytest.mark.parametrize("spec", ["no-such-fault", "silent@3", "paper-out@x", "paper-out@"])
def test_a_fault_that_cannot_be_set_is_refused_with_words(spec: str) -> None:
    with pytest.raises(UnknownFaultError):
        parse_fault(spec)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("paper-out", b"\x1a\x32\x12\x7e"),
        ("near-end", b"\x12\x12\x12\x1e"),
        ("cover-open", b"\x1a\x16\x12\x12"),
        ("unrecoverable", b"\x1a\x52\x32\x12"),
        ("too-hot", b"\x1a\x52\x52\x12"),
        ("offline", b"\x1a\x12\x12\x12"),
    ],
)
def test_the_status_tells_and_mending_ends_it(
    emulator: PrinterEmulator, host: Host, fault: str, status: bytes
) -> None:
    emulator.inject(fault)
    assert host.status() == status
    emulator.mend(fault)
    assert host.status() == READY


@pytest.mark.parametrize("fault", ["paper-out", "cover-open", "offline", "too-hot"])
def test_nothing_moves_until_it_is_mended_and_then_the_buffer_prints(
    emulator: PrinterEmulator, host: Host, sticker: bytes, picture: Picture, fault: str
) -> None:
    emulator.inject(fault)
    host.line.sendall(sticker)
    host.status()
    assert emulator.state.rows_moved == 0
    emulator.mend(fault)
    assert emulator.tray.wait_for(1, 5) == (picture,)


def test_paper_that_ends_in_the_picture_leaves_half_a_sticker(
    emulator: PrinterEmulator, host: Host, sticker: bytes, picture: Picture
) -> None:
    emulator.inject("paper-out@100")
    host.line.sendall(sticker)
    assert host.status()
    emulator.machine.lock.acquire()
    emulator.machine.lock.wait_for(lambda: emulator.state.rows_out == 100, 5)
    emulator.machine.lock.release()
    emulator.mend("paper-out")
    torn, rest = emulator.tray.wait_for(2, 5)
    assert (torn.height, rest.height) == (100, picture.height - 100)
    assert torn.bits + rest.bits == picture.bits
    assert emulator.state.cuts == 1


def test_a_jammed_cutter_keeps_the_sticker_hanging(
    emulator: PrinterEmulator, host: Host, sticker: bytes, picture: Picture
) -> None:
    emulator.inject("cutter-jam")
    assert host.ask(reporting(sticker), 8) == b"\x10\x00\x00\x00\x18\x08\x00\x00"
    assert emulator.tray.pieces == ()
    emulator.mend("cutter-jam")
    assert emulator.tray.wait_for(1, 5) == (picture,)


def test_recovering_by_command_does_not_help_while_the_cutter_sticks(
    emulator: PrinterEmulator, host: Host, sticker: bytes
) -> None:
    emulator.inject("cutter-jam")
    jammed = b"\x18\x08\x00\x00"
    assert host.ask(reporting(sticker), 8).endswith(jammed)
    assert host.ask(b"\x10\x05\x01", 8) == b"\x10\x00\x00\x00" + jammed
    assert emulator.tray.pieces == ()


def test_an_unrecoverable_error_loses_the_buffer_with_the_repair(
    emulator: PrinterEmulator, host: Host, sticker: bytes
) -> None:
    emulator.inject("unrecoverable")
    host.line.sendall(sticker)
    assert host.ask(b"\x10\x05\x02" + commands.status_request(3), 1) == b"\x32"
    emulator.mend("unrecoverable")
    assert emulator.machine.wait_idle(5)
    assert emulator.tray.pieces == ()


def test_a_dropped_line_prints_what_arrived(
    emulator: PrinterEmulator, host: Host, sticker: bytes
) -> None:
    emulator.inject("disconnect@3000")
    host.line.sendall(sticker)
    # Where bytes were left unread, the kernel makes the end a reset.
    with contextlib.suppress(ConnectionResetError):
        assert host.line.recv(1) == b""
    assert emulator.machine.wait_idle(5)
    head = len(commands.INITIALISE + commands.MOTION_UNIT_DOT) + commands.RASTER_HEAD_BYTES
    assert emulator.state.rows_out == (3000 - head) // 72
    assert Host(emulator).status() == READY


def test_a_silent_printer_prints_all_the_same(
    emulator: PrinterEmulator, host: Host, sticker: bytes, picture: Picture
) -> None:
    emulator.inject("silent")
    assert host.hears_nothing(commands.status_request(1))
    host.line.sendall(sticker)
    assert emulator.tray.wait_for(1, 5) == (picture,)


def test_a_lost_acknowledgement_loses_nothing_else(emulator: PrinterEmulator, host: Host) -> None:
    emulator.inject("lost-acknowledgement")
    assert host.hears_nothing(commands.process_id(4) + commands.PAPER_SENSOR)
    assert host.status() == READY
    emulator.mend("lost-acknowledgement")
    assert host.ask(commands.process_id(4), 7) == b'7"   $\0'


def test_a_clone_steps_over_process_ids(emulator: PrinterEmulator, host: Host) -> None:
    emulator.inject("no-process-id")
    assert host.ask(commands.process_id(4) + commands.PAPER_SENSOR, 1) == b"\0"
