"""The emulated printer on TCP, like port 9100 of a real one."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.domain.printing import Capabilities
from kiosk.printer.emulator.machine import DEFAULT_BUFFER_BYTES, FULL, Machine
from kiosk.printer.emulator.mechanism import Mechanism
from kiosk.printer.emulator.tray import Tray

_BACKLOG = 8
_CHUNK_BYTES = 4096
_SLOW_PIECE_BYTES = 64  # a slow line is felt from the first bytes on


class PrinterEmulator:
    """A printer that listens while the context is open.

    It serves one host at a time; the next one waits, connected and unanswered, as with real ones.
    `port` 0 takes a free one. `speed_mm_s` None prints in no time. Raises OSError when the port is
    in use.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        tray: Path | None = None,
        *,
        speed_mm_s: float | None = None,
        capabilities: Capabilities = FULL,
        buffer_bytes: int = DEFAULT_BUFFER_BYTES,
    ) -> None:
        self.host, self.port = host, port
        self.tray = Tray(tray)
        self.machine = Machine(
            self.tray, speed_mm_s=speed_mm_s, abilities=capabilities, buffer_bytes=buffer_bytes
        )
        self._listener: socket.socket | None = None
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="printer-line", daemon=True)

    @property
    def address(self) -> str:
        """Where it listens, as a device's address."""
        return f"tcp://{self.host}:{self.port}"

    @property
    def state(self) -> Mechanism:
        """The moving parts, to look at."""
        return self.machine.mechanism

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Listen and serve in threads of its own; `port` is known afterwards."""
        self._listener = socket.create_server((self.host, self.port), backlog=_BACKLOG)
        self.port = self._listener.getsockname()[1]
        self.machine.switch_on()
        self._thread.start()

    def serve_forever(self, life_s: float | None = None) -> None:
        """Serve until `close` is called from elsewhere, or so many seconds have passed."""
        if self._listener is None:
            self.start()
        self._is_closing.wait(life_s)

    def close(self) -> None:
        """Hang up, stop listening, stop printing."""
        if self._listener is None or self._is_closing.is_set():
            return
        self._is_closing.set()
        self.machine.hang_up()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread out of accept
        self._listener.close()
        self.machine.switch_off()
        self._thread.join()

    def inject(self, spec: str) -> None:
        """Set a fault, `name` or `name@N`. Raises `UnknownFaultError`."""
        self.machine.inject(spec)

    def mend(self, name: str) -> None:
        """Put a fault right."""
        self.machine.mend(name)

    def _serve(self) -> None:
        while not self._is_closing.is_set():
            try:
                line, _ = self._listener.accept()  # type: ignore[union-attr] # started
            except OSError:
                return
            with line:
                if self.machine.is_dark:
                    continue
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        def send(reply: bytes) -> None:
            # A host that does not read loses replies; the printer does not wait for it.
            with contextlib.suppress(OSError):
                line.send(reply, socket.MSG_DONTWAIT)

        is_up = True

        def drop() -> None:
            nonlocal is_up
            is_up = False  # what the kernel still holds never arrived
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        self.machine.attach(send, drop)
        try:
            while is_up and (chunk := line.recv(_CHUNK_BYTES)):
                self._deliver(chunk)
        except OSError:
            pass
        finally:
            self.machine.detach()

    def _deliver(self, chunk: bytes) -> None:
        """Hand bytes to the machine, as slowly as the wire is."""
        if not self.machine.ailments.wire_s(1):
            self.machine.receive(chunk)
            return
        for at in range(0, len(chunk), _SLOW_PIECE_BYTES):
            piece = chunk[at : at + _SLOW_PIECE_BYTES]
            time.sleep(self.machine.ailments.wire_s(len(piece)))
            self.machine.receive(piece)
