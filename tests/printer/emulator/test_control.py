"""Breaking and mending the printer from outside, in JSON lines."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.domain.printing import Picture
from kiosk.printer import commands, raster
from kiosk.printer.emulator.control import ControlSocket
from kiosk.printer.emulator.fault import catalogue
from kiosk.printer.emulator.server import PrinterEmulator

Tell = Callable[..., dict[str, Any]]


@pytest.fixture
def raw(emulator: PrinterEmulator) -> Iterator[Callable[[bytes], dict[str, Any]]]:
    with (
        ControlSocket(emulator) as control,
        socket.create_connection(("127.0.0.1", control.port), timeout=5) as line,
        line.makefile("rb") as answers,
    ):

        def tell(text: bytes) -> dict[str, Any]:
            line.sendall(text + b"\n")
            answer: dict[str, Any] = json.loads(answers.readline())
            return answer

        yield tell


@pytest.fixture
def tell(raw: Callable[[bytes], dict[str, Any]]) -> Tell:
    return lambda do, **more: raw(json.dumps({"do": do, **more}).encode())


def test_a_fault_is_set_shown_and_mended(emulator: PrinterEmulator, tell: Tell) -> None:
    assert tell("inject", fault="cover-open@1000") == {"ok": True}
    assert tell("inject", fault="offline") == {"ok": True}
    state = tell("state")
    assert state["faults"] == ["cover-open@1000", "offline"]
    assert state["sensors"]["switched_offline"]
    assert tell("mend", fault="offline")["mended"] == ["offline"]
    assert tell("mend")["mended"] == ["cover-open"]
    assert emulator.machine.faults == ()


def test_paper_is_refilled(emulator: PrinterEmulator, tell: Tell) -> None:
    for fault in ("near-end", "paper-out"):
        emulator.inject(fault)
    assert tell("refill") == {"ok": True}
    assert not emulator.machine.sensors.paper_end
    assert not emulator.machine.sensors.near_end


def test_what_hangs_out_is_torn_off(
    emulator: PrinterEmulator, tell: Tell, picture: Picture
) -> None:
    with socket.create_connection((emulator.host, emulator.port)) as line:
        line.sendall(commands.INITIALISE + raster.whole(picture) + commands.status_request(1))
        assert line.recv(1) == b"\x12"  # all of it has arrived before this host hangs up
    assert tell("state", wait_s=5)["rows_out"] == picture.height
    assert tell("tear") == {"ok": True}
    assert emulator.tray.pieces == (picture,)


def test_the_list_is_the_catalogue(tell: Tell) -> None:
    assert set(tell("list")["faults"]) == set(catalogue())


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{", b'{"do": "dance"}', b'{"do": "inject"}', b'{"do": "state", "wait_s": []}'],
)
def test_a_line_that_is_wrong_is_answered_with_words(
    raw: Callable[[bytes], dict[str, Any]], text: bytes
) -> None:
    answer = raw(text)
    assert not answer["ok"]
    assert "write" in answer["problem"]


def test_an_unknown_fault_names_those_there_are(tell: Tell) -> None:
    assert "paper-out" in tell("inject", fault="flood")["problem"]
