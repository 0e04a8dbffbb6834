"""An emulated printer in a process of its own that tells when things happened to it.

`python -m bench.press TRAY [SPEED]` prints its address and its control port, then one JSON object
a line: `{"first_byte": T}` when dots of a job arrive, `{"cut": T, "rows": N}` when a piece falls.
Times are of `time.monotonic`, which all processes of a machine share.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kiosk.printer.emulator.control import ControlSocket
from kiosk.printer.emulator.mechanism import CUT_S, DOTS_PER_MM, HEAD_TO_CUTTER_MM, Piece
from kiosk.printer.emulator.server import PrinterEmulator

_RASTER = b"\x1dv0"


@dataclass(slots=True)
class Press:
    """The printer, seen from the bench."""

    address: str
    port: int
    _said: IO[str]
    _orders: socket.socket

    def next(self, what: str) -> dict[str, float]:
        """Return the next event of a kind, passing over others."""
        for line in self._said:
            event: dict[str, float] = json.loads(line)
            if what in event:
                return event
        raise EOFError("the printer ended")

    def order(self, do: str, **more: object) -> None:
        """Break or mend it."""
        self._orders.sendall(json.dumps({"do": do, **more}).encode() + b"\n")
        self._orders.recv(4096)


def own_time_s(rows: float, speed_mm_s: float) -> float:
    """Return what a piece takes by itself: print, feed to the cutter, cut."""
    return (rows / DOTS_PER_MM + HEAD_TO_CUTTER_MM) / speed_mm_s + CUT_S


@contextmanager
def pressing(tray: Path, speed_mm_s: float | None) -> Iterator[Press]:
    """Run a printer while this lasts; None prints in no time."""
    speed = [] if speed_mm_s is None else [str(speed_mm_s)]
    command = [sys.executable, "-m", "bench.press", str(tray), *speed]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        address, control = child.stdout.readline().split()
        with socket.create_connection(("127.0.0.1", int(control))) as orders:
            yield Press(address, int(address.rpartition(":")[2]), child.stdout, orders)
            child.stdin.close()
            child.wait(30)


def main(tray: str, speed: str = "") -> None:
    """Be the printer until standard input ends."""
    emulator = PrinterEmulator(tray=Path(tray), speed_mm_s=float(speed) if speed else None)
    machine = emulator.machine
    receive, drop = machine.receive, emulator.tray.drop

    def listen(chunk: bytes) -> None:
        if _RASTER in chunk:
            _say(first_byte=time.monotonic())
        receive(chunk)

    def let_fall(piece: Piece) -> None:
        _say(cut=time.monotonic(), rows=len(piece.rows))
        drop(piece)

    machine.receive = listen  # type: ignore[method-assign] # an ear at the line
    emulator.tray.drop = let_fall  # type: ignore[method-assign] # an eye at the cutter
    with emulator, ControlSocket(emulator) as control:
        print(emulator.address, control.port, flush=True)
        sys.stdin.read()


def _say(**event: float) -> None:
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
