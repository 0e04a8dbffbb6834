"""A process asks its own server, as anybody would: only one that answers is known to serve."""

from __future__ import annotations

import socket
import threading
from typing import Final

from kiosk.processes.watchdog import Alive, Watchdog

ANSWER_S: Final = 10.0
"""As long as a request waits for the database; that it waited in vain is an answer too."""

_QUESTION: Final = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_ANSWER: Final = b"HTTP/"

Address = tuple[str, int]


def keep_asking(
    server: socket.socket,
    watchdog: Watchdog,
    alive: Alive,
    stop: threading.Event,
    *,
    has_tls: bool = False,
) -> None:
    """Ask what listens at a socket again and again until `stop`; each answer is a sign of life.

    A thread of its own asks, but only where somebody is told.
    """
    address: Address = server.getsockname()[:2]

    def ask() -> None:
        while not stop.is_set():
            if is_answering(address, has_tls=has_tls):
                alive()
            stop.wait(watchdog.pause_s)

    if watchdog.is_there:
        threading.Thread(target=ask, name="asking", daemon=True).start()


def is_answering(address: Address, *, has_tls: bool = False, timeout_s: float = ANSWER_S) -> bool:
    """Say whether a server answers a request, whatever it answers."""
    try:
        line = socket.create_connection(address, timeout_s)
        with line, _wrapped(line) if has_tls else line as wire:
            wire.sendall(_QUESTION)
            return wire.recv(len(_ANSWER)) == _ANSWER
    except OSError:
        return False


def _wrapped(line: socket.socket) -> socket.socket:
    import ssl  # noqa: PLC0415 - some megabytes, which processes without TLS do not need

    context = ssl.create_default_context()
    context.check_hostname = False  # it asks itself; central is who verifies the name
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(line)
