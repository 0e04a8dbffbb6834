"""The emulated printer in a process of its own, which no kill of a kiosk touches."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

from kiosk.domain.printing import Capabilities
from kiosk.printer.emulator.control import ControlSocket
from kiosk.printer.emulator.server import PrinterEmulator


class PrinterSide:
    """A running emulator, held by its control socket."""

    def __init__(self, tray: Path, abilities: Capabilities) -> None:
        told, tell = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(told)
            _be_a_printer(tray, abilities, tell)
        os.close(tell)
        with os.fdopen(told) as said:
            self.address, port = said.readline().split()
        self._line = socket.create_connection(("127.0.0.1", int(port)), timeout=70)
        self._answers = self._line.makefile("rb")

    def do(self, order: str, **more: object) -> dict[str, Any]:
        """Give one order. Raises RuntimeError when the printer cannot do it."""
        self._line.sendall(json.dumps({"do": order, **more}).encode() + b"\n")
        answer: dict[str, Any] = json.loads(self._answers.readline())
        if not answer["ok"]:
            raise RuntimeError(answer["problem"])
        return answer

    def close(self) -> None:
        """End it."""
        self._answers.close()
        self._line.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _be_a_printer(tray: Path, abilities: Capabilities, tell: int) -> None:
    parent = os.getppid()
    emulator = PrinterEmulator(tray=tray, capabilities=abilities)
    emulator.start()
    with ControlSocket(emulator) as control:
        os.write(tell, f"{emulator.address} {control.port}\n".encode())
        os.close(tell)
        while os.getppid() == parent:
            emulator.serve_forever(life_s=1)
    os._exit(0)
