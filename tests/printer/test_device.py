from __future__ import annotations

from itertools import pairwise

import pytest

from kiosk.printer.device import FIRST_RETRY_S, LAST_RETRY_S, Device
from kiosk.printer.links.link import STALL_TIMEOUT_S, WRITE_WAIT_S, LinkLostError, StalledError
from kiosk.printer.replies import AutoStatus, Reply, StatusByte


class ScriptedLink:
    """A wire that hears what it is told to hear, in pieces."""

    bytes_per_s = 1000.0

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.answers: list[bytes] = []
        self.written: list[bytes] = []
        self.zeros: list[bytes] = []
        self.opened = 0
        self.is_there = True
        self.room = 1_000_000

    def open(self) -> None:
        self.opened += 1
        if not self.is_there:
            raise LinkLostError("not there")

    def close(self) -> None:
        self.heard.clear()

    def write(self, raw: bytes | memoryview) -> int:
        taken = bytes(raw[: self.room])
        if not taken:
            clock.now += WRITE_WAIT_S
        elif not taken.strip(b"\0"):
            self.zeros.append(taken)  # means nothing, and nobody answers
        else:
            self.written.append(taken)
            self.heard += self.answers
            self.answers = []
        return len(taken)

    def read(self, timeout_s: float) -> bytes:
        clock.now += timeout_s if not self.heard else 0
        return self.heard.pop(0) if self.heard else b""

    def check(self) -> None:
        if not self.is_there:
            raise LinkLostError("gone")


class Clock:
    now = 0.0


clock = Clock()


@pytest.fixture
def link() -> ScriptedLink:
    clock.now = 100.0
    return ScriptedLink()


@pytest.fixture
def device(link: ScriptedLink) -> Device:
    return Device(link, lambda: clock.now)


def is_status(reply: Reply) -> bool:
    return isinstance(reply, StatusByte)


def ask(device: Device) -> Reply | None:
    return device.ask(b"?", is_status, 0.5)


def test_an_old_answer_does_not_answer_a_new_question(link: ScriptedLink, device: Device) -> None:
    link.heard = [b"\x1a"]
    link.answers = [b"\x12"]
    assert ask(device) == StatusByte(0x12)


def test_half_a_reply_does_not_swallow_the_answer(link: ScriptedLink, device: Device) -> None:
    link.heard = [b"\x37\x22ab"]
    link.answers = [b"\x32"]
    assert ask(device) == StatusByte(0x32)


def test_the_rest_of_an_old_reply_is_waited_for(link: ScriptedLink, device: Device) -> None:
    link.heard = [b"\x10\x00", b"\x00\x00"]
    assert device.settle() == [AutoStatus(b"\x10\x00\x00\x00")]


def test_two_answers_to_one_question_are_none(link: ScriptedLink, device: Device) -> None:
    link.answers = [b"\x12\x12"]
    assert ask(device) is None


def test_an_answer_beside_garbage_is_none(link: ScriptedLink, device: Device) -> None:
    link.answers = [b"\xff\x12"]
    assert ask(device) is None


def test_silence_ends_with_the_time_given(link: ScriptedLink, device: Device) -> None:
    assert ask(device) is None
    assert clock.now == pytest.approx(100.5)
    assert link.written == [b"?"]


def test_tries_to_reconnect_grow_rarer_up_to_a_cap(link: ScriptedLink, device: Device) -> None:
    link.is_there = False
    for _ in range(10_000):
        with pytest.raises(LinkLostError, match="not there"):
            device.connect()
        clock.now += 0.01
    by_the_cap = 100 / LAST_RETRY_S
    assert by_the_cap <= link.opened <= by_the_cap + 6


def test_after_a_success_the_next_try_is_soon_again(link: ScriptedLink, device: Device) -> None:
    link.is_there = False
    for _ in range(5):
        clock.now += LAST_RETRY_S
        with pytest.raises(LinkLostError):
            device.connect()
    link.is_there = True
    clock.now += LAST_RETRY_S
    device.connect()
    device.drop()
    link.is_there = False
    with pytest.raises(LinkLostError):
        device.connect()
    link.is_there = True
    clock.now += FIRST_RETRY_S
    device.connect()


def test_a_command_that_broke_off_with_the_line_is_ended_when_it_is_back(
    link: ScriptedLink, device: Device
) -> None:
    device.connect()
    device.connect()
    assert link.zeros == [bytes(8)]
    device.drop()
    device.connect()
    assert link.zeros == [bytes(8)] * 2


def test_a_peer_that_is_gone_is_noticed_before_a_byte_is_written(
    link: ScriptedLink, device: Device
) -> None:
    device.connect()
    link.is_there = False
    with pytest.raises(LinkLostError, match="gone"):
        ask(device)
    assert link.written == []


def test_a_long_write_tells_after_each_piece_that_it_goes_on(link: ScriptedLink) -> None:
    told: list[int] = []
    device = Device(link, lambda: clock.now, alive=lambda: told.append(len(link.written)))
    device.connect()
    told.clear()
    link.room = 300
    device.write(b"x" * 1000)
    assert b"".join(link.written) == b"x" * 1000
    assert told == [1, 2, 3, 4]


def test_a_printer_that_is_waited_for_is_told_of_too(link: ScriptedLink) -> None:
    told: list[float] = []
    device = Device(link, lambda: clock.now, alive=lambda: told.append(clock.now))
    device.connect()
    told.clear()
    device.replies(0.25)
    link.is_there = False
    device.drop()
    for _ in range(2):  # the second time it does not even try
        with pytest.raises(LinkLostError):
            device.connect()
    assert told == [100.25] * 3


def test_a_printer_that_takes_no_more_bytes_is_told_apart_from_a_line_that_broke(
    link: ScriptedLink,
) -> None:
    told: list[float] = []
    device = Device(link, lambda: clock.now, alive=lambda: told.append(clock.now))
    device.connect()
    link.room = 300
    really_write = link.write

    def write(raw: bytes | memoryview) -> int:
        if len(link.written) == 2:
            link.room = 0
        return really_write(raw)

    link.write = write  # type: ignore[method-assign] # a buffer that fills up
    with pytest.raises(StalledError, match="took no bytes for 9 s") as stalled:
        device.write(b"x" * 1000)
    assert stalled.value.sent == 600
    waited_s = clock.now - 100
    # What the kernel holds of a line of 1000 bytes a second leaves within four seconds.
    assert STALL_TIMEOUT_S + 4 < waited_s < STALL_TIMEOUT_S + 6
    assert max(b - a for a, b in pairwise(told)) <= WRITE_WAIT_S


def test_what_left_before_the_line_broke_is_counted(link: ScriptedLink) -> None:
    device = Device(link, lambda: clock.now)
    device.connect()
    link.room = 300

    def write(raw: bytes | memoryview) -> int:
        if len(raw) == 400:
            raise LinkLostError("unplugged")
        return len(raw[:300])

    link.write = write  # type: ignore[method-assign] # as above
    with pytest.raises(LinkLostError) as lost:
        device.write(b"x" * 1000)
    assert lost.value.sent == 600
