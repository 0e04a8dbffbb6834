from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.printer.replies import (
    AutoStatus,
    Block,
    FlowControl,
    Garbage,
    PaperSensor,
    Reply,
    ReplyDecoder,
    StatusByte,
)

plain = st.sampled_from([b for b in range(256) if b & 0x90 == 0])
status_bytes = st.sampled_from([b for b in range(256) if b & 0x93 == 0x12]).map(StatusByte)
heads = st.sampled_from([b for b in range(256) if b & 0x93 == 0x10])
frames = st.tuples(heads, plain, plain, plain).map(lambda f: AutoStatus(bytes(f)))
sensors = plain.map(PaperSensor)
flows = st.booleans().map(lambda on: FlowControl(may_send=on))
bodies = st.lists(st.integers(0x20, 0x7E), max_size=20).map(bytes)
blocks = st.builds(Block, st.sampled_from([0x35, 0x37, 0x3B, 0x3D, 0x5F]), bodies)
any_reply = st.one_of(status_bytes, frames, sensors, flows, blocks)


def wire(reply: Reply) -> bytes:
    match reply:
        case StatusByte(value) | PaperSensor(value):
            return bytes((value,))
        case AutoStatus(frame):
            return frame
        case FlowControl(may_send):
            return b"\x11" if may_send else b"\x13"
        case Block(leader, body):
            return bytes((leader,)) + body + b"\0"
        case Garbage(raw):
            return raw


def decode(pieces: list[bytes]) -> list[Reply]:
    decoder = ReplyDecoder()
    return [reply for piece in pieces for reply in decoder.feed(piece)]


@given(st.lists(any_reply), st.data())
def test_replies_come_out_whatever_the_splits(replies: list[Reply], choice: st.DataObject) -> None:
    stream = b"".join(map(wire, replies))
    cuts = sorted(choice.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert decode(pieces) == replies


@given(frames, st.lists(st.one_of(status_bytes, flows), max_size=3), st.integers(1, 3))
def test_real_time_answers_between_the_bytes_of_a_frame_are_taken_out(
    frame: AutoStatus, between: list[Reply], at: int
) -> None:
    stream = frame.frame[:at] + b"".join(map(wire, between)) + frame.frame[at:]
    assert decode([stream]) == [*between, frame]


@given(blocks, flows, st.data())
def test_flow_control_inside_a_block_is_taken_out(
    block: Block, flow: FlowControl, choice: st.DataObject
) -> None:
    raw = wire(block)
    at = choice.draw(st.integers(1, len(raw) - 1))
    assert decode([raw[:at] + wire(flow) + raw[at:]]) == [flow, block]


@given(st.binary())
def test_no_byte_is_lost_or_made_up(stream: bytes) -> None:
    decoder = ReplyDecoder()
    replies = [*decoder.feed(stream), *decoder.flush()]
    assert sorted(b"".join(map(wire, replies))) == sorted(stream)


@given(st.binary(), any_reply)
def test_after_a_flush_nothing_old_swallows_a_reply(noise: bytes, reply: Reply) -> None:
    decoder = ReplyDecoder()
    decoder.feed(noise)
    decoder.flush()
    assert decoder.feed(wire(reply)) == [reply]


def test_half_a_frame_broken_by_another_is_garbage_and_not_a_guess() -> None:
    assert decode([b"\x10\x00\x14\x00\x0f\x00"]) == [
        Garbage(b"\x10\x00"),
        AutoStatus(b"\x14\x00\x0f\x00"),
    ]


def test_a_block_without_an_end_is_given_up() -> None:
    assert isinstance(decode([b"\x5f" + b"1" * 5000])[0], Garbage)
