from __future__ import annotations

import pytest

from kiosk.printer.device import FIRST_RETRY_S, LAST_RETRY_S, Device
from kiosk.printer.links.link import LinkLostError
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

    def open(self) -> None:
        self.opened += 1
        if not self.is_there:
            raise LinkLostError("not there")

    def close(self) -> None:
        self.heard.clear()

    def write(self, raw: bytes) -> None:
        if not raw.strip(b"\0"):
            self.zeros.append(raw)  # means nothing, and nobody answers
            return
        self.written.append(raw)
        self.heard += self.answers
        self.answers = []

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
