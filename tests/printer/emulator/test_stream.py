"""The tap and the parser, which read one stream in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printer import commands
from kiosk.printer.emulator.orders import (
    AutoStatusMask,
    Cut,
    EndLine,
    Feed,
    Initialise,
    LeftMargin,
    Letter,
    MotionUnit,
    Order,
    Row,
    Skipped,
    TellCounter,
    TellPaper,
    TellProcessId,
)
from kiosk.printer.emulator.parser import Parser
from kiosk.printer.emulator.tap import AskStatus, ClearBuffer, RealTime, RealTimeTap, Recover

EXAMPLES: list[tuple[bytes, list[Order]]] = [
    (commands.INITIALISE, [Initialise()]),
    (commands.MOTION_UNIT_DOT, [MotionUnit(203, 203)]),
    (commands.left_margin(520), [LeftMargin(520)]),
    (commands.auto_status(0x4F), [AutoStatusMask(0x4F)]),
    (commands.feed(300), [Feed(255), Feed(45)]),
    (b"\x1dVB\x08", [Cut(to_cutter=True, units=8)]),
    (b"\x1dV\x01", [Cut(to_cutter=False, units=0)]),
    (commands.process_id(3), [TellProcessId(b"   #")]),
    (commands.PAPER_SENSOR, [TellPaper()]),
    (commands.counter(178), [TellCounter(178)]),
    (commands.raster(2, 2, b"\x1b@\x10\x04"), [Row(b"\x1b@"), Row(b"\x10\x04")]),
    (b"Hi\n", [Letter(72), Letter(105), EndLine()]),
    (commands.status_request(1), [Skipped(b"\x10\x04\x01")]),
    (commands.CLEAR_BUFFER, [Skipped(commands.CLEAR_BUFFER)]),
    (b"\x1d(L\x02\x00ab", [Skipped(b"\x1d(L\x02\x00ab")]),
    (b"\x1d8L\x03\x00\x00\x00abc", [Skipped(b"\x1d8L\x03\x00\x00\x00abc")]),
]


@pytest.mark.parametrize(("stream", "orders"), EXAMPLES)
def test_each_command_is_read(stream: bytes, orders: list[Order]) -> None:
    assert Parser().feed(stream) == orders


def in_pieces(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted(cut % (len(stream) + 1) for cut in cuts)
    return [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)], strict=True)]


@given(st.lists(st.sampled_from(EXAMPLES)), st.lists(st.integers(0, 500), max_size=8))
def test_the_splits_of_the_stream_do_not_matter(
    examples: list[tuple[bytes, list[Order]]], cuts: list[int]
) -> None:
    parser = Parser()
    stream = b"".join(raw for raw, _ in examples)
    orders = [order for piece in in_pieces(stream, cuts) for order in parser.feed(piece)]
    assert orders == [order for _, expected in examples for order in expected]


@given(st.binary(max_size=200))
def test_no_stream_breaks_the_parser_nor_what_comes_after_a_clear(stream: bytes) -> None:
    parser = Parser()
    parser.feed(stream)
    parser.reset()
    assert parser.feed(commands.INITIALISE) == [Initialise()]


def test_a_picture_cut_short_eats_the_next_jobs_head_until_it_is_cleared() -> None:
    parser = Parser()
    parser.feed(commands.raster(2, 2, b"abcd")[:-2])
    assert parser.feed(commands.INITIALISE) == [Row(commands.INITIALISE)]
    parser.feed(commands.raster(2, 2, b"abcd")[:-2])
    parser.reset()
    assert parser.feed(commands.INITIALISE) == [Initialise()]


REAL_TIME: list[tuple[bytes, RealTime]] = [
    (b"\x10\x04\x01", AskStatus(1)),
    (b"\x10\x04\x04", AskStatus(4)),
    (b"\x10\x05\x01", Recover(restart=True)),
    (b"\x10\x05\x02", Recover(restart=False)),
    (commands.CLEAR_BUFFER, ClearBuffer()),
]


@given(
    st.lists(st.tuples(st.binary(max_size=5), st.sampled_from(REAL_TIME))),
    st.lists(st.integers(0, 300), max_size=8),
)
def test_real_time_commands_are_heard_anywhere(
    noisy: list[tuple[bytes, tuple[bytes, RealTime]]], cuts: list[int]
) -> None:
    # 10h is taken out of the noise: it could begin a command that ends in the next one.
    quiet = [(noise.replace(b"\x10", b"\x11"), command) for noise, command in noisy]
    stream = b"".join(noise + raw for noise, (raw, _) in quiet)
    tap = RealTimeTap()
    heard = [part for piece in in_pieces(stream, cuts) for part in tap.split(piece)]
    assert [command for _, command in heard if command] == [command for _, (_, command) in quiet]
    assert b"".join(stretch for stretch, _ in heard) == stream


def test_real_time_commands_fire_inside_the_dots_of_a_picture() -> None:
    stream = commands.raster(4, 1, b"\xff\x10\x04\x02")
    assert [command for _, command in RealTimeTap().split(stream)] == [AskStatus(2)]
