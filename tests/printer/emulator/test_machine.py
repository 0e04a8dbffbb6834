from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import qrcode
import zxingcpp
from PIL import Image

from kiosk.domain.printing import Picture
from kiosk.domain.raster_guard import protect
from kiosk.printer import commands, raster
from kiosk.printer.emulator.machine import CLONE, Machine
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.printer.emulator.tray import Tray


def connect(emulator: PrinterEmulator) -> socket.socket:
    return socket.create_connection((emulator.host, emulator.port), timeout=5)


def receive(line: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        got += line.recv(100)
    return got


def cut_piece(picture: Picture) -> bytes:
    start = commands.INITIALISE + commands.MOTION_UNIT_DOT
    return start + raster.banded(picture) + commands.FEED_AND_CUT


def test_pieces_fall_into_the_tray_as_numbered_pictures(
    emulator: PrinterEmulator, picture: Picture, tmp_path: Path
) -> None:
    with connect(emulator) as line:
        line.sendall(cut_piece(picture) * 2)
        emulator.tray.wait_for(2, 5)
    names = sorted(path.name for path in (tmp_path / "tray").iterdir())
    assert names == ["00001.png", "00002.png"]
    with Image.open(tmp_path / "tray" / "00002.png") as paper:
        assert (paper.mode, paper.size) == ("1", (576, picture.height))
        assert paper.tobytes("raw", "1;I") == picture.bits


def test_numbers_go_on_after_a_restart_of_the_emulator(
    start_emulator: Callable[[], PrinterEmulator], picture: Picture, tmp_path: Path
) -> None:
    for _ in range(2):
        emulator = start_emulator()
        with connect(emulator) as line:
            line.sendall(cut_piece(picture))
            emulator.tray.wait_for(1, 5)
        emulator.close()
    assert sorted(path.stem for path in (tmp_path / "tray").iterdir()) == ["00001", "00002"]


def test_a_qr_on_paper_is_readable(emulator: PrinterEmulator, tmp_path: Path) -> None:
    code = qrcode.QRCode(box_size=5, border=4)
    code.add_data("renewal " * 20)
    image = Image.new("1", (576, 480), 1)
    image.paste(code.make_image().get_image(), (8, 8))
    picture = protect(Picture(576, 480, image.tobytes("raw", "1;I")), ())
    with connect(emulator) as line:
        line.sendall(cut_piece(picture))
        emulator.tray.wait_for(1, 5)
    with Image.open(tmp_path / "tray" / "00001.png") as paper:
        (found,) = zxingcpp.read_barcodes(paper.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == "renewal " * 20


def test_the_next_host_waits_until_the_first_one_hangs_up(emulator: PrinterEmulator) -> None:
    with connect(emulator) as second_to_be:
        second_to_be.sendall(commands.status_request(1))
        assert receive(second_to_be, 1) == b"\x12"
        waiting = connect(emulator)
        waiting.sendall(commands.status_request(1))
        waiting.settimeout(0.1)
        with pytest.raises(TimeoutError):
            waiting.recv(1)
    waiting.settimeout(5)
    assert receive(waiting, 1) == b"\x12"
    waiting.close()


def test_printing_goes_on_after_the_host_died(
    start_emulator: Callable[..., PrinterEmulator], picture: Picture
) -> None:
    emulator = start_emulator(speed_mm_s=400.0)
    with connect(emulator) as line:
        line.sendall(cut_piece(picture))
    assert emulator.tray.wait_for(1, 3) == (picture,)


def test_paper_moves_at_the_speed_it_was_given(
    start_emulator: Callable[..., PrinterEmulator], picture: Picture
) -> None:
    emulator = start_emulator(speed_mm_s=200.0)
    own_s = (picture.height / 8 + 15) / 200 + 0.15
    with connect(emulator) as line:
        begun = time.monotonic()
        line.sendall(cut_piece(picture) + commands.process_id(1))
        receive(line, 7)
        took_s = time.monotonic() - begun
    assert own_s * 0.98 <= took_s <= own_s * 3  # the upper bound leaves room for a busy machine


def test_a_host_that_does_not_say_its_unit_feeds_half_as_far() -> None:
    machine = Machine(Tray(None))
    machine.switch_on()
    machine.receive(commands.INITIALISE + commands.feed(100) + commands.FEED_AND_CUT)
    (piece,) = machine.tray.wait_for(1, 5)
    machine.switch_off()
    assert piece.height == 50


DOT = commands.raster(1, 1, b"\xff")


@pytest.mark.parametrize(
    ("stream", "first_dots"),
    [
        (commands.MOTION_UNIT_DOT + commands.left_margin(16) + DOT, [16]),
        (commands.MOTION_UNIT_DOT + commands.left_margin(13) + DOT + DOT, [13, 13]),
        (commands.MOTION_UNIT_DOT + commands.left_margin(16) + commands.INITIALISE + DOT, [0]),
        (commands.MOTION_UNIT_DOT + commands.left_margin(700) + DOT, [575]),
        (commands.left_margin(16) + commands.MOTION_UNIT_DOT + DOT, [8]),  # half dots, as it starts
    ],
)
def test_what_is_printed_begins_at_the_left_margin(stream: bytes, first_dots: list[int]) -> None:
    machine = Machine(Tray(None))
    machine.switch_on()
    machine.receive(stream + commands.FEED_AND_CUT)
    (piece,) = machine.tray.wait_for(1, 5)
    machine.switch_off()
    rows = [piece.bits[at : at + 72] for at in range(0, len(piece.bits), 72)]
    assert [576 - int.from_bytes(row).bit_length() for row in rows] == first_dots


def test_a_margin_in_the_middle_of_a_line_counts_for_nothing(emulator: PrinterEmulator) -> None:
    with connect(emulator) as line:
        line.sendall(b"x" + commands.left_margin(400) + b"\n" + commands.FEED_AND_CUT)
        (marked,) = emulator.tray.wait_for(1, 5)
    assert any(marked.bits[at] for at in range(0, len(marked.bits), 72))


def test_clearing_drops_the_buffer_and_the_picture_that_was_begun(
    emulator: PrinterEmulator, picture: Picture
) -> None:
    emulator.inject("offline")
    with connect(emulator) as line:
        line.sendall(cut_piece(picture)[:-100] + commands.CLEAR_BUFFER)
        assert receive(line, 3) == b"\x37\x25\x00"
        emulator.mend("offline")
        line.sendall(cut_piece(picture))
        assert emulator.tray.wait_for(1, 5) == (picture,)


def test_the_counter_counts_cuts(emulator: PrinterEmulator, picture: Picture) -> None:
    with connect(emulator) as line:
        line.sendall(cut_piece(picture) * 3 + commands.counter(commands.COUNTER_CUTS))
        assert receive(line, 3) == b"\x5f3\x00"


def test_automatic_status_comes_at_once_then_on_change_until_initialised(
    emulator: PrinterEmulator,
) -> None:
    with connect(emulator) as line:
        line.sendall(commands.auto_status(0xFF))
        assert receive(line, 4) == b"\x10\x00\x00\x00"
        emulator.inject("near-end")
        assert receive(line, 4) == b"\x10\x00\x03\x00"
        line.sendall(commands.INITIALISE + commands.PAPER_SENSOR)
        assert receive(line, 1) == b"\x03"
        emulator.mend("near-end")
        line.sendall(commands.status_request(4))
        assert receive(line, 1) == b"\x12"


def test_gs_r_at_the_end_of_the_paper_is_not_answered(emulator: PrinterEmulator) -> None:
    emulator.inject("paper-out")
    with connect(emulator) as line:
        line.sendall(commands.PAPER_SENSOR + commands.status_request(4))
        assert receive(line, 1) == b"\x7e"


def test_a_clone_answers_no_extras(start_emulator: Callable[..., PrinterEmulator]) -> None:
    with connect(start_emulator(CLONE)) as line:
        line.sendall(commands.CLEAR_BUFFER + commands.counter(178) + commands.process_id(1))
        line.sendall(commands.PAPER_SENSOR)
        assert receive(line, 1) == b"\x00"


def test_letters_leave_marks_unless_initialised_first(emulator: PrinterEmulator) -> None:
    with connect(emulator) as line:
        line.sendall(b"junk" + commands.INITIALISE + b"\n" + commands.FEED_AND_CUT)
        (blank,) = emulator.tray.wait_for(1, 5)
        line.sendall(b"text\n" + commands.FEED_AND_CUT)
        _, marked = emulator.tray.wait_for(2, 5)
    assert not any(blank.bits)
    assert any(marked.bits)


def test_a_port_in_use_says_so(emulator: PrinterEmulator) -> None:
    with pytest.raises(OSError, match="in use"):
        PrinterEmulator(port=emulator.port).start()
