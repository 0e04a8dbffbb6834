"""A socket through which tests and demonstrations break and mend the emulated printer.

One JSON object a line each way. `{"do": "inject", "fault": "paper-out@100"}`; `mend` a fault by
name; `refill` the paper; `tear` off what hangs uncut; `list` the catalogue; `state`. Each answer
holds `ok`, and `problem` where something cannot be done. Loopback only: it is a test's hand, not
a printer's feature.
"""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from kiosk.printer.emulator.fault import UnknownFaultError, catalogue
from kiosk.printer.emulator.server import PrinterEmulator

_HOST = "127.0.0.1"
_MAX_LINE_BYTES = 4096
_LONGEST_WAIT_S = 60.0

Answer = dict[str, object]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class ControlSocket:
    """Listens while the context is open; `port` 0 takes a free one. Raises OSError if in use."""

    def __init__(self, emulator: PrinterEmulator, port: int = 0) -> None:
        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while line := self.rfile.readline(_MAX_LINE_BYTES):
                    answer = json.dumps(carry_out(emulator, line))
                    self.wfile.write(answer.encode() + b"\n")

        self._server = _Server((_HOST, port), Talk)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="printer-control", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def carry_out(emulator: PrinterEmulator, line: bytes) -> Answer:
    """Do what one line asks and return the answer; a line that is wrong changes nothing."""
    try:
        asked = json.loads(line)
        order = _ORDERS[asked["do"]]
        return {"ok": True, **order(emulator, asked)}
    except UnknownFaultError as error:
        problem = str(error)
    except (ValueError, KeyError, TypeError):
        known = ", ".join(_ORDERS)
        problem = f'write {{"do": …}} with one of {known}, and what it needs'
    return {"ok": False, "problem": problem}


def _inject(emulator: PrinterEmulator, asked: dict[str, Any]) -> Answer:
    emulator.inject(str(asked["fault"]))
    return {}


def _mend(emulator: PrinterEmulator, asked: dict[str, Any]) -> Answer:
    wanted = asked.get("fault")
    names = [fault.name for fault in emulator.machine.faults] if wanted is None else [str(wanted)]
    for name in names:
        emulator.mend(name)
    return {"mended": names}


def _refill(emulator: PrinterEmulator, _asked: dict[str, Any]) -> Answer:
    for name in ("paper-out", "near-end"):
        emulator.mend(name)
    return {}


def _tear(emulator: PrinterEmulator, _asked: dict[str, Any]) -> Answer:
    emulator.machine.tear_off()
    return {}


def _list(_emulator: PrinterEmulator, _asked: dict[str, Any]) -> Answer:
    kinds = catalogue().values()
    return {"faults": {kind.name: {"means": kind.summary, "unit": kind.unit} for kind in kinds}}


def _state(emulator: PrinterEmulator, asked: dict[str, Any]) -> Answer:
    """Tell how things stand; `wait_s` waits until nothing can move by itself, at most so long."""
    machine = emulator.machine
    is_still = machine.wait_still(min(float(asked.get("wait_s", 0)), _LONGEST_WAIT_S))
    with machine.lock:
        faults = [fault.name if fault.at is None else f"{fault.name}@{fault.at}"
                  for fault in machine.faults]  # fmt: skip
        return {
            "still": is_still,
            "dark": machine.is_dark,
            "faults": faults,
            "sensors": asdict(machine.sensors),
            "rows_out": machine.mechanism.rows_out,
            "cuts": machine.mechanism.cuts,
            "pieces": len(emulator.tray.pieces),
        }


_ORDERS: dict[str, Callable[[PrinterEmulator, dict[str, Any]], Answer]] = {
    "inject": _inject,
    "mend": _mend,
    "refill": _refill,
    "tear": _tear,
    "list": _list,
    "state": _state,
}
